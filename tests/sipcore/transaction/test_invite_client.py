"""Figure 5 of RFC 3261 with RFC 6026: the table, then each arrow as a ladder."""

from itertools import product

import pytest

from sipcore.errors import StateError
from sipcore.message import make_response
from sipcore.ports import Flow
from sipcore.timers import Timers
from sipcore.transaction.invite_client import TABLE, InviteClient, On, S, ack_of, cancel_of
from tests.sipcore.transaction.ladder import TCP, UDP, Ladder, request

NO_ROW = {
    *((S.CALLING, on) for on in (On.TIMER_D, On.TIMER_M, On.TIMER_CANCELLED)),
    *((S.PROCEEDING, on) for on in (On.TIMER_A, On.TIMER_B, On.TIMER_D, On.TIMER_M)),
    *((S.COMPLETED, on) for on in (On.TIMER_A, On.TIMER_B, On.TIMER_M, On.TIMER_CANCELLED)),
    *((S.ACCEPTED, on) for on in (On.TIMER_A, On.TIMER_B, On.TIMER_D, On.TIMER_CANCELLED)),
}


def test_only_timers_that_cannot_run_have_no_row() -> None:
    assert {pair for pair in product(S, On) if pair not in TABLE} == NO_ROW


@pytest.mark.parametrize(("state", "on"), sorted(NO_ROW, key=str), ids=str)
def test_a_pair_without_a_row_is_our_error(state: S, on: On) -> None:
    machine = InviteClient(request(), Timers(), state)
    with pytest.raises(StateError, match=f"{on.name} in {state.name}"):
        machine.step(on)


def test_the_request_repeats_at_doubling_intervals_until_timer_b() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.waits(40)
    assert ladder.log() == [
        "0 -> INVITE",
        "0.5 -> INVITE",
        "1.5 -> INVITE",
        "3.5 -> INVITE",
        "7.5 -> INVITE",
        "15.5 -> INVITE",
        "31.5 -> INVITE",
        "32 == TimedOut",
    ]
    assert len({message.to_bytes() for message in ladder.sent}) == 1
    assert ladder.is_clean()


def test_over_a_connection_nothing_repeats_but_timer_b_runs() -> None:
    ladder = Ladder()
    ladder.sends("INVITE", TCP)
    ladder.waits(40)
    assert ladder.log() == ["0 -> INVITE", "32 == TimedOut"]
    assert ladder.is_clean()


def test_a_provisional_answer_ends_the_repetitions_and_timer_b() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.waits(0.1)
    ladder.hears_answer(100, tag="")
    ladder.hears_answer(180)
    ladder.waits(100)
    ladder.hears_answer(180)
    assert ladder.log() == [
        "0 -> INVITE",
        "0.1 <- 100 INVITE",
        "0.1 == 100",
        "0.1 <- 180 INVITE",
        "0.1 == 180",
        "100.1 <- 180 INVITE",
        "100.1 == 180",
    ]


def test_a_failure_is_acknowledged_here_each_time_it_comes_until_timer_d() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    invite = ladder.last_request()
    busy = make_response(invite, 486, to_tag="callee")
    ladder.hears(busy)
    ladder.waits(1)
    ladder.hears(busy)
    ladder.waits(30.9)
    ladder.hears(make_response(invite, 100))
    ladder.hears(make_response(invite, 200, to_tag="callee"))
    assert not ladder.is_clean()
    ladder.waits(0.2)
    assert ladder.log() == [
        "0 -> INVITE",
        "0 <- 486 INVITE",
        "0 -> ACK",
        "0 == 486",
        "1 <- 486 INVITE",
        "1 -> ACK",
        "31.9 <- 100 INVITE",
        "31.9 <- 200 INVITE",
    ]
    assert ladder.is_clean()


def test_over_a_connection_the_failure_ends_the_transaction_at_once() -> None:
    ladder = Ladder()
    ladder.sends("INVITE", TCP)
    ladder.hears_answer(404, flow=TCP)
    assert ladder.log() == ["0 -> INVITE", "0 <- 404 INVITE", "0 -> ACK", "0 == 404"]
    assert ladder.flows == [TCP, TCP]
    assert ladder.is_clean()


def test_every_2xx_is_delivered_until_timer_m_and_none_acknowledged() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.hears_answer(180)
    ladder.hears_answer(200, tag="one")
    ladder.waits(0.5)
    ladder.hears_answer(200, tag="one")
    ladder.hears_answer(200, tag="other-branch")
    ladder.hears_answer(183)
    ladder.hears_answer(500)
    ladder.waits(31.4)
    ladder.hears_answer(200, tag="one")
    ladder.waits(0.2)
    ladder.hears_answer(200, tag="one")
    assert ladder.log() == [
        "0 -> INVITE",
        "0 <- 180 INVITE",
        "0 == 180",
        "0 <- 200 INVITE",
        "0 == 200",
        "0.5 <- 200 INVITE",
        "0.5 == 200",
        "0.5 <- 200 INVITE",
        "0.5 == 200",
        "0.5 <- 183 INVITE",
        "0.5 <- 500 INVITE",
        "31.9 <- 200 INVITE",
        "31.9 == 200",
        "32.1 <- 200 INVITE",
    ]
    assert ladder.layer.dropped == {"stray response": 1}
    assert ladder.is_clean()


