"""Add the sample site and tell what to enter in its phones."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ccmadmin.models import CredentialKeyError
from ccmadmin.services import sample_site


class Command(BaseCommand):
    help = "Adds three users, three phones and a shared line. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            phones = sample_site.install()
        except CredentialKeyError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            text = "the sample site does not fit what is configured here: "
            raise CommandError(text + " ".join(error.messages)) from error
        if not phones:
            self.stdout.write("The sample site is there already; nothing was changed.")
            return
        self.stdout.write("Enter this in the phones. The passwords are shown only this once.")
        for phone in phones:
            self._tell(phone)

    def _tell(self, phone: sample_site.PhoneSettings) -> None:
        rows = [
            ("SIP user (a line each)", ", ".join(phone.numbers)),
            ("Authorization ID", phone.userid),
            ("Password", phone.password),
            ("Realm, if it asks", phone.realm),
            ("Registrar and proxy", phone.registrar),
        ]
        self.stdout.write(f"\n{phone.phone}  {phone.model}")
        for label, value in rows:
            self.stdout.write(f"  {label:<24}{value}")
