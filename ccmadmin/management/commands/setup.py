"""Prepare or upgrade an installation: both databases, the key file, the first records."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ccmadmin.models import CredentialKeyError
from ccmadmin.services import setup


class Command(BaseCommand):
    help = (
        "Migrates both databases, makes the credential key file, loads the records of a fresh "
        "installation and makes the first administrator. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in settings.DATABASES:
            call_command("migrate", database=alias, interactive=False, verbosity=0)
        try:
            if setup.make_key_file():
                self.stdout.write(f"Credential key file: {settings.CREDENTIAL_KEY_FILE}")
                self.stdout.write("Keep a copy of it apart from the database's.")
        except CredentialKeyError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            place = settings.CREDENTIAL_KEY_FILE
            raise CommandError(
                f"cannot make the credential key file {place} ({error.strerror}): choose a place "
                "that can be written with CCMADMIN_KEY_FILE"
            ) from error
        password = setup.install()
        if password is not None:
            self.stdout.write("The first administrator, shown only this once:")
            self.stdout.write(f"  User ID   {setup.FIRST_ADMINISTRATOR}")
            self.stdout.write(f"  Password  {password}")
