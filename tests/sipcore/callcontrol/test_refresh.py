"""Refreshes of ours: by UPDATE or re-INVITE, and what their failures mean (RFC 4028 section 7)."""

import pytest

from tests.sipcore.callcontrol.ladders import HALF_S, accepts, refuses, talks_timed
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, hang_up

UPDATES = "INVITE, ACK, BYE, CANCEL, UPDATE"


@pytest.fixture
def pair(alice: Handset, bob: Handset) -> tuple[Handset, Handset]:
    """A call in which Alice takes UPDATE, and Bob does not and refreshes by himself."""
    talks_timed(alice, bob, Allow=UPDATES)
    return alice, bob


@pytest.fixture
def plain(alice: Handset, bob: Handset) -> tuple[Handset, Handset]:
    """The same call, but Alice takes no UPDATE."""
    talks_timed(alice, bob)
    return alice, bob


def test_update_refreshes_again_and_again(office: Office, pair: tuple[Handset, Handset]) -> None:
    alice, bob = pair
    for _ in range(4):
        office.wait(HALF_S)
        alice.answers(200, to=alice.request("UPDATE"))
    assert bob.hears_nothing()
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_reinvite_repeats_the_session_that_the_phone_knows(
    office: Office, plain: tuple[Handset, Handset]
) -> None:
    alice, bob = plain
    for _ in range(2):
        office.wait(HALF_S)
        invite = alice.request("INVITE")
        assert invite.body == ANSWER
        assert invite.headers.get("Session-Expires") == "1800;refresher=uac"
        alice.answers(200, AUDIO)
        ack = alice.request("ACK")
        assert ack.cseq.number == invite.cseq.number
        assert ack.body == b""
    assert bob.hears_nothing()
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_phone_that_forgot_update_gets_a_reinvite(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, _ = pair
    office.wait(HALF_S)
    alice.answers(501, to=alice.request("UPDATE"))
    assert alice.request("INVITE").body == ANSWER


@pytest.mark.parametrize("status", [408, 481])
def test_phone_that_does_not_know_the_call_ends_it(
    office: Office, pair: tuple[Handset, Handset], status: int
) -> None:
    alice, bob = pair
    office.wait(HALF_S)
    alice.answers(status, to=alice.request("UPDATE"))
    bob.answers(200, to=bob.request("BYE"))
    alice.answers(200, to=alice.request("BYE"))
    assert office.record().decision.rule == "lost"
    assert office.is_at_rest()


def test_phone_that_does_not_answer_the_reinvite_ends_the_call(
    office: Office, plain: tuple[Handset, Handset]
) -> None:
    alice, bob = plain
    alice.is_off = True
    office.wait(HALF_S + 32.0)
    bob.answers(200, to=bob.request("BYE"))
    assert office.record().decision.rule == "lost"
    assert office.is_at_rest()


def test_refusal_of_a_phone_that_knows_no_timers_shows_that_it_lives(
    office: Office, plain: tuple[Handset, Handset]
) -> None:
    alice, _ = plain
    for _ in range(4):
        office.wait(HALF_S)
        alice.expects("INVITE")
        refuses(alice, 488)
    assert office.records == []


def test_refusal_of_a_phone_that_knows_timers_is_tried_once_more(
    office: Office, alice: Handset, bob: Handset
) -> None:
    talks_timed(alice, bob, Allow=UPDATES, Supported="timer", Session_Expires="400;refresher=uas")
    for wait_s in (200.0, 100.0):
        office.wait(wait_s)
        alice.answers(500, to=alice.request("UPDATE"))
    office.wait(100.0)
    alice.answers(200, to=alice.request("BYE"))
    bob.answers(200, to=bob.request("BYE"))
    assert office.record().decision.rule == "lost"
    assert office.is_at_rest()


def test_phone_that_wants_longer_sessions_is_asked_again(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, _ = pair
    office.wait(HALF_S)
    alice.answers(422, to=alice.request("UPDATE"), Min_SE="7200")
    again = alice.request("UPDATE")
    assert again.headers.get("Session-Expires") == "7200;refresher=uac"
    alice.answers(200, to=again, Session_Expires="7200;refresher=uac")
    office.wait(3500.0)
    assert alice.hears_nothing()


def test_reinvite_under_way_makes_the_refresh_wait(
    office: Office, plain: tuple[Handset, Handset]
) -> None:
    alice, bob = plain
    office.wait(HALF_S - 1)
    alice.sends("INVITE", AUDIO)
    bob.expects("INVITE")
    bob.answers(100)
    office.wait(1.0)
    alice.expects(100)
    assert alice.hears_nothing()
    accepts(bob, alice)
    office.wait(4.0)
    assert alice.hears_nothing()  # the phones have refreshed it meanwhile
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_answer_to_a_refresh_that_comes_after_the_call_changes_nothing(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    office.wait(HALF_S)
    update = alice.request("UPDATE")
    bob.sends("BYE")
    bob.expects(200)
    alice.answers(200, to=alice.request("BYE"))
    alice.answers(200, to=update)
    assert office.is_at_rest()
