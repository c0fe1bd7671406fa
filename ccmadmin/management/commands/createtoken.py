"""Make a token for the REST interface."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ccmadmin.models import ApiToken, ApplicationUser
from ccmadmin.services import tokens
from ccmadmin.services.changes import Actor


class Command(BaseCommand):
    help = "Makes a token for the REST interface and prints it once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, help="Application User whose rights it has.")
        parser.add_argument("--name", required=True, help="What it is for; unique.")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, default=90, help="How long it lasts (90).")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 3650:
            raise CommandError("--days must be 1 to 3650")
        try:
            _token, clear_text = tokens.create(
                user=ApplicationUser.by_key(options["user"]),
                name=options["name"],
                scope=options["scope"],
                expires_at=timezone.now() + timedelta(days=options["days"]),
                actor=Actor(user="createtoken", source="command"),
            )
        except ApplicationUser.DoesNotExist as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(clear_text)
