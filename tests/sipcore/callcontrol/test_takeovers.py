"""Who may take whose place: RFC 3891 section 3, status by status."""

from dataclasses import replace

import pytest

from sipcore.ports import LineRecord
from tests.sipcore.callcontrol.ladders import CAROLS, is_rung, takes_over
from tests.sipcore.callcontrol.office import AUDIO, Handset, Office, call
from tests.sipcore.site import flow, number, phone


def test_call_that_is_not_there_is_a_481(office: Office, carol: Handset) -> None:
    carol.dials("1002", CAROLS, Replaces="x;to-tag=1;from-tag=2")
    carol.expects(481)
    assert office.record().decision.rule == "replaces-unknown-call"
    assert office.is_at_rest()


def test_replaces_that_cannot_be_read_is_a_400(office: Office, carol: Handset) -> None:
    carol.dials("1002", CAROLS, Replaces="x")
    carol.expects(400)
    assert office.is_at_rest()


def test_caller_that_waits_cannot_be_replaced(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    """The early dialog "was not initiated by this UA" (RFC 3891 section 3)."""
    is_rung(alice, bob)
    takes_over(carol, alice)
    carol.expects(481)
    assert bob.hears_nothing()


def test_early_only_does_not_take_an_answered_call(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    takes_over(carol, bob, "early-only")
    carol.expects(486)
    assert alice.hears_nothing()
    assert office.record().decision.rule == "replaces-answered-call"


def test_call_that_just_ended_is_a_603(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    alice.sends("BYE")
    bob.expects("BYE")
    takes_over(carol, bob)
    carol.expects(603)
    assert office.records[-1].decision.rule == "replaces-ended-call"


def test_call_that_is_being_taken_over_is_not_taken_over_twice(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    takes_over(carol, bob)
    carol.expects(100)
    other = replace(carol, count=100)
    takes_over(other, bob)
    other.expects(480)
    assert office.records[-1].decision.rule == "replaces-busy-call"
    bob.sends("REFER", Refer_To="<sip:1003@x>")
    bob.expects(491)


def test_phone_that_waits_for_a_new_party_is_nobodys_place(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    bob.sends("REFER", Refer_To="<sip:1003@x>", Refer_Sub="false")
    bob.expects(202)
    carol.expects("INVITE")
    carol.answers(180)
    dave = office.handset("1009", "SEP000000001003", place=flow("198.51.100.9"))
    takes_over(dave, carol)
    dave.expects(480)


@pytest.mark.parametrize("shares_the_line", [False, True])
def test_phone_that_may_not_call_the_other_needs_the_line(
    office: Office, alice: Handset, bob: Handset, shares_the_line: bool
) -> None:
    digits = "1002" if shares_the_line else "1005"
    lines = (LineRecord(1, number(digits, calling_search_space=())),)
    far = phone("SEP000000001005", "x", lines=lines, calling_search_space=())
    office.configure(far)
    call(alice, bob)
    dave = office.handset(digits, far.name, place=flow("198.51.100.5"))
    takes_over(dave, bob, body=AUDIO)
    if shares_the_line:
        dave.expects(100)
        alice.expects("INVITE")
    else:
        dave.expects(403)
        assert office.record().decision.rule == "replaces-not-allowed"
        assert "may call 1001 itself" in office.record().decision.expected


def test_line_without_a_call_left_takes_none_over(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    record = office.site.phones["SEP000000001003"]
    lines = tuple(replace(line, max_calls=1, busy_trigger=1) for line in record.lines)
    office.configure(replace(record, lines=lines))
    call(alice, bob)
    busy = replace(carol, count=100)
    busy.dials("1002")
    busy.expects(100)
    takes_over(carol, bob)
    carol.expects(486)
    assert office.record().decision.rule == "busy"
    assert alice.hears_nothing()


def test_phone_does_not_take_over_a_call_with_itself(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    again = replace(alice, count=100)
    takes_over(again, bob)
    again.expects(486)
    assert bob.hears_nothing()
    assert office.record().decision.rule == "busy"
