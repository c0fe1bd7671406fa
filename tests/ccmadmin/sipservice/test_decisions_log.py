import logging
from dataclasses import replace

import pytest

from ccmadmin.sipservice.decisions_log import log_attempt, log_call
from tests.ccmadmin.sipservice.values import ACCEPTED, REFUSED, attempt, call


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_a_refusal_says_who_why_and_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    log_attempt(attempt())
    assert lines(caplog) == [
        (
            "WARNING",
            "REGISTER of SEP000000001001 from UDP 192.0.2.7:5062: refused (digest-password, 403). "
            "The password is wrong. Enter it again",
        )
    ]


@pytest.mark.parametrize(
    ("outcome", "level"),
    [("accepted", "INFO"), ("removed", "INFO"), ("challenged", "DEBUG"), ("refused", "WARNING")],
)
def test_the_level_follows_the_outcome(
    caplog: pytest.LogCaptureFixture, outcome: str, level: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        log_attempt(attempt(decision=replace(ACCEPTED, outcome=outcome)))
    assert [each[0] for each in lines(caplog)] == [level]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"phone": ""}, "swhite"),
        ({"phone": "", "userid": ""}, "1001"),
        ({"phone": "", "userid": "", "number": ""}, "a stranger"),
    ],
)
def test_the_best_name_there_is_is_used(
    caplog: pytest.LogCaptureFixture, values: dict[str, str], name: str
) -> None:
    log_attempt(attempt(**values))
    assert lines(caplog)[0][1].startswith(f"REGISTER of {name} from")


def test_a_peer_cannot_write_lines_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    decision = replace(REFUSED, summary="a\nERROR forged\x1b[31m\u2028\ud800")
    log_attempt(attempt(phone="", userid="x\r\ny", decision=decision))
    assert lines(caplog)[0][1].isprintable()


def test_a_call_that_came_to_nothing_says_why(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_call(call())
    assert lines(caplog) == [
        ("INFO", "call from 1001 to 1002: refused (cancelled, 487). The caller hung up")
    ]
