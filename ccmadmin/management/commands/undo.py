"""Undo a change, or all that a request or an import changed, however much that is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ccmadmin.models import ChangeLog
from ccmadmin.services import undo
from ccmadmin.services.changes import Actor
from ccmadmin.services.undo import UndoRefusedError


class Command(BaseCommand):
    help = "Takes a change back by its revision, or all that its request changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("revision", type=int, help="From the change log.")
        parser.add_argument(
            "--whole-request",
            action="store_true",
            help="All that the same request changed: an import, a Delete Selected.",
        )
        parser.add_argument("--reason", default="", help="Why; kept in the change log.")
        parser.add_argument("--dry-run", action="store_true", help="Only tell what it would do.")

    def handle(self, *args: Any, **options: Any) -> None:
        change = ChangeLog.objects.filter(sequence=options["revision"]).first()
        if change is None:
            raise CommandError(f"there is no revision {options['revision']}")
        if len(options["reason"]) > 255:
            raise CommandError("--reason has 255 characters at most")
        actor = Actor(user="undo", source="command", reason=options["reason"])
        write = undo.preview if options["dry_run"] else undo.undo
        try:
            changes = undo.plan(change, whole_request=options["whole_request"], is_limited=False)
            done = write(changes, actor=actor)
        except UndoRefusedError as error:
            raise CommandError("\n".join(self.told(error))) from error
        for each in done.changes:
            self.stdout.write(f"{each.get_action_display()} {each.get_model_display()} {each.key}")
        for warning in done.warnings:
            self.stderr.write(warning)

    @staticmethod
    def told(error: UndoRefusedError) -> list[str]:
        lines = ["Nothing was undone."]
        for obstacle in error.obstacles:
            by = f" ({obstacle.change} by {obstacle.change.user})" if obstacle.change else ""
            lines.append(obstacle.text + by)
        return lines
