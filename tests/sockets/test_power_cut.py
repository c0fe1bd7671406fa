"""Twenty thousand phones come back after a power cut; all of them register."""

import os
import sys
from pathlib import Path

import pytest

from tests.sockets import callserver
from tests.sockets.callserver import FIRST_NUMBER
from tests.sockets.crowd import Crowd

pytestmark = [pytest.mark.external, pytest.mark.stress]

PHONES = 20_000
PER_HOST = 100
SPREAD_S = 2.0
UNTIL_S = 55.0


def test_all_phones_are_registered_again_after_a_power_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = callserver.make(tmp_path / "site", 1)
    callserver.multiply(server, PHONES)
    with server.running() as process:
        crowd = Crowd(("127.0.0.1", server.port))
        numbers = range(FIRST_NUMBER, FIRST_NUMBER + PHONES)
        crowd.run(numbers, per_host=PER_HOST, spread_s=SPREAD_S, until_s=UNTIL_S)
        assert process.poll() is None
        rows = server.rows("SELECT COUNT(DISTINCT phone) FROM ccmadmin_binding")
    took = [phone.took_s + phone.started_at for phone in crowd.phones]
    all_s = max(took) - crowd.phones[0].started_at
    times = crowd.times()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{PHONES} phones came back within {SPREAD_S:g} s: all registered after "
            f"{all_s:.1f} s, half of them after {times[PHONES // 2]:.1f} s; "
            f"answers {dict(crowd.answers)}, {crowd.repeated} requests repeated; "
            f"{os.cpu_count()} processors\n"
        )
    assert times[-1] < UNTIL_S, f"{sum(t == float('inf') for t in times)} are not registered"
    assert rows == [(PHONES,)]
