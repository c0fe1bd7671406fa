"""Pickups as ladders: Carol takes the call that rings at Bob's phone (RFC 3891)."""

import pytest

from tests.sipcore.callcontrol.ladders import (
    ALICES,
    CAROLS,
    Three,
    accepts,
    dial,
    is_rung,
    leaves,
    named,
    pracks,
    refuses,
    rings,
    takes_over,
    takes_place,
)
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, hang_up
from tests.sipcore.site import SERVER, binding, flow, phone


@pytest.fixture
def ringing(alice: Handset, bob: Handset, carol: Handset) -> Three:
    is_rung(alice, bob)
    return alice, bob, carol


def test_ringing_call_is_picked_up(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob, "early-only")
    carol.expects(100)
    assert "completed elsewhere" in bob.request("CANCEL").headers.get("Reason")
    refuses(bob, 487)
    first = alice.response(200)
    assert b"m=audio 9 RTP/AVP 0 101" in first.body
    assert b"a=inactive" in first.body
    assert carol.hears_nothing()
    alice.acks()
    takes_place(alice, carol)
    hang_up(alice, carol)
    picked, talked = office.records
    assert (picked.caller_number, picked.decision.rule) == ("1001", "taken-over")
    assert (talked.caller_number, talked.called_number) == ("1003", "1001")
    assert office.is_at_rest()


def test_caller_without_an_offer_is_made_one(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    dial(alice, bob, b"")
    bob.answers(180)
    alice.expects(180)
    takes_over(carol, bob)
    carol.expects(100)
    assert b"m=audio 9 RTP/AVP 0 8\r\na=inactive" in alice.response(200).body
    alice.acks(AUDIO)
    takes_place(alice, carol)
    bob.ignores_all()
    hang_up(carol, alice)
    assert office.is_at_rest()


def test_all_phones_stop_when_one_of_them_is_replaced(
    office: Office, alice: Handset, carol: Handset
) -> None:
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    lab = office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))
    bob = office.handset("1002")
    office.bindings.put(binding("SEP000000001003", "1009", carol.flow))
    alice.dials("1009")
    alice.expects(100)
    for each in (lab, carol):
        each.expects("INVITE")
        each.answers(180)
    alice.expects(180)
    takes_over(bob, lab)
    bob.expects(100)
    for each in (lab, carol):
        each.expects("CANCEL")
        each.answers(487)
    alice.expects(200)
    alice.acks()
    alice.expects("INVITE")
    accepts(alice, bob, ALICES)
    hang_up(bob, alice)
    lab.ignores_all()
    carol.ignores_all()
    assert office.is_at_rest()


def test_media_that_were_agreed_while_it_rang_are_not_answered_again(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1, ANSWER, 183)
    early = alice.response(183)
    takes_over(carol, bob)
    carol.expects(100)
    assert alice.hears_nothing()  # "unless [...] contained a session description" (RFC 3262)
    pracks(alice, early)
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(200)
    office.wait(0.5)
    assert alice.response(200).body == b""
    alice.acks()
    takes_place(alice, carol)
    bob.ignores_all()
    hang_up(alice, carol)
    assert office.is_at_rest()


@pytest.mark.parametrize(("flags", "status"), [((), 200), (("early-only",), 486)])
def test_phone_that_answers_while_the_other_waits(
    office: Office,
    alice: Handset,
    bob: Handset,
    carol: Handset,
    flags: tuple[str, ...],
    status: int,
) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1, ANSWER, 183)
    early = alice.response(183)
    takes_over(carol, bob, *flags)
    carol.expects(100)
    bob.answers(200)
    pracks(alice, early)
    alice.expects(200)
    alice.acks()
    office.wait(0.5)
    if status == 200:
        alice.expects("INVITE")
        alice.answers(200, ALICES)
    carol.expects(status)
    carol.acks()
    bob.ignores_all()
    alice.ignores_all()
    alice.sends("BYE")
    assert office.records[-1].decision.rule == "answered"
    assert office.is_at_rest()


