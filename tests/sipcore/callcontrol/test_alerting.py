"""What the phones that ring are told when they need not any more: RFC 3326."""

import pytest

from sipcore.callcontrol.causes import COMPLETED_ELSEWHERE
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, hang_up
from tests.sipcore.site import binding, flow, phone


@pytest.fixture
def two(office: Office) -> tuple[Handset, Handset]:
    """Two phones with line 1009."""
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    lab = office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))
    desk = office.handset("1003")
    office.bindings.put(binding("SEP000000001003", "1009", desk.flow))
    return desk, lab


def ring(caller: Handset, two: tuple[Handset, Handset]) -> None:
    caller.dials("1009")
    caller.expects(100)
    for each in two:
        each.expects("INVITE")
        each.answers(180)
    caller.expects(180)


def reason(handset: Handset) -> str:
    reason = handset.request("CANCEL").headers.get("Reason")
    handset.answers(487)
    return reason


def test_phone_that_was_too_late_has_missed_nothing(
    office: Office, alice: Handset, two: tuple[Handset, Handset]
) -> None:
    desk, lab = two
    ring(alice, two)
    lab.answers(200, ANSWER)
    assert reason(desk) == 'SIP;cause=200;text="Call completed elsewhere"'
    assert COMPLETED_ELSEWHERE == ("Reason", 'SIP;cause=200;text="Call completed elsewhere"')
    alice.expects(200)
    alice.acks()
    lab.expects("ACK")
    hang_up(alice, lab)
    assert office.is_at_rest()


def test_caller_that_gives_up_is_a_normal_clearing(
    office: Office, alice: Handset, two: tuple[Handset, Handset]
) -> None:
    ring(alice, two)
    alice.cancels()
    assert {reason(each) for each in two} == {"Q.850;cause=16"}
    assert office.is_at_rest()


def test_nobody_answers(office: Office, alice: Handset, two: tuple[Handset, Handset]) -> None:
    ring(alice, two)
    office.wait(180.0)
    assert {reason(each) for each in two} == {"Q.850;cause=19"}
    assert office.is_at_rest()


def test_decline_of_one_phone_stops_all(
    office: Office, alice: Handset, two: tuple[Handset, Handset]
) -> None:
    desk, lab = two
    ring(alice, two)
    lab.answers(603)
    assert reason(desk) == "Q.850;cause=21"
    alice.expects(603)
    assert office.is_at_rest()
