"""Figure 7 of RFC 3261 as RFC 6026 corrects it: the table, then each arrow as a ladder."""

from itertools import product

import pytest

from sipcore.errors import StateError
from sipcore.message import Response
from sipcore.timers import Timers
from sipcore.transaction.invite_server import TABLE, InviteServer, On, S
from tests.sipcore.transaction.ladder import TCP, UDP, Ladder, request

NO_ROW = {
    *((S.PROCEEDING, on) for on in (On.TIMER_G, On.TIMER_H, On.TIMER_I, On.TIMER_L)),
    *((S.COMPLETED, on) for on in (On.TIMER_TRYING, On.TIMER_I, On.TIMER_L)),
    *((S.CONFIRMED, on) for on in (On.TIMER_TRYING, On.TIMER_G, On.TIMER_H, On.TIMER_L)),
    *((S.ACCEPTED, on) for on in (On.TIMER_TRYING, On.TIMER_G, On.TIMER_H, On.TIMER_I)),
}


def test_only_timers_that_cannot_run_have_no_row() -> None:
    assert {pair for pair in product(S, On) if pair not in TABLE} == NO_ROW


@pytest.mark.parametrize(("state", "on"), sorted(NO_ROW, key=str), ids=str)
def test_a_pair_without_a_row_is_our_error(state: S, on: On) -> None:
    machine = InviteServer(request(), Timers(), state)
    with pytest.raises(StateError, match=f"{on.name} in {state.name}"):
        machine.step(on)


def test_a_silent_user_gets_its_100_sent_after_200_ms() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.hears(request())
    ladder.waits(0.5)
    ladder.hears(request())
    assert ladder.log() == [
        "0 <- INVITE",
        "0 == INVITE",
        "0 <- INVITE",
        "0.2 -> 100 INVITE",
        "0.5 <- INVITE",
        "0.5 -> 100 INVITE",
    ]
    trying = ladder.sent[0]
    assert isinstance(trying, Response)
    assert trying.to.tag == ""


def test_a_user_that_answers_in_time_sends_no_100() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.waits(0.1)
    ladder.responds(180)
    ladder.waits(1)
    assert ladder.log() == ["0 <- INVITE", "0 == INVITE", "0.1 -> 180 INVITE"]


def test_a_repeated_request_gets_the_latest_provisional_answer() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(100)
    ladder.responds(180)
    ladder.responds(183)
    ladder.log()
    ladder.hears(request())
    assert ladder.log() == ["0 <- INVITE", "0 -> 183 INVITE"]


def test_a_failure_repeats_at_intervals_up_to_t2_until_timer_h() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(486)
    ladder.waits(40)
    assert ladder.log() == [
        "0 <- INVITE",
        "0 == INVITE",
        "0 -> 486 INVITE",
        "0.5 -> 486 INVITE",
        "1.5 -> 486 INVITE",
        "3.5 -> 486 INVITE",
        "7.5 -> 486 INVITE",
        "11.5 -> 486 INVITE",
        "15.5 -> 486 INVITE",
        "19.5 -> 486 INVITE",
        "23.5 -> 486 INVITE",
        "27.5 -> 486 INVITE",
        "31.5 -> 486 INVITE",
        "32 == TimedOut",
    ]
    assert ladder.is_clean()


def test_the_ack_ends_the_repetitions_and_timer_i_absorbs_what_still_comes() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(486)
    ladder.hears(request())
    ladder.hears(request("ACK", to_tag="ours"))
    ladder.hears(request("ACK", to_tag="ours"))
    ladder.hears(request())
    ladder.waits(4.9)
    assert not ladder.is_clean()
    ladder.waits(0.2)
    assert ladder.log() == [
        "0 <- INVITE",
        "0 == INVITE",
        "0 -> 486 INVITE",
        "0 <- INVITE",
        "0 -> 486 INVITE",
        "0 <- ACK",
        "0 <- ACK",
        "0 <- INVITE",
    ]
    assert ladder.is_clean()


