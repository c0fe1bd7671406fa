"""Give an administrator who is locked out a new password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ccmadmin.models import ApplicationUser
from ccmadmin.services import records, second_factor, sessions, setup, signin
from ccmadmin.services.changes import Actor


class Command(BaseCommand):
    help = "Makes a new password for an Application User, prints it once and lifts its block."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", default=setup.FIRST_ADMINISTRATOR, help="The User ID.")
        parser.add_argument(
            "--remove-second-factor",
            action="store_true",
            help="Also remove the second factor: its authenticator is lost.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = ApplicationUser.by_key(options["user"])
        except ApplicationUser.DoesNotExist as error:
            raise CommandError(str(error)) from error
        password = setup.new_password()
        user.set_secret("password", password)
        actor = Actor(user="resetpassword", source="command")
        records.save(user, actor=actor, comment="Password reset on the command line")
        if options["remove_second_factor"]:
            second_factor.remove(user=user, actor=actor)
        signin.lift(userid=user.userid)
        sessions.end_all(user)
        self.stdout.write(f"New password of {user.userid}, shown only this once: {password}")
