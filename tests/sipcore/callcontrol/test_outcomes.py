import pytest

from sipcore.callcontrol import outcomes
from sipcore.callcontrol.causes import Failure
from sipcore.callcontrol.reasons import Attempt

ATTEMPT = Attempt("line 1001 of SEP000000001001", "1002", ("PT_Internal",))
PHONE = "SEP000000001002"


@pytest.mark.parametrize(
    ("failure", "rule", "words"),
    [
        (Failure(486, PHONE, 486, "Busy Here"), "rejected-by-phone", "486 Busy Here"),
        (Failure(486, PHONE), "busy", "line is in use"),
        (Failure(408, PHONE), "unreachable", "no response came"),
        (Failure(480, PHONE), "unreachable", "no response came"),
        (Failure(500, PHONE, 200), "rejected-by-phone", "sent 200 with others"),
    ],
)
def test_failure_is_told_by_what_the_phone_did(failure: Failure, rule: str, words: str) -> None:
    decision = outcomes.failed(ATTEMPT, failure, failure.status)
    assert decision.rule == rule
    assert words in decision.received
    assert "The caller was told" not in decision.received


def test_other_status_for_the_caller_is_mentioned() -> None:
    decision = outcomes.failed(ATTEMPT, Failure(302, PHONE, 302, "Moved"), 480)
    assert decision.status == 480
    assert decision.received.endswith("sent 302 Moved. The caller was told 480.")
    assert "forwarding" in decision.advice


def test_reason_phrase_of_a_phone_is_made_harmless() -> None:
    decision = outcomes.failed(ATTEMPT, Failure(486, PHONE, 486, "x\x07" * 200), 486)
    assert decision.summary.isprintable()
    assert len(decision.summary) < 300


def test_hours_and_seconds_are_plain() -> None:
    assert "12 hours" in outcomes.too_long(ATTEMPT, 12 * 3600.0).summary
    assert "within 180 seconds" in outcomes.no_answer(ATTEMPT, 180.0, 480).expected
