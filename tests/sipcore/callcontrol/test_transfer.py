"""Transfers as ladders: Alice is transferred by Bob to Carol (RFC 5589)."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from sipcore.message import Request
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import SERVER

CAROLS = AUDIO.replace(b"4000", b"7000").replace(b"100.1", b"100.3")
ALICES = AUDIO.replace(b"4000", b"4400")
NUMBER = f"<sip:1003@{SERVER[0]}>"


def hears(handset: Handset, status: int) -> str:
    """Let a handset take a NOTIFY with this status; return its Subscription-State."""
    notify = handset.request("NOTIFY")
    assert notify.content_type == "message/sipfrag;version=2.0"
    assert notify.body.startswith(b"SIP/2.0 %d " % status), notify.body
    assert notify.headers.get("Event").startswith("refer")
    handset.answers(200, to=notify)
    return notify.headers.get("Subscription-State")


def refers(handset: Handset, to: str = NUMBER, refer_sub: str = "true") -> None:
    handset.sends("REFER", Refer_To=to, Refer_Sub=refer_sub)
    handset.expects(202)


def replaces(handset: Handset) -> str:
    """Return a Refer-To that names a handset's call, as its other end would see it."""
    named = f"{handset.call_id};to-tag={handset.peer_tag};from-tag={handset.tag}"
    return f"<sip:1003@{SERVER[0]}?Replaces={quote(named)}>"


def joins(alice: Handset, carol: Handset) -> None:
    """Alice gets Carol's offer, and Carol Alice's answer."""
    invite = alice.request("INVITE")
    assert invite.body == CAROLS
    assert "1003" in invite.headers.get("Remote-Party-ID")
    alice.answers(200, ALICES)
    assert alice.request("ACK").body == b""
    ack = carol.request("ACK")
    assert ack.body == ALICES


def leaves(handset: Handset) -> None:
    handset.answers(200, to=handset.request("BYE"))


@pytest.fixture
def talking(alice: Handset, bob: Handset, carol: Handset) -> tuple[Handset, Handset, Handset]:
    call(alice, bob)
    return alice, bob, carol


Three = tuple[Handset, Handset, Handset]


# -- blind ----------------------------------------------------------------------------------------


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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
    carol.answers(200, CAROLS)
    joins(alice, carol)
    hears(bob, 200)
    leaves(bob)
    carol.sends("INVITE", CAROLS + b"a=sendonly\r\n")
    assert alice.request("INVITE").body == CAROLS + b"a=sendonly\r\n"
    alice.answers(200, ALICES)
    carol.expects(200)
    carol.acks()
    alice.expects("ACK")
    refers(carol, f"<sip:1002@{SERVER[0]}>")
    hears(carol, 100)
    bob.expects("INVITE")
    bob.answers(486)
    bob.expects("ACK")
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
    bob.sends("REFER", Refer_To=NUMBER, Refer_Sub="false", Require="norefersub")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
    carol.answers(status)
    hears(bob, status)
    assert alice.hears_nothing()
    bob.sends("INVITE", ANSWER)
    alice.expects("INVITE")
    alice.answers(200, AUDIO)
    bob.expects(200)
    bob.acks()
    alice.expects("ACK")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
    carol.answers(200, CAROLS)
    alice.expects("INVITE")
    alice.answers(488)
    alice.expects("ACK")
    assert b"m=audio 0 " in carol.request("ACK").body
    leaves(carol)
    hears(bob, 488)
    hang_up(alice, bob)
    assert office.records[0].decision.rule == "not-joined"
    assert office.is_at_rest()


def test_transferee_that_is_gone_ends_everything(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
    carol.answers(200)
    carol.expects("ACK")
    leaves(carol)
    hears(bob, 488)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_collision_at_the_transferee_is_waited_out(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
    carol.answers(200, CAROLS)
    alice.expects("INVITE")
    alice.answers(491)
    alice.expects("ACK")
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
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")
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
        each.sends("REFER", Refer_To=NUMBER)
        each.expects(491)
    carol.expects("INVITE")
    carol.answers(486)
    hears(bob, 486)
    carol.expects("ACK")
    bob.sends("REFER", Refer_To=NUMBER)
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


# -- attended -------------------------------------------------------------------------------------


@pytest.fixture
def consulting(talking: Three) -> tuple[Handset, Handset, Handset, Handset]:
    """Bob talks to Alice in his first call, and to Carol in his second one."""
    alice, first, carol = talking
    second = replace(first)
    call(second, carol)
    return alice, first, second, carol


Four = tuple[Handset, Handset, Handset, Handset]


def offers(carol: Handset) -> None:
    """Carol's phone is asked for an offer, and makes one."""
    assert carol.request("INVITE").body == b""
    carol.answers(200, CAROLS)


def test_attended_transfer(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replaces(second))
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
    refers(first, replaces(second))
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
    refers(first, replaces(second))
    hears(first, 100)
    for each in (first, second):
        each.sends("BYE")
        each.expects(200)
    offers(carol)
    alice.expects("INVITE")
    alice.answers(488)
    alice.expects("ACK")
    carol.expects("ACK")
    leaves(carol)
    leaves(alice)
    assert sorted(record.status for record in office.records) == [200, 200, 488]
    assert office.is_at_rest()


def test_target_that_refuses_leaves_both_calls_up(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replaces(second))
    hears(first, 100)
    carol.expects("INVITE")
    carol.answers(488)
    carol.expects("ACK")
    hears(first, 488)
    hang_up(second, carol)
    hang_up(first, alice)
    assert [record.status for record in office.records] == [488, 200, 200]
    assert office.is_at_rest()


def test_target_that_hangs_up_meanwhile(office: Office, consulting: Four) -> None:
    alice, first, second, carol = consulting
    refers(first, replaces(second))
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
    refers(first, replaces(second))
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
    second.sends("INVITE", AUDIO)
    carol.expects("INVITE")
    carol.answers(200, CAROLS)
    second.expects(200)
    second.acks()
    carol.expects("ACK")
    hang_up(second, carol)
    assert office.is_at_rest()


def test_early_attended_transfer(office: Office, talking: Three) -> None:
    alice, first, carol = talking
    second = replace(first)
    second.dials("1003")
    second.expects(100)
    carol.expects("INVITE")
    carol.answers(180)
    second.expects(180)
    first.sends("REFER", Refer_To=replaces(second))
    second.expects(487)
    first.expects(202)
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
    second = replace(first)
    second.dials("1003")
    second.expects(100)
    carol.expects("INVITE")
    carol.answers(180)
    second.expects(180)
    first.sends("REFER", Refer_To=replaces(second))
    second.expects(487)
    first.expects(202)
    hears(first, 100)
    carol.answers(486)
    carol.expects("ACK")
    hears(first, 486)
    hang_up(first, alice)
    assert office.is_at_rest()


def test_numbers_in_sight_change_only_when_the_join_succeeds(
    office: Office, consulting: Four
) -> None:
    alice, first, second, carol = consulting
    refers(first, replaces(second))
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
