"""The 2xx that waits for its ACK: RFC 3261 section 13.3.1.4."""

import pytest

from sipcore.ports import Flow
from sipcore.timers import Timers
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office
from tests.sipcore.site import flow


def answer(caller: Handset, called: Handset) -> None:
    caller.dials(called.number)
    called.expects("INVITE")
    called.answers(200, ANSWER)
    caller.expects(100)
    caller.expects(200)


@pytest.mark.parametrize(
    "place", [flow("198.51.100.1"), flow("198.51.100.1", 40001, "TCP", 1)], ids=["UDP", "TCP"]
)
def test_answer_is_repeated_from_t1_doubling_to_t2_over_any_transport(
    office: Office, bob: Handset, place: Flow
) -> None:
    alice = office.handset("1001", place=place)
    answer(alice, bob)
    for interval in (0.5, 1.0, 2.0, 4.0, 4.0):
        office.wait(interval - 0.01)
        assert alice.hears_nothing()
        office.wait(0.01)
        alice.expects(200)
    alice.acks()
    bob.expects("ACK")
    office.wait(30.0)
    assert alice.hears_nothing()


def test_answer_without_ack_ends_the_call_after_64_t1(
    office: Office, alice: Handset, bob: Handset
) -> None:
    answer(alice, bob)
    office.wait(31.99)
    assert office.records == []
    alice.ignores_all()
    office.wait(0.01)
    bye = alice.request("BYE")
    alice.answers(200, to=bye)
    bob.expects("ACK")  # a 2xx is acknowledged even when the call is given up
    bye = bob.request("BYE")
    bob.answers(200, to=bye)
    record = office.record()
    assert (record.status, record.cause, record.ended_by) == (200, 102, "system")
    assert record.decision.rule == "lost"
    assert "SEP000000001001" in record.decision.summary
    assert office.is_at_rest()


def test_called_phone_that_hung_up_meanwhile_lets_the_caller_go_after_64_t1(
    office: Office, alice: Handset, bob: Handset
) -> None:
    answer(alice, bob)
    bob.sends("BYE")
    bob.expects(200)
    office.wait(32.0)
    alice.ignores_all()
    assert office.record().ended_by == "called"
    assert office.is_at_rest()


def test_timers_follow_t1(bob: Handset) -> None:
    office = Office(timers=Timers(t1=0.1, t2=0.4))
    alice, bob = office.handset("1001"), office.handset("1002")
    answer(alice, bob)
    for interval in (0.1, 0.2, 0.4, 0.4):
        office.wait(interval)
        alice.expects(200)
    office.wait(6.4)
    alice.ignores_all()
    bob.expects("ACK")
    bob.expects("BYE")


def test_ack_of_another_invite_does_not_count(
    office: Office, alice: Handset, bob: Handset
) -> None:
    answer(alice, bob)
    assert alice.invited is not None
    alice.invited.headers.set("CSeq", "77 INVITE")
    alice.acks()
    assert bob.hears_nothing()
    office.wait(0.5)
    alice.expects(200)
