"""Attended transfers as ladders: Bob has called Carol before he transfers Alice (RFC 5589)."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from sipcore.message import Request
from tests.sipcore.callcontrol.ladders import (
    ALICES,
    CAROLS,
    Three,
    hears,
    joins,
    leaves,
    refers,
    refuses,
    renegotiates,
    replacing,
)
from tests.sipcore.callcontrol.office import AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import SERVER

Four = tuple[Handset, Handset, Handset, Handset]


@pytest.fixture
def consulting(talking: Three) -> tuple[Handset, Handset, Handset, Handset]:
    """Bob talks to Alice in his first call, and to Carol in his second one."""
    alice, first, carol = talking
    second = replace(first)
    call(second, carol)
    return alice, first, second, carol


def offers(carol: Handset) -> None:
    """Carol's phone is asked for an offer, and makes one."""
    assert carol.request("INVITE").body == b""
    carol.answers(200, CAROLS)


def test_attended_transfer(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    offers(carol)
    joins(alice, carol)
    messages = [first.inbox.popleft() for _ in range(2)]
    for message in messages:
        assert isinstance(message, Request)
        first.answers(200, to=message)
    assert {m.method for m in messages if isinstance(m, Request)} == {"NOTIFY", "BYE"}
    leaves(first)
    hang_up(alice, carol)
    assert [record.decision.rule for record in office.records] == [
        "transferred",
        "transferred",
        "answered",
    ]
    joined = office.records[-1]
    assert (joined.caller_number, joined.called_phone) == ("1001", "SEP000000001003")
    assert office.is_at_rest()


def test_tags_named_the_wrong_way_are_understood(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    named = f"{second.call_id};from-tag={second.peer_tag};to-tag={second.tag}"
    refers(first, f"<sip:1003@{SERVER[0]}?Replaces={quote(named)}>")
    hears(first, 100)
    offers(carol)
    joins(alice, carol)
    hang_up(carol, alice)
    first.ignores_all()
    assert office.is_at_rest()


def test_transferor_that_leaves_both_calls_at_once(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    for each in (second, first):
        each.sends("BYE")
        each.expects(200)
    offers(carol)
    joins(alice, carol)
    hang_up(alice, carol)
    assert len(office.records) == 3
    assert office.is_at_rest()


def test_transferor_that_left_both_calls_and_a_join_that_fails(
    office: Office, consulting: Four
) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    for each in (first, second):
        each.sends("BYE")
        each.expects(200)
    offers(carol)
    alice.expects("INVITE")
    refuses(alice, 488)
    carol.expects("ACK")
    leaves(carol)
    leaves(alice)
    assert sorted(record.status for record in office.records) == [200, 200, 488]
    assert office.is_at_rest()


def test_target_that_refuses_leaves_both_calls_up(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    carol.expects("INVITE")
    refuses(carol, 488)
    hears(first, 488)
    hang_up(second, carol)
    hang_up(first, alice)
    assert [record.status for record in office.records] == [488, 200, 200]
    assert office.is_at_rest()


def test_target_that_hangs_up_meanwhile(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    carol.expects("INVITE")
    carol.answers(100)
    carol.sends("BYE")
    carol.expects(200)
    hears(first, 480)
    leaves(second)
    hang_up(first, alice)
    carol.ignores_all()
    assert office.is_at_rest()


def test_transferee_that_hangs_up_meanwhile_leaves_the_second_call(
    office: Office, consulting: Four
) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    offers(carol)
    alice.expects("INVITE")
    alice.sends("BYE")
    alice.expects(200)
    alice.answers(200, ALICES)
    alice.expects("ACK")
    assert b"m=audio 0 " in carol.request("ACK").body
    hears(first, 487)
    leaves(first)
    renegotiates(second, carol, AUDIO, CAROLS)
    hang_up(second, carol)
    assert office.is_at_rest()


def hands_over_early(first: Handset, carol: Handset) -> Handset:
    """A phone calls Carol on a second line, and while that rings refers its first call to it."""
    second = replace(first)
    second.dials("1003")
    second.expects(100)
    carol.expects("INVITE")
    carol.answers(180)
    second.expects(180)
    first.sends("REFER", Refer_To=replacing(second))
    second.expects(487)
    first.expects(202)
    return second


def test_early_attended_transfer(office: Office, talking: Three) -> None:
    alice, first, carol = talking
    second = hands_over_early(first, carol)
    second.acks()
    hears(first, 100)
    carol.answers(200, CAROLS)
    carol.expects("ACK")
    offers(carol)
    joins(alice, carol)
    hears(first, 200)
    leaves(first)
    hang_up(carol, alice)
    rules = [(record.decision.rule, record.status) for record in office.records]
    assert rules == [("transferred", 487), ("transferred", 200), ("answered", 200)]
    assert office.is_at_rest()


def test_early_attended_transfer_that_is_refused(office: Office, talking: Three) -> None:
    alice, first, carol = talking
    hands_over_early(first, carol)
    hears(first, 100)
    refuses(carol, 486)
    hears(first, 486)
    hang_up(first, alice)
    assert office.is_at_rest()


def test_numbers_in_sight_change_only_when_the_join_succeeds(
    office: Office, consulting: Four
) -> None:
    alice, first, second, carol = consulting
    refers(first, replacing(second))
    hears(first, 100)
    offers(carol)
    alice.expects("INVITE")
    alice.answers(488)
    carol.expects("ACK")
    alice.expects("ACK")
    hears(first, 488)
    first.sends("UPDATE", AUDIO)
    update = alice.request("UPDATE")
    assert "sip:1002@" in update.headers.get("Remote-Party-ID")
    hang_up(second, carol)
    assert office.is_at_rest()
