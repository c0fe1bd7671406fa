"""Requests inside an answered call: RFC 3261 section 14, RFC 3311, RFC 6086."""

from dataclasses import replace

import pytest

from tests.sipcore.callcontrol.ladders import accepts, dial, refuses
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import flow

HOLD = AUDIO + b"a=sendonly\r\n"
HELD = ANSWER + b"a=recvonly\r\n"


@pytest.fixture
def pair(alice: Handset, bob: Handset) -> tuple[Handset, Handset]:
    call(alice, bob)
    return alice, bob


def other_of(leg: str, pair: tuple[Handset, Handset]) -> tuple[Handset, Handset]:
    return pair if leg == "caller" else (pair[1], pair[0])


sides = pytest.mark.parametrize("side", ["caller", "called"])


@sides
def test_hold_and_resume_pass_with_their_bodies(
    office: Office, pair: tuple[Handset, Handset], side: str
) -> None:
    one, other = other_of(side, pair)
    old_hold = AUDIO.replace(b"c=IN IP4 198.51.100.1", b"c=IN IP4 0.0.0.0")
    inactive = AUDIO + b"a=inactive\r\n", ANSWER + b"a=inactive\r\n"
    for offer, answer in ((HOLD, HELD), inactive, (old_hold, ANSWER), (AUDIO, ANSWER)):
        one.sends("INVITE", offer)
        invite = other.request("INVITE")
        assert invite.body == offer
        assert invite.to.tag
        assert "Remote-Party-ID" in invite.headers
        other.answers(200, answer)
        assert one.response(200).body == answer
        assert other.hears_nothing()  # the ACK comes from the phone
        one.acks()
        other.expects("ACK")
    hang_up(one, other)
    assert office.is_at_rest()


@sides
def test_delayed_offer_passes_in_the_200_and_the_ack(
    office: Office, pair: tuple[Handset, Handset], side: str
) -> None:
    one, other = other_of(side, pair)
    one.sends("INVITE")
    invite = other.request("INVITE")
    assert invite.body == b""
    assert "Content-Type" not in invite.headers
    other.answers(200, AUDIO)
    assert one.response(200).body == AUDIO
    one.acks(ANSWER)
    ack = other.request("ACK")
    assert ack.body == ANSWER
    assert ack.content_type == "application/sdp"
    hang_up(one, other)
    assert office.is_at_rest()


@sides
def test_update_and_info_pass_with_their_answers(
    office: Office, pair: tuple[Handset, Handset], side: str
) -> None:
    one, other = other_of(side, pair)
    one.sends("UPDATE", HOLD)
    update = other.request("UPDATE")
    assert update.body == HOLD
    other.answers(200, HELD, to=update)
    assert one.response(200).body == HELD
    one.sends("INFO", b"<fast/>", Content_Type="application/media_control+xml; x=1")
    info = other.request("INFO")
    assert info.body == b"<fast/>"
    assert info.headers.get("Content-Type") == "application/media_control+xml; x=1"
    other.answers(415, to=info)
    one.expects(415)
    hang_up(one, other)
    assert office.is_at_rest()


@sides
def test_rejected_reinvite_leaves_the_call_up(
    office: Office, pair: tuple[Handset, Handset], side: str
) -> None:
    one, other = other_of(side, pair)
    one.sends("INVITE", HOLD)
    other.expects("INVITE")
    other.answers(488, reason="No such codec", Retry_After="3")
    other.expects("ACK")
    refused = one.response(488)
    assert refused.reason == "No such codec"
    assert refused.headers.get("Retry-After") == "3"
    assert office.records == []
    hang_up(one, other)
    assert office.is_at_rest()


def test_phone_hears_what_the_other_would_have_taken(pair: tuple[Handset, Handset]) -> None:
    one, other = pair
    one.sends("INFO", b"x", Content_Type="text/odd")
    info = other.request("INFO")
    other.answers(415, to=info, Accept="application/dtmf-relay")
    assert one.response(415).headers.get("Accept") == "application/dtmf-relay"


