"""Prepare or upgrade an installation: both databases, the key file, the first records."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from ccmadmin.models import CredentialKeyError
from ccmadmin.services import setup


class Command(BaseCommand):
    help = (
        "Migrates both databases, makes the credential key file, loads the records of a fresh "
        "installation and makes the first administrator. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in settings.DATABASES:
            self._migrate(alias)
        self._check_key_file()
        try:
            password = setup.install()
        except DatabaseError as error:
            raise CommandError(
                cannot_set_up("default", error), returncode=os.EX_TEMPFAIL
            ) from error
        if password is not None:
            self.stdout.write("The first administrator, shown only this once:")
            self.stdout.write(f"  User ID   {setup.FIRST_ADMINISTRATOR}")
            self.stdout.write(f"  Password  {password}")

    def _migrate(self, alias: str) -> None:
        try:
            executor = MigrationExecutor(connections[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                self.stdout.write(f"Preparing the database {place_of(alias)}")
                self.stdout.flush()
                call_command("migrate", database=alias, interactive=False, verbosity=0)
        except DatabaseError as error:
            raise CommandError(cannot_set_up(alias, error), returncode=os.EX_TEMPFAIL) from error

    def _check_key_file(self) -> None:
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


def place_of(alias: str) -> str:
    """Name a database without its password."""
    values = connections[alias].settings_dict
    server = f"{values['HOST']}:{values['PORT'] or 5432}/" if values["HOST"] else ""
    return f"{server}{values['NAME']}"


CURES = {
    "already exists": "it has tables that something else made; choose a database of its own",
    "full": "make room on the disk and start again",
    "readonly": "let this user write there, or choose another folder with CCMADMIN_DATA",
    "unable to open": "let this user write there, or choose another folder with CCMADMIN_DATA",
}


def cannot_set_up(alias: str, error: DatabaseError) -> str:
    said = " ".join(str(error).split())
    found = (cure for word, cure in CURES.items() if word in said)
    cure = next(found, "see that it runs, and that its URL in the environment is right")
    return f"the database {place_of(alias)} cannot be set up ({said}): {cure}"
