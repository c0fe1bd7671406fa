"""A flood at the machine's full rate: phones still register, and memory stays bounded."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sockets import callserver
from tests.sockets.callserver import FIRST_NUMBER, PROJECT, CallServer
from tests.sockets.crowd import Crowd

pytestmark = [pytest.mark.external, pytest.mark.stress]

PHONES = 100
GROWTH_KIB = 128 * 1024
SETTLING_S = 2.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> CallServer:
    made = callserver.make(tmp_path_factory.mktemp("flooded"), 1)
    callserver.multiply(made, PHONES)
    return made


@contextmanager
def flood(kind: str, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.sockets.flood", kind, str(port)]
    process = subprocess.Popen(command, cwd=PROJECT)
    try:
        yield
        assert process.poll() is None, "the flood ended by itself"
    finally:
        process.kill()
        process.wait()


def resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@pytest.mark.parametrize("kind", ["junk", "passwords", "strangers"])
def test_phones_register_within_a_second_in_a_flood(
    server: CallServer, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with server.running() as process:
        before = resident_kib(process.pid)
        with flood(kind, server.port):
            time.sleep(SETTLING_S)
            crowd = Crowd(("127.0.0.1", server.port))
            numbers = range(FIRST_NUMBER, FIRST_NUMBER + PHONES)
            crowd.run(numbers, per_host=1, spread_s=2.0, until_s=5.0)
            grown = resident_kib(process.pid) - before
    times = crowd.times()
    in_time = sum(took_s <= 1 for took_s in times)
    with capsys.disabled():
        sys.stdout.write(
            f"\na flood of {kind}: {in_time} of {PHONES} phones registered within 1 s, "
            f"the slowest in {times[-1]:.3f} s; {grown // 1024} MiB more memory\n"
        )
    assert in_time >= PHONES * 99 // 100, crowd.answers
    assert grown < GROWTH_KIB
