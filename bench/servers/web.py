"""Our own pages: gunicorn as `manage.py serve` starts it, on a data folder."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from bench import children
from bench.children import HOST
from bench.servers.ccmadmin import MANAGE, PROJECT, CallServer

GUNICORN = [sys.executable, "-m", "gunicorn", "ccmadmin.wsgi", "--no-control-socket"]
WORKERS = ["--workers", "2", "--threads", "4", "--worker-class", "gthread"]


@contextlib.contextmanager
def running(server: CallServer, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the pages of the server's data folder; the block begins when they answer."""
    children.run([*MANAGE, "collectstatic", "--noinput", "-v", "0"], env=server.env)
    command = server.cores.on_server_core([*GUNICORN, *WORKERS, "--bind", f"{HOST}:{port}"])
    log = server.folder / "web.log"
    env = {**server.env, "PYTHONPATH": str(PROJECT)}
    with children.running(command, log, env=env) as process:
        children.wait_for(lambda: log.read_bytes().count(b"Booting worker") > 1, process, log)
        yield process
