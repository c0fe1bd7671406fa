"""What belongs to no call: requests and answers that come too late, or from nowhere."""

import pytest

from sipcore.message import Request
from tests.sipcore.callcontrol.ladders import dial
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, call, hang_up
from tests.sipcore.site import binding


@pytest.mark.parametrize("method", ["BYE", "INFO", "UPDATE", "INVITE", "OPTIONS"])
def test_request_of_an_unknown_dialog_is_a_481(
    office: Office, alice: Handset, method: str
) -> None:
    alice.call_id, alice.tag, alice.peer_tag = "c", "a", "b"
    alice.target = alice.peer_uri = "sip:1002@192.0.2.1"
    alice.sends(method)
    alice.expects(481)
    assert office.records == []
    assert office.is_at_rest()


def test_bye_outside_of_a_dialog_is_a_481(alice: Handset) -> None:
    alice.call_id, alice.tag = "c", "a"
    alice.target = alice.peer_uri = "sip:1002@192.0.2.1"
    alice.sends("BYE")
    alice.expects(481)


def test_ack_of_an_unknown_dialog_is_dropped(office: Office, alice: Handset) -> None:
    alice.dials("5555")
    alice.expects(404)
    alice.peer_tag = "b"
    alice.acks()
    assert alice.hears_nothing()
    assert office.is_at_rest()


def test_cancel_after_the_answer_changes_nothing(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER)
    alice.expects(200)
    alice.cancels()
    alice.expects(200)
    assert office.records == []
    alice.acks()
    bob.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_answer_repeated_after_the_call_is_over_is_acknowledged_and_ended_again(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    invite = bob.invite
    hang_up(alice, bob)
    bob.answers(200, ANSWER, to=invite)
    bob.expects("ACK")
    bye = bob.request("BYE")
    bob.answers(481, to=bye)
    assert len(office.records) == 1
    assert office.is_at_rest()


def test_answer_behind_a_fork_without_a_usable_address_is_dropped(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER, tag="one")
    bob.answers(200, ANSWER, tag="two", Contact="<mailto:b@h>")
    assert bob.hears_nothing()


def test_each_call_leaves_one_record(office: Office, alice: Handset, bob: Handset) -> None:
    for _ in range(3):
        call(alice, bob)
        hang_up(bob, alice)
    assert len(office.records) == 3
    assert office.control.take_records() == []
    assert office.is_at_rest()


def test_deadline_is_that_of_the_first_timer(office: Office, alice: Handset, bob: Handset) -> None:
    assert office.control.next_deadline() is None
    alice.dials("1002")
    assert office.control.next_deadline() == 1180.0
    bob.expects("INVITE")
    bob.answers(200, ANSWER)
    assert office.control.next_deadline() == 1000.5


def test_shut_down_ends_calls_and_takes_no_more(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    office.bindings.put(binding("SEP000000001001", "1009", alice.flow))
    call(alice, bob)
    carol.dials("1009")
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(180)
    carol.expects(180)
    office.shuts_down()
    assert office.control.has_calls
    for each in (alice, bob):
        bye = next(m for m in each.inbox if isinstance(m, Request) and m.method == "BYE")
        each.answers(200, to=bye)
        each.inbox.remove(bye)
    assert carol.response(503).headers.get("Retry-After") == "5"
    alice.expects("CANCEL")
    alice.answers(487)
    assert [record.decision.rule for record in office.records] == ["shut-down", "shut-down"]
    assert sorted(record.status for record in office.records) == [200, 503]
    carol.dials("1002")
    carol.expects(503)
    assert office.control.counts()["calls"] == 0
    assert office.is_at_rest()
