"""Blind transfers as ladders: Alice is transferred by Bob to Carol (RFC 5589)."""

import pytest

from tests.sipcore.callcontrol.ladders import (
    ALICES,
    CAROL,
    CAROLS,
    Three,
    hears,
    is_sent_on,
    joins,
    leaves,
    refers,
    refuses,
    renegotiates,
)
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import SERVER


@pytest.mark.parametrize("is_caller", [False, True])
def test_blind_transfer(
    office: Office, alice: Handset, bob: Handset, carol: Handset, is_caller: bool
) -> None:
    if is_caller:
        call(bob, alice)
    else:
        call(alice, bob)
    refers(bob)
    assert hears(bob, 100).startswith("active;expires=")
    invite = carol.request("INVITE")
    assert invite.body == b""
    assert invite.from_.uri == f"sip:1001@{SERVER[0]}"
    carol.answers(180)
    hears(bob, 180)
    office.wait(3.0)
    carol.answers(200, CAROLS)
    joins(alice, carol)
    assert hears(bob, 200) == "terminated;reason=noresource"
    leaves(bob)
    hang_up(carol, alice)
    first, second = office.records
    assert (first.decision.rule, first.status) == ("transferred", 200)
    assert first.ended_at == second.answered_at == 1003.0
    assert (second.caller_number, second.called_number) == ("1001", "1003")
    assert (second.dialed, second.called_phone) == ("1003", "SEP000000001003")
    assert (second.decision.rule, second.ended_by) == ("answered", "called")
    assert second.ringing_at == second.started_at == 1000.0
    assert "transferred by line 1002 of SEP000000001002" in second.decision.received
    assert office.is_at_rest()


