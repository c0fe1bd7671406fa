"""Figure 6 of RFC 3261: the table, then each arrow as a ladder."""

from itertools import product

import pytest

from sipcore.errors import StateError
from sipcore.ports import Flow
from sipcore.timers import Timers
from sipcore.transaction.non_invite_client import TABLE, NonInviteClient, On, S
from tests.sipcore.transaction.ladder import TCP, UDP, Ladder, request

NO_ROW = {
    (S.TRYING, On.TIMER_K),
    (S.PROCEEDING, On.TIMER_K),
    (S.COMPLETED, On.TIMER_E),
    (S.COMPLETED, On.TIMER_F),
}


def test_only_timers_that_cannot_run_have_no_row() -> None:
    assert {pair for pair in product(S, On) if pair not in TABLE} == NO_ROW


@pytest.mark.parametrize(("state", "on"), sorted(NO_ROW, key=str), ids=str)
def test_a_pair_without_a_row_is_our_error(state: S, on: On) -> None:
    machine = NonInviteClient(request("BYE"), Timers(), state)
    with pytest.raises(StateError, match=f"{on.name} in {state.name}"):
        machine.step(on)


def test_the_request_repeats_at_intervals_up_to_t2_until_timer_f() -> None:
    ladder = Ladder()
    ladder.sends("BYE")
    ladder.waits(40)
    assert ladder.log() == [
        "0 -> BYE",
        "0.5 -> BYE",
        "1.5 -> BYE",
        "3.5 -> BYE",
        "7.5 -> BYE",
        "11.5 -> BYE",
        "15.5 -> BYE",
        "19.5 -> BYE",
        "23.5 -> BYE",
        "27.5 -> BYE",
        "31.5 -> BYE",
        "32 == TimedOut",
    ]
    assert ladder.is_clean()


def test_over_a_connection_nothing_repeats_but_timer_f_runs() -> None:
    ladder = Ladder()
    ladder.sends("BYE", TCP)
    ladder.waits(40)
    assert ladder.log() == ["0 -> BYE", "32 == TimedOut"]
    assert ladder.is_clean()


def test_a_provisional_answer_slows_the_repetitions_to_t2() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    ladder.waits(0.1)
    ladder.hears_answer(100, tag="")
    ladder.waits(9)
    ladder.hears_answer(100, tag="")
    ladder.waits(30)
    assert ladder.log() == [
        "0 -> OPTIONS",
        "0.1 <- 100 OPTIONS",
        "0.1 == 100",
        "0.5 -> OPTIONS",
        "4.5 -> OPTIONS",
        "8.5 -> OPTIONS",
        "9.1 <- 100 OPTIONS",
        "9.1 == 100",
        "12.5 -> OPTIONS",
        "16.5 -> OPTIONS",
        "20.5 -> OPTIONS",
        "24.5 -> OPTIONS",
        "28.5 -> OPTIONS",
        "32 == TimedOut",
    ]
    assert ladder.is_clean()


@pytest.mark.parametrize("status", [200, 302, 481, 503, 603])
def test_the_final_answer_is_delivered_once_and_repeats_absorbed_until_timer_k(
    status: int,
) -> None:
    ladder = Ladder()
    ladder.sends("BYE")
    ladder.hears_answer(status)
    ladder.waits(4.9)
    ladder.hears_answer(status)
    ladder.hears_answer(100)
    assert not ladder.is_clean()
    ladder.waits(0.2)
    assert ladder.log() == [
        "0 -> BYE",
        f"0 <- {status} BYE",
        f"0 == {status}",
        f"4.9 <- {status} BYE",
        "4.9 <- 100 BYE",
    ]
    assert ladder.is_clean()


def test_over_a_connection_the_final_answer_ends_the_transaction_at_once() -> None:
    ladder = Ladder()
    ladder.sends("BYE", TCP)
    ladder.hears_answer(200, flow=TCP)
    assert ladder.log() == ["0 -> BYE", "0 <- 200 BYE", "0 == 200"]
    assert ladder.is_clean()


@pytest.mark.parametrize("flow", [UDP, TCP], ids=["UDP", "TCP"])
@pytest.mark.parametrize("answers", [(), (100,)], ids=["trying", "proceeding"])
def test_a_lost_flow_ends_the_transaction(flow: Flow, answers: tuple[int, ...]) -> None:
    ladder = Ladder()
    ladder.sends("BYE", flow)
    for status in answers:
        ladder.hears_answer(status, flow=flow)
    ladder.log()
    ladder.loses(flow)
    assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"]
    assert ladder.is_clean()


def test_a_flow_lost_after_the_final_answer_is_nobodys_business() -> None:
    ladder = Ladder()
    ladder.sends("BYE")
    ladder.hears_answer(200)
    ladder.log()
    ladder.loses(UDP)
    ladder.waits(6)
    assert ladder.log() == ["0 <- flow failed"]
    assert ladder.is_clean()
