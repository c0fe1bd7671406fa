"""Change a Service or Enterprise Parameter without the pages, for who is locked out of them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ccmadmin.models import EnterpriseParameter, ServiceParameter
from ccmadmin.services import records
from ccmadmin.services.changes import Actor


class Command(BaseCommand):
    help = "Changes a Service or Enterprise Parameter, as its page does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="As on the page: “Require Second Factor”.")
        parser.add_argument("value", help="As over REST: “Nobody”.")

    def handle(self, *args: Any, **options: Any) -> None:
        name, value = options["name"], options["value"]
        models = (EnterpriseParameter, ServiceParameter)
        model = next((each for each in models if name in each.REGISTRY), None)
        if model is None:
            names = sorted(known for each in models for known in each.REGISTRY)
            raise CommandError(f"There is no parameter “{name}”. There are: {', '.join(names)}")
        record = model.lookup(name).first() or model(name=name)
        record.value = value
        try:
            change = records.save(record, actor=Actor(user="setparameter", source="command"))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        done = f"in force as revision {change.sequence}" if change else "it was so already"
        self.stdout.write(f"{name} is {value}: {done}")
