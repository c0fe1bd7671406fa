"""Requests while a phone rings: UPDATE (RFC 3311) and INFO; several phones behind one contact."""

import pytest

from sipcore.callcontrol.bodies import Body
from sipcore.callcontrol.early import decline
from tests.sipcore.callcontrol.ladders import accepts, dial, finish, is_rung, pracks, rings
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, hang_up
from tests.sipcore.site import binding, flow, phone

HOLD = AUDIO + b"a=sendonly\r\n"
HELD = ANSWER + b"a=recvonly\r\n"


@pytest.fixture
def agreed(alice: Handset, bob: Handset) -> tuple[Handset, Handset]:
    """Bob's phone rings, and both know each other's media already."""
    dial(alice, bob, Supported="100rel")
    rings(bob, 1, ANSWER, 183)
    pracks(alice, alice.response(183))
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(200)
    return alice, bob


@pytest.mark.parametrize("is_caller", [True, False])
def test_update_before_the_answer_passes_with_its_answer(
    office: Office, agreed: tuple[Handset, Handset], is_caller: bool
) -> None:
    one, other = agreed if is_caller else agreed[::-1]
    one.sends("UPDATE", HOLD)
    update = other.request("UPDATE")
    assert update.body == HOLD
    assert "Remote-Party-ID" in update.headers
    other.answers(200, HELD, to=update)
    assert one.response(200).body == HELD
    finish(office, *agreed)


@pytest.mark.parametrize("is_caller", [True, False])
def test_late_offer_agreed_by_prack_can_be_changed_by_update_and_the_answer_holds_nothing(
    office: Office, alice: Handset, bob: Handset, is_caller: bool
) -> None:
    dial(alice, bob, b"", Supported="100rel")
    rings(bob, 1, AUDIO, 183)
    pracks(alice, alice.response(183), ANSWER)
    prack = bob.request("PRACK")
    assert prack.body == ANSWER
    bob.answers(200, to=prack)
    alice.expects(200)
    one, other = (alice, bob) if is_caller else (bob, alice)
    one.sends("UPDATE", HOLD)
    update = other.request("UPDATE")
    assert update.body == HOLD
    other.answers(200, HELD, to=update)
    assert one.response(200).body == HELD
    rings(bob, 2)
    pracks(alice, alice.response(180))
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(200)
    bob.answers(200)
    assert alice.response(200).body == b""
    alice.acks()
    assert bob.request("ACK").body == b""
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_update_that_is_answered_after_the_call_was(
    office: Office, agreed: tuple[Handset, Handset]
) -> None:
    alice, bob = agreed
    alice.sends("UPDATE", HOLD)
    update = bob.request("UPDATE")
    accepts(bob, alice, b"")
    bob.answers(200, HELD, to=update)
    assert alice.response(200).body == HELD
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_updates_that_cross_collide(office: Office, agreed: tuple[Handset, Handset]) -> None:
    alice, bob = agreed
    alice.sends("UPDATE", HOLD)
    update = bob.request("UPDATE")
    bob.sends("UPDATE", HOLD)
    bob.expects(491)
    alice.sends("UPDATE", HOLD)
    assert "Retry-After" in alice.response(500).headers
    bob.answers(491, to=update)
    alice.expects(491)
    finish(office, alice, bob)


def test_update_that_the_phone_does_not_know_leaves_it_ringing(
    office: Office, agreed: tuple[Handset, Handset]
) -> None:
    alice, bob = agreed
    alice.sends("UPDATE", HOLD)
    bob.answers(481, to=bob.request("UPDATE"))
    alice.expects(481)
    finish(office, alice, bob)


def test_info_passes_while_a_phone_rings(office: Office, alice: Handset, bob: Handset) -> None:
    is_rung(alice, bob)
    alice.sends("INFO", b"x", Content_Type="application/dtmf-relay")
    info = bob.request("INFO")
    assert (info.body, info.content_type) == (b"x", "application/dtmf-relay")
    bob.answers(200, to=info)
    alice.expects(200)
    bob.sends("INFO")
    alice.answers(200, to=alice.request("INFO"))
    bob.expects(200)
    finish(office, alice, bob, ANSWER)


def test_requests_are_put_off_while_several_phones_ring(office: Office, alice: Handset) -> None:
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    lab = office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))
    desk = office.handset("1003")
    office.bindings.put(binding("SEP000000001003", "1009", desk.flow))
    alice.dials("1009")
    alice.expects(100)
    for each in (lab, desk):
        each.expects("INVITE")
        each.answers(180)
    alice.expects(180)
    for method, hers, theirs in (("INFO", 500, 500), ("UPDATE", 500, 491)):
        alice.sends(method, AUDIO)
        assert "Retry-After" in alice.response(hers).headers
        lab.sends(method, AUDIO)
        lab.expects(theirs)
        for each in (alice, lab):  # without a body there is nothing that anybody else must see
            each.sends(method)
            each.expects(200)


def test_request_under_way_when_the_phone_refuses_is_answered(
    office: Office, agreed: tuple[Handset, Handset]
) -> None:
    alice, bob = agreed
    alice.sends("UPDATE", HOLD)
    update = bob.request("UPDATE")
    bob.answers(486)
    alice.expects(487)
    alice.expects(486)
    bob.answers(481, to=update)
    assert office.is_at_rest()


def test_numbers_of_the_early_dialog_go_on_after_the_answer(
    office: Office, agreed: tuple[Handset, Handset]
) -> None:
    alice, bob = agreed
    bob.answers(200)
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").cseq.number == 101
    alice.sends("BYE")
    alice.expects(200)
    bye = bob.request("BYE")
    assert bye.cseq.number == 103
    bob.answers(200, to=bye)
    assert office.is_at_rest()


def test_answer_of_another_phone_behind_the_contact_ends_the_early_talk(
    office: Office, agreed: tuple[Handset, Handset]
) -> None:
    alice, bob = agreed
    bob.answers(180, tag="other")
    alice.expects(180)
    bob.answers(200, HELD, tag="other")
    assert alice.response(200).body == HELD
    alice.acks()
    ack = bob.request("ACK")
    assert ack.to.tag == "other"
    bob.answers(200, ANSWER)  # the first one answers as well: it is told that it is too late
    assert bob.request("ACK").to.tag == bob.tag
    bye = bob.request("BYE")
    assert bye.to.tag == bob.tag
    bob.answers(200, to=bye)
    bob.tag = "other"
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_decline_takes_no_stream() -> None:
    declined = decline(Body(AUDIO, "application/sdp"))
    assert declined.data.splitlines()[-1] == b"m=audio 0 RTP/AVP 0 101"
    assert b"c=IN IP4 0.0.0.0" in declined.data
    assert decline(Body(b"x", "text/plain")).data == b""
    assert decline(Body(b"x", "application/sdp")).data == b""
