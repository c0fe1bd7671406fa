"""A PostgreSQL of its own: empty, with default settings, on the server's core."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import children
from bench.children import HOST
from bench.cores import Cores

USER = "postgres"


@dataclass(frozen=True)
class Database:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"postgres://{USER}@{HOST}:{self.port}/{USER}"

    def execute(self, sql: str) -> str:
        """Run statements; return what they print."""
        words = ["--quiet", "--no-psqlrc", "--tuples-only", "--set", "ON_ERROR_STOP=1"]
        return children.run(["psql", *words, self.url], text=sql)


@contextlib.contextmanager
def running(folder: Path, cores: Cores) -> Iterator[Database]:
    data, port = folder / "postgresql", children.free_port()
    data.mkdir(parents=True)
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(data, USER, USER)
    words = ["-D", str(data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale"]
    children.run(as_its_user([program("initdb"), *words]))
    listen = ["-h", HOST, "-p", str(port), "-k", str(data)]
    command = cores.on_server_core(as_its_user([program("postgres"), "-D", str(data), *listen]))
    with children.running(command, folder / "postgresql.log") as process:
        children.wait_for(lambda: is_ready(port), process, folder / "postgresql.log")
        yield Database(port, process.pid)


def program(name: str) -> str:
    """Find a program of the newest PostgreSQL; Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def as_its_user(command: Sequence[str]) -> list[str]:
    if os.getuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command]


def is_ready(port: int) -> bool:
    command = [program("pg_isready"), "--quiet", "-h", HOST, "-p", str(port)]
    return subprocess.run(command).returncode == 0


def version() -> str:
    return children.run([program("postgres"), "--version"]).split()[2]
