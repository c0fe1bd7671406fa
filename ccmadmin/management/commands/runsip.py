"""`manage.py runsip`: the SIP process; options, checks and exit codes."""

import asyncio
import logging
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connections
from django.db.migrations.executor import MigrationExecutor

from ccmadmin.models import CredentialKeyError
from ccmadmin.sipservice import service
from ccmadmin.sipservice.loops import LoopError, loop_factory
from sipcore.transport import Listen, ListenError, parse_listen

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Command(BaseCommand):
    help = (
        "Run the call server: registrar and calls over SIP. Prints one line, beginning with "
        '"listening on", when it is ready. SIGTERM and SIGINT end it in order within 3 s. '
        "Exit codes: 0 ended in order; 69 an address cannot be listened on; "
        "75 the database does not answer, try again; "
        "78 wrong option, missing migration or unusable key file."
    )
    # Django's checks look at pages and templates, which this process has not.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--listen",
            action="append",
            metavar="[udp:|tcp:]HOST:PORT",
            help="address to listen on, for UDP and TCP unless one is named; may be repeated "
            f"(default: {' '.join(settings.SIP_LISTEN)})",
        )
        parser.add_argument(
            "--node", default=settings.NODE_NAME, help="name of this node (default: %(default)s)"
        )
        parser.add_argument(
            "--log-level", default=settings.LOG_LEVEL, type=str.upper, choices=LEVELS
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger().setLevel(options["log_level"])
        listen = self._addresses(options["listen"] or settings.SIP_LISTEN)
        try:
            new_loop = loop_factory(settings.EVENT_LOOP)
            self._check_migrations()
            loaded = service.load(options["node"])
        except (CredentialKeyError, LoopError) as error:
            raise CommandError(str(error), returncode=os.EX_CONFIG) from error
        except Error as error:
            text = f"the database does not answer: {error}"
            raise CommandError(text, returncode=os.EX_TEMPFAIL) from error
        try:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(service.serve(loaded, listen, self._announce))
        except ListenError as error:
            text = f"cannot listen on {error}"
            raise CommandError(text, returncode=os.EX_UNAVAILABLE) from error

    def _addresses(self, texts: list[str]) -> list[Listen]:
        try:
            return [listen for text in texts for listen in parse_listen(text)]
        except ValueError as error:
            raise CommandError(f"--listen {error}", returncode=os.EX_CONFIG) from error

    def _check_migrations(self) -> None:
        for connection in connections.all():
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                text = (
                    f"{len(missing)} migrations are not applied to the database "
                    f"“{connection.alias}”: run `manage.py setup`"
                )
                raise CommandError(text, returncode=os.EX_CONFIG)

    def _announce(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