def test_caller_that_hangs_up_before_it_is_joined(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects(200)
    alice.acks()
    alice.expects("INVITE")
    alice.sends("BYE")
    alice.expects(200)
    carol.expects(603)
    assert sorted(record.status for record in office.records) == [487, 603]
    bob.ignores_all()
    assert office.is_at_rest()


def test_caller_that_never_confirms_is_given_up(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    office.wait(33.0)
    carol.expects(603)
    alice.ignores_all()
    bob.ignores_all()
    assert office.is_at_rest()


def test_answer_that_crosses_the_pickup_is_ended(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    bob.expects("CANCEL")
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    leaves(bob)
    alice.expects(200)
    alice.acks()
    takes_place(alice, carol)
    hang_up(alice, carol)
    assert office.is_at_rest()


# -- a pickup that comes to nothing ---------------------------------------------------------------


def picks_up(ringing: Three) -> None:
    """Carol has pressed her key; Alice has her answer, and Bob's phone is silent."""
    alice, bob, carol = ringing
    carol.dials("1002", CAROLS, Replaces=named(bob), Expires="5")
    carol.expects(100)
    bob.answers(200, to=bob.request("CANCEL"))
    refuses(bob, 487)
    alice.expects(200)


def rings_again(ringing: Three) -> None:
    """Bob's phone rings for Alice as before, and she talks to him when he answers."""
    alice, bob, _ = ringing
    invite = bob.request("INVITE")
    assert invite.from_.uri == f"sip:1001@{SERVER[0]}"
    assert invite.headers.get("Expires") == "180"
    bob.answers(180)
    bob.answers(200, ANSWER)
    offer = alice.request("INVITE")
    assert offer.body == ANSWER
    assert "sip:1002@" in offer.headers.get("Remote-Party-ID")
    alice.answers(200, AUDIO)
    alice.expects("ACK")
    assert bob.request("ACK").body == AUDIO


def test_phone_that_gives_up_after_the_pickup_lets_the_other_ring_again(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    picks_up(ringing)
    alice.acks()
    alice.expects("INVITE")
    alice.answers(100)
    carol.cancels()
    carol.expects(200)
    carol.expects(487)
    alice.answers(200, to=alice.request("CANCEL"))
    refuses(alice, 487)
    office.wait(0.25)
    rings_again(ringing)
    hang_up(alice, bob)
    gave_up, talked = office.records
    assert (gave_up.caller_number, gave_up.decision.rule) == ("1003", "cancelled")
    assert (talked.caller_number, talked.called_phone) == ("1001", "SEP000000001002")
    assert (talked.decision.rule, talked.answered_at) == ("answered", 1000.25)
    assert office.is_at_rest()


def test_caller_that_has_not_confirmed_yet_is_offered_nothing(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    picks_up(ringing)
    carol.cancels()
    bob.expects("INVITE")
    bob.answers(200, ANSWER)
    assert alice.hears_nothing()
    alice.acks()
    office.wait(0.5)
    assert alice.request("INVITE").body == ANSWER
    alice.answers(200, AUDIO)
    bob.expects("ACK")
    alice.expects("ACK")
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_pickup_whose_media_the_caller_refuses_lets_the_other_ring_again(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    picks_up(ringing)
    alice.acks()
    alice.expects("INVITE")
    refuses(alice, 488)
    carol.expects(488)
    rings_again(ringing)
    hang_up(bob, alice)
    assert [record.decision.rule for record in office.records] == ["not-joined", "answered"]
    assert office.is_at_rest()


def test_nobody_answers_when_it_rings_again(office: Office, ringing: Three) -> None:
    alice, bob, _ = ringing
    picks_up(ringing)
    alice.acks()
    alice.expects("INVITE")
    alice.answers(488)
    bob.expects("INVITE")
    bob.answers(486)
    alice.expects("ACK")
    leaves(alice)
    assert [record.status for record in office.records] == [488, 486]
    assert office.records[-1].answered_at is None
    bob.ignores_all()
    assert office.is_at_rest()


def test_caller_hangs_up_while_it_rings_again(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    picks_up(ringing)
    alice.acks()
    carol.cancels()
    bob.expects("INVITE")
    bob.answers(180)
    alice.sends("BYE")
    bob.expects("CANCEL")
    bob.answers(487)
    assert [record.status for record in office.records] == [487, 487]
    alice.ignores_all()
    assert office.is_at_rest()


def test_caller_that_is_gone_is_rung_for_no_more(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    picks_up(ringing)
    alice.acks()
    alice.expects("INVITE")
    alice.answers(481)
    carol.expects(481)
    assert bob.hears_nothing()
    alice.ignores_all()
    assert office.is_at_rest()