@pytest.mark.parametrize(("status", "told"), [(401, 500), (302, 500), (503, 500), (491, 491)])
def test_answer_that_only_we_could_act_on_is_a_failure_of_the_request(
    office: Office, pair: tuple[Handset, Handset], status: int, told: int
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(status)
    alice.expects(told)
    assert office.records == []


def test_reinvite_that_rings_tells_so(office: Office, pair: tuple[Handset, Handset]) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(180)
    alice.expects(180)
    accepts(bob, alice, HELD)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_reinvites_that_cross_are_both_refused(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    crossing = replace(bob)
    crossing.sends("INVITE", HOLD)
    bob.expects(491)
    bob.answers(491)  # the phone has an INVITE of its own under way as well
    bob.expects("ACK")
    alice.expects(491)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_second_reinvite_before_the_first_is_answered_is_a_500(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    alice.sends("INVITE", AUDIO)
    refused = alice.response(500)
    assert 0 <= int(refused.headers.get("Retry-After")) <= 10


def test_reinvite_before_the_last_one_is_confirmed_collides(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(200, HELD)
    alice.expects(200)
    bob.sends("INVITE", AUDIO)
    bob.expects(491)
    alice.acks()
    bob.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_reinvite_before_the_call_is_confirmed_collides(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER)
    alice.expects(200)
    bob.sends("INVITE", HOLD)
    bob.expects(491)


def test_cancelled_reinvite_leaves_the_call_up(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(100)
    alice.cancels()
    alice.expects(200)
    cancel = bob.request("CANCEL")
    bob.answers(200, to=cancel)
    refuses(bob, 487)
    alice.expects(487)
    assert office.records == []
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_reinvite_that_nobody_answers_ends_the_call(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.is_off = True
    office.wait(32.0)
    alice.expects(100)
    alice.expects(408)
    bye = alice.request("BYE")
    alice.answers(200, to=bye)
    record = office.record()
    assert (record.decision.rule, record.ended_by, record.status) == ("lost", "system", 200)
    assert "SEP000000001002" in record.decision.summary
    assert office.is_at_rest()


def test_reinvite_that_is_only_tried_is_cancelled_in_time(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(100)
    office.wait(180.0)
    bob.expects("CANCEL")
    refuses(bob, 487)
    alice.expects(100)
    alice.expects(487)
    hang_up(alice, bob)
    assert office.is_at_rest()


@pytest.mark.parametrize("method", ["INVITE", "UPDATE", "INFO"])
def test_phone_that_does_not_know_the_call_ends_it(
    office: Office, pair: tuple[Handset, Handset], method: str
) -> None:
    alice, bob = pair
    alice.sends(method, HOLD)
    request = bob.request(method)
    bob.answers(481, to=request)
    alice.expects(481)
    bye = alice.request("BYE")
    alice.answers(200, to=bye)
    assert office.record().decision.rule == "lost"
    bob.ignores_all()
    assert office.is_at_rest()


def test_connection_that_breaks_shows_at_the_next_request(office: Office, alice: Handset) -> None:
    bob = office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2))
    call(alice, bob)
    alice.sends("UPDATE", HOLD)
    bob.expects("UPDATE")
    office.lose(bob)
    alice.expects(503)
    alice.expects("BYE")
    assert office.record().decision.rule == "lost"
    assert office.is_at_rest()


@sides
def test_bye_during_a_reinvite_answers_it_with_487(
    office: Office, pair: tuple[Handset, Handset], side: str
) -> None:
    one, other = other_of(side, pair)
    one.sends("INVITE", HOLD)
    other.expects("INVITE")
    other.answers(100)
    one.sends("BYE")
    one.expects(200)
    one.expects(487)
    other.expects("CANCEL")
    bye = other.request("BYE")
    other.answers(487)
    other.answers(200, to=bye)
    assert office.is_at_rest()


@sides
def test_bye_of_the_other_side_during_a_reinvite(
    office: Office, pair: tuple[Handset, Handset], side: str
) -> None:
    one, other = other_of(side, pair)
    one.sends("INVITE", HOLD)
    other.expects("INVITE")
    other.answers(100)
    other.sends("BYE")
    other.expects(200)
    one.expects(487)
    bye = one.request("BYE")
    one.answers(200, to=bye)
    assert office.is_at_rest()


def test_answer_to_a_reinvite_that_a_bye_has_overtaken_is_acknowledged(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    alice.sends("BYE")
    bye = bob.request("BYE")
    bob.answers(200, HELD)
    bob.expects("ACK")
    bob.answers(200, to=bye)
    assert office.is_at_rest()


def test_unconfirmed_reinvite_ends_the_call(office: Office, pair: tuple[Handset, Handset]) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(200, HELD)
    alice.is_off = True
    office.wait(32.0)
    bob.expects("ACK")
    bye = bob.request("BYE")
    bob.answers(200, to=bye)
    record = office.record()
    assert (record.decision.rule, record.cause) == ("lost", 102)
    assert "SEP000000001001" in record.decision.summary
    assert office.is_at_rest()


def test_target_follows_the_contact(office: Office, pair: tuple[Handset, Handset]) -> None:
    alice, bob = pair
    moved = office.handset("1001", place=flow("198.51.100.77"), bound=False)
    for name in ("call_id", "tag", "peer_tag", "peer_uri", "target", "cseq", "count"):
        setattr(moved, name, getattr(alice, name))
    moved.sends("INVITE", AUDIO)
    bob.expects("INVITE")
    bob.answers(200, ANSWER, Contact="<sip:1002@198.51.100.2:5062>")
    moved.expects(200)
    moved.acks()
    assert bob.request("ACK").uri == "sip:1002@198.51.100.2:5062"
    bob.sends("BYE")
    bob.expects(200)
    bye = moved.request("BYE")
    assert bye.uri == moved.contact
    moved.answers(200, to=bye)
    assert office.is_at_rest()


def test_reinvite_with_a_bad_contact_is_a_400(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD, Contact="<sip:[x>")
    alice.expects(400)
    assert bob.hears_nothing()
    hang_up(alice, bob)
    assert office.is_at_rest()


@pytest.mark.parametrize("contact", ["<mailto:b@h>", "<sip:[x>"])
def test_bad_contact_in_an_answer_changes_nothing(
    office: Office, pair: tuple[Handset, Handset], contact: str
) -> None:
    alice, bob = pair
    alice.sends("INVITE", HOLD)
    bob.expects("INVITE")
    bob.answers(200, HELD, Contact=contact)
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").uri == bob.contact
    hang_up(alice, bob)
    assert office.is_at_rest()
