"""Takeovers as ladders: Carol takes Bob's place in his call with Alice (RFC 3891)."""

from dataclasses import replace

import pytest

from sipcore.message import Request
from tests.sipcore.callcontrol.ladders import (
    ALICES,
    CAROLS,
    Three,
    accepts,
    leaves,
    named,
    refuses,
    renegotiates,
    takes_over,
    takes_place,
)
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import SERVER, flow


@pytest.mark.parametrize("is_caller", [False, True])
def test_phone_takes_the_place_of_another_one(
    office: Office, alice: Handset, bob: Handset, carol: Handset, is_caller: bool
) -> None:
    if is_caller:
        call(bob, alice)
    else:
        call(alice, bob)
    takes_over(carol, bob)
    carol.expects(100)
    takes_place(alice, carol)
    leaves(bob)
    office.wait(5.0)
    hang_up(carol, alice)
    first, second = office.records
    assert (first.decision.rule, first.status, first.ended_at) == ("taken-over", 200, 1000.0)
    assert (second.caller_phone, second.called_phone) == ("SEP000000001003", "SEP000000001001")
    assert (second.decision.rule, second.ended_by, second.ended_at) == (
        "answered",
        "caller",
        1005.0,
    )
    assert office.is_at_rest()


def test_phone_without_an_offer_gets_that_of_the_one_that_stays(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob, body=b"")
    carol.expects(100)
    assert alice.request("INVITE").body == b""
    alice.answers(200, ALICES)
    assert carol.response(200).body == ALICES
    assert alice.hears_nothing()
    carol.acks(CAROLS)
    assert alice.request("ACK").body == CAROLS
    leaves(bob)
    hang_up(alice, carol)
    assert office.is_at_rest()


def test_call_that_was_taken_over_goes_on_as_any_other(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    takes_place(alice, carol)
    leaves(bob)
    renegotiates(carol, alice, CAROLS + b"a=sendonly\r\n", ALICES)
    takes_over(bob, carol)  # and back
    bob.expects(100)
    assert alice.request("INVITE").body == CAROLS
    accepts(alice, bob, ALICES)
    leaves(carol)
    hang_up(alice, bob)
    assert [record.decision.rule for record in office.records] == [
        "taken-over",
        "taken-over",
        "answered",
    ]
    assert office.is_at_rest()


def test_refusal_of_the_one_that_stays_leaves_the_call_as_it_was(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    refuses(alice, 488)
    assert "cause=88" in carol.response(488).headers.get("Reason")
    assert bob.hears_nothing()
    bob.sends("UPDATE", AUDIO)
    update = alice.request("UPDATE")
    assert "sip:1002@" in update.headers.get("Remote-Party-ID")
    alice.answers(200, ALICES, to=update)
    bob.expects(200)
    hang_up(alice, bob)
    assert office.records[0].decision.rule == "not-joined"
    assert office.is_at_rest()


def test_the_one_that_stays_and_makes_no_offer_is_not_joined(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob, body=b"")
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(200)
    alice.expects("ACK")
    carol.expects(488)
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_the_one_that_stays_is_gone(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(481)
    carol.expects(481)
    leaves(bob)
    assert office.records[-1].decision.rule == "lost"
    alice.ignores_all()
    assert office.is_at_rest()


def test_phone_gives_up_while_it_waits(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(100)
    carol.cancels()
    carol.expects(200)
    carol.expects(487)
    alice.expects("CANCEL")
    refuses(alice, 487)
    hang_up(bob, alice)
    assert [record.status for record in office.records] == [487, 200]
    assert office.is_at_rest()


@pytest.mark.parametrize("offer", [CAROLS, b""])
def test_answer_that_crosses_the_giving_up_puts_the_old_session_back(
    office: Office, talking: Three, offer: bytes
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob, body=offer)
    carol.expects(100)
    alice.expects("INVITE")
    ours = alice.invite
    alice.answers(100)
    carol.cancels()
    carol.expects(200)
    carol.expects(487)
    alice.expects("CANCEL")
    alice.answers(200, ALICES, to=ours)
    ack = alice.request("ACK")
    assert (b"m=audio 0 " in ack.body) is not bool(offer)
    assert alice.request("INVITE").body == ANSWER
    alice.answers(200, AUDIO)
    alice.expects("ACK")
    renegotiates(bob, alice, ANSWER, AUDIO)
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_connection_of_the_phone_breaks_while_it_waits(
    office: Office, alice: Handset, bob: Handset
) -> None:
    carol = office.handset("1003", place=flow("198.51.100.3", 40003, "TCP", 3))
    call(alice, bob)
    takes_over(carol, bob)
    office.lose(carol)
    carol.flow = replace(carol.flow, connection=0)
    office.lose(carol)
    assert office.record().decision.rule == "lost"
    alice.expects("INVITE")
    refuses(alice, 491)
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_replaced_phone_that_hangs_up_first_does_not_stop_it(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    bob.sends("BYE")
    bob.expects(200)
    takes_place(alice, carol)
    hang_up(carol, alice)
    assert [record.decision.rule for record in office.records] == ["taken-over", "answered"]
    assert office.is_at_rest()


def test_replaced_phone_that_hung_up_and_a_join_that_fails_end_the_call(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    bob.sends("BYE")
    bob.expects(200)
    alice.expects("INVITE")
    alice.answers(488)
    carol.expects(488)
    alice.expects("ACK")
    leaves(alice)
    assert [record.status for record in office.records] == [200, 488]
    assert office.is_at_rest()


def test_the_one_that_stays_hangs_up_meanwhile(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.sends("BYE")
    alice.expects(200)
    carol.expects(603)
    leaves(bob)
    assert sorted(record.status for record in office.records) == [200, 603]
    alice.answers(487)
    assert office.is_at_rest()


def test_collision_is_waited_out(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    bob.sends("INVITE", ANSWER)
    alice.expects("INVITE")
    takes_over(carol, bob)
    carol.expects(100)
    assert alice.hears_nothing()
    accepts(alice, bob, AUDIO)
    office.wait(0.5)
    takes_place(alice, carol)
    bob.request("BYE")
    bob.sends("INVITE", ANSWER)
    bob.expects(481)
    hang_up(carol, alice)
    assert office.is_at_rest()


def test_collision_that_does_not_end_is_given_up(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    bob.sends("INVITE", ANSWER)
    alice.expects("INVITE")
    alice.answers(180)
    takes_over(carol, bob)
    carol.expects(100)
    office.wait(9.0)
    carol.expects(480)
    alice.answers(200, AUDIO)
    bob.ignores_all()
    bob.acks()
    alice.expects("ACK")
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_video_only_phone_takes_no_place_beside_a_basic_one(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    video = b"v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=video 4002 RTP/AVP 96\r\n"
    carol.dials("1001", video, Replaces=named(alice))
    carol.expects(100)
    carol.expects(488)
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_server_that_stops_ends_a_takeover(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    office.shuts_down()
    carol.expects(603)
    leaves(bob)
    messages = list(alice.inbox)
    assert isinstance(messages[-1], Request)
    assert messages[-1].method == "BYE"
    alice.ignores_all()
    assert office.is_at_rest()


def test_request_line_of_a_takeover_may_name_any_number(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    carol.dials("9999", CAROLS, Replaces=named(bob))
    assert carol.target == f"sip:9999@{SERVER[0]}"
    carol.expects(100)
    takes_place(alice, carol)
    leaves(bob)
    hang_up(carol, alice)
    assert office.is_at_rest()
