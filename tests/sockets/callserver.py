"""`manage.py runsip` as a process of its own, on a data folder with some phones in it.

Run as a program it fills the folder: `python -m tests.sockets.callserver COUNT`.
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.phones.process import free_ports, wait_for
from tests.sockets.client import PASSWORD

PROJECT = Path(__file__).resolve().parent.parent.parent
FIRST_NUMBER = 2000


def phone_name(number: int) -> str:
    return f"SEP{number:012d}"


@dataclass
class CallServer:
    folder: Path
    port: int
    env: dict[str, str] = field(repr=False)

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8") if path.exists() else ""

    def manage(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        command = [sys.executable, str(PROJECT / "manage.py"), *words]
        env = {**self.env, **variables}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)

    @contextlib.contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the call server; the block begins when it listens, and kills it if it still runs."""
        (self.folder / "log").unlink(missing_ok=True)
        listen = words or ("--listen", f"127.0.0.1:{self.port}")
        command = [sys.executable, str(PROJECT / "manage.py"), "runsip", *listen]
        with (self.folder / "log").open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, env=self.env)
        try:
            wait_for("runsip to listen", lambda: self.is_ready(process), 20)
            yield process
        finally:
            process.kill()
            process.wait()

    def is_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        assert process.poll() is None, self.log
        return "listening on" in self.log

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "runtime.sqlite3")) as database:
            return database.execute(sql).fetchall()


def stop(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> int:
    """Ask the process to end; it has the three seconds that it promises."""
    process.send_signal(number)
    return process.wait(3)


def make(folder: Path, phones: int) -> CallServer:
    """Set up a data folder with phones 2000 and up; each has user `u2000`, digest is on."""
    folder.mkdir(parents=True, exist_ok=True)
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("CCMADMIN_", "DJANGO_"))},
        "CCMADMIN_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "ccmadmin.settings",
    }
    server = CallServer(folder, free_ports(1)[0], env)
    command = [sys.executable, "-m", "tests.sockets.callserver", str(phones)]
    done = subprocess.run(command, env=env, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return server


def multiply(server: CallServer, phones: int) -> None:
    """Copy phone 2000, its user and its number, until there are so many.

    Row by row, past the services and so past the change log: for a call server that starts later,
    and where ten thousands are wanted.
    """
    changes = {
        "enduser": {"userid": "'u' || (2000 + i)"},
        "directorynumber": {"number": "2000 + i"},
        "phone": {"name": "printf('SEP%012d', 2000 + i)", "digest_user_id": "1 + i"},
        "lineappearance": {"directory_number_id": "1 + i", "phone_id": "1 + i"},
    }
    with contextlib.closing(sqlite3.connect(server.folder / "ccmadmin.sqlite3")) as database:
        for table, changed in changes.items():
            rows = database.execute(f"PRAGMA table_info(ccmadmin_{table})").fetchall()
            columns = {row[1]: f'"{row[1]}"' for row in rows} | {"id": "1 + i"} | changed
            names = ", ".join(f'"{name}"' for name in columns)
            database.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                f"INSERT INTO ccmadmin_{table} ({names}) "
                f"SELECT {', '.join(columns.values())} FROM n, ccmadmin_{table} WHERE id = 1",
                [phones - 1],
            )
        database.commit()


def fill(phones: int) -> None:
    """Migrate and install, and add the phones."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from ccmadmin.models import LicenseGrant
    from ccmadmin.services import records, setup
    from tests.ccmadmin import site

    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, skip_checks=True)
    setup.make_key_file()
    setup.install()
    records.save(LicenseGrant(name="Test", units=3 * phones), actor=site.ACTOR)
    profile = site.add_security_profile("Digest")
    for number in range(FIRST_NUMBER, FIRST_NUMBER + phones):
        site.add_phone(
            phone_name(number),
            [site.add_number(str(number))],
            digest_user=site.add_user(f"u{number}", digest_credentials=PASSWORD),
            phone_security_profile=profile,
        )


if __name__ == "__main__":
    fill(int(sys.argv[1]))