def test_cancel_waits_for_a_provisional_answer() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.cancels()
    ladder.waits(0.6)
    ladder.hears_answer(100, tag="")
    assert ladder.log() == [
        "0 -> INVITE",
        "0.5 -> INVITE",
        "0.6 <- 100 INVITE",
        "0.6 -> CANCEL",
        "0.6 == 100",
    ]


@pytest.mark.parametrize("is_early", [False, True])
def test_a_cancel_carries_the_headers_it_was_given_first(is_early: bool) -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    if not is_early:
        ladder.hears_answer(180)
    for reason in ("first", "second"):
        ladder.layer.cancel(ladder.key, ladder.now, (("Reason", reason),))
    ladder.hears_answer(180)
    cancel = ladder.last_request()
    assert cancel.method == "CANCEL"
    assert cancel.headers.get_all("Reason") == ["first"]


def test_a_cancelled_call_ends_with_487_and_its_ack() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    invite = ladder.last_request()
    ladder.hears_answer(180)
    ladder.cancels()
    ladder.cancels()
    ladder.hears_answer(200)
    ladder.hears(make_response(invite, 487, to_tag="callee"))
    assert ladder.log() == [
        "0 -> INVITE",
        "0 <- 180 INVITE",
        "0 == 180",
        "0 -> CANCEL",
        "0 <- 200 CANCEL",
        "0 <- 487 INVITE",
        "0 -> ACK",
        "0 == 487",
    ]
    ladder.waits(33)
    assert ladder.is_clean()


def test_a_cancel_that_nobody_obeys_ends_the_transaction_after_64_t1() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.hears_answer(180)
    ladder.cancels()
    ladder.hears_answer(481)
    ladder.log()
    ladder.waits(33)
    assert ladder.log() == ["32 == TimedOut"]
    assert ladder.is_clean()


def test_the_call_answered_while_the_cancel_was_under_way_is_delivered() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    invite = ladder.last_request()
    ladder.hears_answer(180)
    ladder.cancels()
    ladder.hears(make_response(invite, 200, to_tag="callee"))
    assert ladder.log()[-2:] == ["0 <- 200 INVITE", "0 == 200"]
    ladder.waits(33)
    assert ladder.is_clean()


def test_cancel_after_the_final_answer_does_nothing() -> None:
    for status in (200, 486):
        ladder = Ladder()
        ladder.sends("INVITE")
        ladder.hears_answer(status)
        ladder.log()
        ladder.cancels()
        assert ladder.log() == []
        ladder.waits(33)
        ladder.cancels()
        assert ladder.log() == []
        assert ladder.is_clean()


@pytest.mark.parametrize("flow", [UDP, TCP], ids=["UDP", "TCP"])
@pytest.mark.parametrize("answers", [(), (100,)], ids=["calling", "proceeding"])
def test_a_lost_flow_ends_the_transaction(flow: Flow, answers: tuple[int, ...]) -> None:
    ladder = Ladder()
    ladder.sends("INVITE", flow)
    for status in answers:
        ladder.hears_answer(status, flow=flow)
    ladder.log()
    ladder.loses(flow)
    assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"]
    assert ladder.is_clean()


def test_the_ack_that_cannot_be_sent_is_told() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.hears_answer(486)
    ladder.log()
    ladder.loses(UDP)
    assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"]
    assert ladder.is_clean()


def test_a_lost_flow_does_not_lose_late_2xx() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.hears_answer(200)
    ladder.log()
    ladder.loses(UDP)
    ladder.hears_answer(200)
    assert ladder.log() == ["0 <- flow failed", "0 <- 200 INVITE", "0 == 200"]


def test_the_ack_is_made_as_17_1_1_3_wants() -> None:
    invite = request(cseq=7)
    invite.headers.add("Route", "<sip:proxy.example.com;lr>")
    invite.headers.add("Via", "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKbelow")
    busy = make_response(invite, 486, to_tag="callee")
    ack = ack_of(invite, busy)
    assert ack.method == "ACK"
    assert ack.uri == invite.uri
    assert [str(via) for via in ack.vias] == [str(invite.via)]
    assert ack.to.tag == "callee"
    assert ack.from_ == invite.from_
    assert ack.call_id == invite.call_id
    assert str(ack.cseq) == "7 ACK"
    assert ack.routes == ["<sip:proxy.example.com;lr>"]
    assert ack.body == b""


def test_the_cancel_is_made_as_9_1_wants() -> None:
    invite = request(cseq=7, to_tag="there")
    invite.headers.add("Route", "<sip:proxy.example.com;lr>")
    invite.headers.add("Require", "100rel")
    cancel = cancel_of(invite)
    assert cancel.method == "CANCEL"
    assert cancel.uri == invite.uri
    assert [str(via) for via in cancel.vias] == [str(invite.via)]
    assert cancel.to == invite.to
    assert cancel.from_ == invite.from_
    assert cancel.call_id == invite.call_id
    assert str(cancel.cseq) == "7 CANCEL"
    assert cancel.routes == ["<sip:proxy.example.com;lr>"]
    # "The CANCEL request MUST NOT contain any Require or Proxy-Require header fields"
    assert "Require" not in cancel.headers
