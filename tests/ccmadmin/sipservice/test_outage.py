import logging

import pytest

from ccmadmin.sipservice.outage import Outage


@pytest.fixture
def outage() -> Outage:
    return Outage(logging.getLogger("test"), "the database")


def test_an_outage_is_said_once_and_its_end_once(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    outage.worked()
    for _ in range(3):
        outage.failed(OSError("disk full"))
    outage.worked()
    outage.worked()
    assert [record.getMessage() for record in caplog.records] == [
        "the database: disk full; trying again",
        "the database: works again; tries that failed: 3",
    ]


def test_the_pause_doubles_up_to_a_limit_and_starts_again(outage: Outage) -> None:
    pauses = []
    for _ in range(8):
        outage.failed(OSError())
        pauses.append(outage.pause_s)
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    outage.worked()
    outage.failed(OSError())
    assert outage.pause_s == 0.1
