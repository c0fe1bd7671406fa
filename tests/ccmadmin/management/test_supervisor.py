"""The supervisor with small programs of our own in place of the servers."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccmadmin.management.supervisor import Server, Supervisor
from tests.phones.process import wait_for

pytestmark = pytest.mark.external

READY = "import time; print('ready', flush=True); "
SLEEPER = READY + "time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
SHORT = READY + "time.sleep(0.3); raise SystemExit(3)"


def server(name: str, program: str) -> Server:
    return Server(name, [sys.executable, "-c", program], "ready")


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (1, 2, 15)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def supervise(*servers: Server, on_ready: int | None = None) -> tuple[int, list[str], Supervisor]:
    """Run the servers; when all are ready, send `on_ready` to ourselves."""
    lines: list[str] = []
    supervisor = Supervisor(servers, lines.append)

    def ready() -> None:
        lines.append("all ready")
        if on_ready:
            threading.Thread(target=os.kill, args=(os.getpid(), on_ready)).start()

    return supervisor.run(ready), lines, supervisor


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_servers_in_their_order(number: int) -> None:
    status, lines, supervisor = supervise(
        server("web", SLEEPER), server("sip", SLEEPER), on_ready=number
    )
    assert status == 0
    assert "all ready" in lines
    assert [child.server.name for child in supervisor.children] == ["web", "sip"]
    assert all(child.process.returncode is not None for child in supervisor.children)


def test_a_server_that_ends_by_itself_takes_the_rest_with_it() -> None:
    status, lines, supervisor = supervise(server("web", SLEEPER), server("sip", SHORT))
    assert status == 1
    assert "sip ended with status 3; ending the rest" in lines
    assert all(child.process.returncode is not None for child in supervisor.children)


def test_servers_that_do_not_listen_are_killed_within_five_seconds() -> None:
    began = time.monotonic()
    status, _, supervisor = supervise(
        server("web", STUBBORN), server("sip", STUBBORN), on_ready=signal.SIGTERM
    )
    assert status == 0
    assert [child.process.returncode for child in supervisor.children] == [-signal.SIGKILL] * 2
    assert time.monotonic() - began < 6  # starting two interpreters is part of it


def test_a_supervisor_that_is_killed_takes_its_servers_with_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    tell = f"import os; open({str(pids)!r}, 'a').write(f'{{os.getpid()}} '); " + SLEEPER
    program = (
        "import sys; from ccmadmin.management.supervisor import Server, Supervisor\n"
        f"server = Server('sip', [sys.executable, '-c', {tell!r}], 'ready')\n"
        "Supervisor([server], lambda line: None).run(lambda: print('all ready', flush=True))"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        assert supervisor.stdout.readline() == "all ready\n"
        supervisor.kill()
    server_pid = int(pids.read_text())
    wait_for("the server to end", lambda: not is_running(server_pid), 5)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