def test_over_a_connection_the_failure_is_sent_once_and_the_ack_ends_it() -> None:
    ladder = Ladder()
    ladder.hears(request(), TCP)
    ladder.responds(486)
    ladder.waits(10)
    ladder.hears(request("ACK", to_tag="ours"), TCP)
    assert ladder.log() == ["0 <- INVITE", "0 == INVITE", "0 -> 486 INVITE", "10 <- ACK"]
    assert ladder.flows == [TCP]
    assert ladder.is_clean()


def test_after_a_2xx_repeated_requests_are_absorbed_until_timer_l() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(200)
    ladder.hears(request())
    ladder.waits(31.9)
    ladder.hears(request())
    ladder.waits(0.2)
    assert ladder.log() == [
        "0 <- INVITE",
        "0 == INVITE",
        "0 -> 200 INVITE",
        "0 <- INVITE",
        "31.9 <- INVITE",
    ]
    assert ladder.is_clean()


def test_the_user_repeats_its_2xx_itself() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(200)
    ladder.waits(0.5)
    ladder.responds(200)
    ladder.log()
    ladder.waits(32)
    assert len(ladder.sent) == 2
    assert ladder.is_clean()


def test_an_ack_for_the_2xx_on_the_same_branch_reaches_the_user() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(200)
    ladder.log()
    ladder.hears(request("ACK", to_tag="ours"))
    assert ladder.log() == ["0 <- ACK", "0 == ACK"]


def test_only_the_first_final_answer_counts() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(486)
    for status in (180, 200, 503):
        ladder.responds(status)
    ladder.hears(request("ACK", to_tag="ours"))
    for status in (180, 200, 503):
        ladder.responds(status)
    assert ladder.statuses() == [486]


def test_nothing_but_a_2xx_follows_a_2xx() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(200)
    for status in (180, 486, 200):
        ladder.responds(status)
    assert ladder.statuses() == [200, 200]


def test_cancel_reaches_the_user_while_there_is_no_final_answer() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(180)
    ladder.hears(request("CANCEL"))
    ladder.hears(request("CANCEL"))
    ladder.responds(487)
    ladder.hears(request("ACK", to_tag="ours"))
    assert ladder.log() == [
        "0 <- INVITE",
        "0 == INVITE",
        "0 -> 180 INVITE",
        "0 <- CANCEL",
        "0 -> 200 CANCEL",
        "0 == cancelled",
        "0 <- CANCEL",
        "0 -> 200 CANCEL",
        "0 -> 487 INVITE",
        "0 <- ACK",
    ]
    ladder.waits(33)
    assert ladder.is_clean()


@pytest.mark.parametrize("status", [200, 486])
def test_cancel_after_the_final_answer_is_answered_and_without_effect(status: int) -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(status)
    ladder.log()
    ladder.hears(request("CANCEL"))
    assert ladder.log() == ["0 <- CANCEL", "0 -> 200 CANCEL"]


def test_an_ack_before_any_final_answer_is_ignored() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.log()
    ladder.hears(request("ACK"))
    assert ladder.log() == ["0 <- ACK"]


@pytest.mark.parametrize("status", [180, 486, 200])
def test_a_failed_send_is_told_and_the_transaction_stays(status: int) -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(status)
    ladder.log()
    ladder.loses(UDP)
    ladder.loses(UDP)
    assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"] * 2
    ladder.hears(request())  # known still: no new call
    assert "0 == INVITE" not in ladder.log()
    ladder.responds(503)
    ladder.waits(33)
    assert ladder.is_clean()


def test_a_flow_lost_after_the_ack_is_nobodys_business() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(486)
    ladder.hears(request("ACK", to_tag="ours"))
    ladder.log()
    ladder.loses(UDP)
    assert ladder.log() == ["0 <- flow failed"]