def test_transferred_call_can_be_held_and_transferred_again(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(200, CAROLS)
    joins(alice, carol)
    hears(bob, 200)
    leaves(bob)
    renegotiates(carol, alice, CAROLS + b"a=sendonly\r\n", ALICES)
    refers(carol, f"<sip:1002@{SERVER[0]}>")
    hears(carol, 100)
    bob.expects("INVITE")
    refuses(bob, 486)
    assert hears(carol, 486) == "terminated;reason=noresource"
    hang_up(alice, carol)
    assert [record.status for record in office.records] == [200, 486, 200]
    assert office.is_at_rest()


def test_transferor_that_hangs_up_at_once_does_not_stop_it(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    refers(bob, refer_sub="false")
    assert bob.hears_nothing()
    carol.expects("INVITE")
    bob.sends("BYE")
    bob.expects(200)
    carol.answers(180)
    carol.answers(200, CAROLS)
    joins(alice, carol)
    hang_up(alice, carol)
    assert [record.decision.rule for record in office.records] == ["transferred", "answered"]
    assert office.is_at_rest()


def test_without_subscription_the_transferor_hears_only_the_bye(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    bob.sends("REFER", Refer_To=CAROL, Refer_Sub="false", Require="norefersub")
    assert bob.response(202).headers.get("Refer-Sub") == "false"
    carol.expects("INVITE")
    carol.answers(200, CAROLS)
    joins(alice, carol)
    leaves(bob)
    hang_up(alice, carol)
    assert office.is_at_rest()


@pytest.mark.parametrize("status", [404, 486, 603])
def test_refusal_of_the_target_leaves_the_two_talking(
    office: Office, talking: Three, status: int
) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(status)
    hears(bob, status)
    assert alice.hears_nothing()
    renegotiates(bob, alice, ANSWER, AUDIO)
    hang_up(alice, bob)
    failed, talked = office.records
    assert (failed.status, failed.decision.rule) == (status, "rejected-by-phone")
    assert talked.decision.rule == "answered"
    assert office.is_at_rest()


def test_refusal_after_the_transferor_left_ends_the_call(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    refers(bob)
    bob.sends("BYE")
    bob.ignores_all()
    carol.expects("INVITE")
    carol.answers(486)
    leaves(alice)
    assert [record.status for record in office.records] == [200, 486]
    assert office.is_at_rest()


def test_nobody_answers_a_transferred_call(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(180)
    hears(bob, 180)
    office.wait(180.0)
    hears(bob, 480)
    carol.expects("CANCEL")
    carol.answers(487)
    hang_up(alice, bob)
    assert office.is_at_rest()


@pytest.mark.parametrize("has_left", [False, True])
def test_transferee_hangs_up_while_it_rings(
    office: Office, talking: Three, has_left: bool
) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(180)
    hears(bob, 180)
    if has_left:
        bob.sends("BYE")
        bob.expects(200)
    alice.sends("BYE")
    alice.expects(200)
    assert "cause=16" in carol.request("CANCEL").headers.get("Reason")
    carol.answers(487)
    if not has_left:
        hears(bob, 487)
        leaves(bob)
    assert sorted(record.status for record in office.records) == [200, 487]
    assert office.is_at_rest()


def test_target_hangs_up_before_it_is_joined(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(200, CAROLS)
    alice.expects("INVITE")
    alice.answers(100)
    carol.sends("BYE")
    carol.expects(200)
    alice.expects("CANCEL")
    alice.answers(200, ALICES)  # it crosses
    alice.expects("ACK")
    hears(bob, 480)
    again = alice.request("INVITE")
    assert again.body == ANSWER  # she talks to Bob as before
    assert "sip:1002@" in again.headers.get("Remote-Party-ID")
    alice.answers(200, AUDIO)
    assert alice.request("ACK").body == b""
    assert bob.hears_nothing()
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_transferee_that_refuses_the_media_stays_with_the_transferor(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(200, CAROLS)
    alice.expects("INVITE")
    refuses(alice, 488)
    assert b"m=audio 0 " in carol.request("ACK").body
    leaves(carol)
    hears(bob, 488)
    hang_up(alice, bob)
    assert office.records[0].decision.rule == "not-joined"
    assert office.is_at_rest()


def test_transferee_that_is_gone_ends_everything(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(200, CAROLS)
    alice.expects("INVITE")
    alice.answers(481)
    carol.expects("ACK")
    leaves(carol)
    bob.answers(200, to=bob.request("NOTIFY"))
    leaves(bob)
    assert office.records[-1].decision.rule == "lost"
    alice.ignores_all()
    assert office.is_at_rest()


def test_target_that_makes_no_offer_is_not_joined(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(200)
    carol.expects("ACK")
    leaves(carol)
    hears(bob, 488)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_collision_at_the_transferee_is_waited_out(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    is_sent_on(bob, carol)
    carol.answers(200, CAROLS)
    alice.expects("INVITE")
    refuses(alice, 491)
    bob.sends("INVITE", ANSWER)
    bob.expects(491)  # nothing else is negotiated meanwhile
    office.wait(2.01)
    bob.ignores_all()
    alice.repeated("INVITE")
    alice.answers(200, ALICES)
    alice.expects("ACK")
    assert carol.request("ACK").body == ALICES
    hears(bob, 200)
    leaves(bob)
    hang_up(alice, carol)
    assert office.is_at_rest()


def test_hold_that_is_not_confirmed_yet_is_waited_for(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    bob.sends("INVITE", ANSWER + b"a=sendonly\r\n")
    alice.expects("INVITE")
    alice.answers(200, AUDIO)
    bob.expects(200)
    is_sent_on(bob, carol)
    carol.answers(200, CAROLS)
    assert alice.hears_nothing()
    bob.acks()
    alice.expects("ACK")
    office.wait(0.5)
    joins(alice, carol)
    bob.answers(200, to=bob.repeated("NOTIFY"))
    leaves(bob)
    hang_up(alice, carol)
    assert office.is_at_rest()


def test_second_refer_while_one_is_under_way_collides(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    refers(bob)
    hears(bob, 100)
    for each in (alice, bob):
        each.sends("REFER", Refer_To=CAROL)
        each.expects(491)
    carol.expects("INVITE")
    carol.answers(486)
    hears(bob, 486)
    carol.expects("ACK")
    bob.sends("REFER", Refer_To=CAROL)
    assert bob.sent is not None
    bob.expects(202)
    notify = bob.request("NOTIFY")
    assert notify.headers.get("Event") == f"refer;id={bob.sent.cseq.number}"
    carol.expects("INVITE")
    bob.answers(200, to=notify)
    carol.answers(486)
    hears(bob, 486)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_phone_that_waits_to_be_transferred_cannot_offer_anything(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(bob, alice)
    is_sent_on(bob, carol)
    bob.sends("BYE")
    bob.expects(200)
    for method in ("INVITE", "UPDATE"):
        alice.sends(method, ALICES)
        assert "Retry-After" in alice.response(500).headers
    alice.sends("UPDATE")
    alice.expects(200)
    carol.answers(200, CAROLS)
    joins(alice, carol)
    hang_up(alice, carol)
    assert office.is_at_rest()
