"""The simplest B2BUA of the Python package sippy: each call goes to one place. It logs nothing."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version as version_of
from pathlib import Path

from bench import children
from bench.children import HOST
from bench.cores import Cores


@contextlib.contextmanager
def running(
    folder: Path, cores: Cores, port: int, next_port: int
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run it on `port`; it sends calls to `next_port`."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["-m", "sippy.b2bua_simple", "-f", "-l", HOST, "-p", str(port)]
    command = [sys.executable, *words, "-n", f"{HOST}:{next_port}"]
    env = {**os.environ, "SIPLOG_BEND": "none"}
    log = folder / "sippy.log"
    with children.running(cores.on_server_core(command), log, env=env) as process:
        children.wait_for(lambda: children.listens(port), process, log)
        yield process


def version() -> str:
    return version_of("sippy")
