"""Our own server: `manage.py runsip` on a data folder of its own."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import children
from bench.children import HOST
from bench.cores import Cores

PROJECT = Path(__file__).resolve().parent.parent.parent
MANAGE = [sys.executable, str(PROJECT / "manage.py")]


@dataclass
class CallServer:
    """A data folder with phones in it; `port` is where `running` listens."""

    folder: Path
    cores: Cores
    port: int = 0
    env: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CCMADMIN_", "DJANGO_"))}
        self.env = {
            **kept,
            "CCMADMIN_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "ccmadmin.settings",
        }
        self.port = self.port or children.free_port()

    def fill(self, phones: int, kind: str) -> None:
        """Make the databases with so many phones; `kind` is "digest" or "open"."""
        self.program("bench.site", "make", str(phones), kind)

    def bind(self, phones: int) -> None:
        """Replace the bindings by one of each phone, fresh."""
        self.program("bench.site", "bind", str(phones), str(self.port))

    def program(self, module: str, *words: str) -> str:
        """Run one of our modules on this data folder; return what it prints."""
        command = [sys.executable, "-m", module, *words]
        return children.run(command, env={**self.env, "PYTHONPATH": str(PROJECT)})

    @property
    def command(self) -> list[str]:
        words = [*MANAGE, "runsip", "--listen", f"udp:{HOST}:{self.port}"]
        return self.cores.on_server_core(words)

    @contextlib.contextmanager
    def running(self, loop: str = "asyncio") -> Iterator["subprocess.Popen[bytes]"]:
        """Run the call server; the block begins when it says that it listens."""
        log, env = self.folder / "log", {**self.env, "CCMADMIN_EVENT_LOOP": loop}
        with children.running(self.command, log, env=env) as process:
            children.wait_for(lambda: b"listening on" in log.read_bytes(), process, log)
            yield process

    def count(self, table: str) -> int:
        """Count the rows of a table of the runtime database."""
        return self._ask(f"SELECT COUNT(*) FROM {table}")

    def revision(self) -> int:
        """Return the change that the running process says it has in force."""
        return self._ask("SELECT MAX(revision) FROM ccmadmin_serverstate")

    def _ask(self, sql: str) -> int:
        path = self.folder / "runtime.sqlite3"
        with contextlib.closing(sqlite3.connect(path)) as database:
            (number,) = database.execute(sql).fetchone()
            return int(number or 0)
