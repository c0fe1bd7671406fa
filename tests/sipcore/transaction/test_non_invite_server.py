"""Figure 8 of RFC 3261 with RFC 4320: the table, then each arrow as a ladder."""

from itertools import product

import pytest

from sipcore.errors import StateError
from sipcore.timers import Timers
from sipcore.transaction.non_invite_server import TABLE, NonInviteServer, On, S
from tests.sipcore.transaction.ladder import TCP, UDP, Ladder, request

NO_ROW = {
    (S.TRYING, On.TIMER_UNANSWERED),
    (S.PROCEEDING, On.TIMER_TRYING),
}


def test_only_timers_that_cannot_run_have_no_row() -> None:
    assert {pair for pair in product(S, On) if pair not in TABLE} == NO_ROW


@pytest.mark.parametrize(("state", "on"), sorted(NO_ROW, key=str), ids=str)
def test_a_pair_without_a_row_is_our_error(state: S, on: On) -> None:
    machine = NonInviteServer(request("REGISTER"), Timers(), state)
    with pytest.raises(StateError, match=f"{on.name} in {state.name}"):
        machine.step(on)


def test_a_repeated_request_is_absorbed_until_it_is_answered() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.hears(request("REGISTER"))
    assert ladder.log() == ["0 <- REGISTER", "0 == REGISTER", "0 <- REGISTER"]


def test_final_answer_repeats_until_timer_j() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.responds(401)
    ladder.hears(request("REGISTER"))
    ladder.waits(31.9)
    ladder.hears(request("REGISTER"))
    ladder.waits(0.2)
    assert ladder.log() == [
        "0 <- REGISTER",
        "0 == REGISTER",
        "0 -> 401 REGISTER",
        "0 <- REGISTER",
        "0 -> 401 REGISTER",
        "31.9 <- REGISTER",
        "31.9 -> 401 REGISTER",
    ]
    assert ladder.is_clean()


def test_over_a_connection_the_answer_ends_the_transaction() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"), TCP)
    ladder.responds(200)
    assert ladder.log() == ["0 <- REGISTER", "0 == REGISTER", "0 -> 200 REGISTER"]
    assert ladder.flows == [TCP]
    assert ladder.is_clean()


def test_only_the_first_final_answer_counts() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.responds(200)
    for status in (100, 503, 408):
        ladder.responds(status)
    assert ladder.statuses() == [200]


def test_a_100_is_sent_late_and_only_then() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.responds(100)
    ladder.responds(180)
    ladder.waits(4)
    ladder.hears(request("REGISTER"))
    ladder.responds(183)
    ladder.responds(200)
    assert ladder.log() == [
        "0 <- REGISTER",
        "0 == REGISTER",
        "3.5 -> 100 REGISTER",
        "4 <- REGISTER",
        "4 -> 100 REGISTER",
        "4 -> 200 REGISTER",
    ]


def test_408_is_never_sent() -> None:
    ladder = Ladder()
    ladder.hears(request("OPTIONS"))
    ladder.responds(408)
    ladder.waits(5)
    ladder.responds(408)
    ladder.hears(request("OPTIONS"))
    assert ladder.log() == [
        "0 <- OPTIONS",
        "0 == OPTIONS",
        "3.5 -> 100 OPTIONS",
        "5 <- OPTIONS",
        "5 -> 100 OPTIONS",
    ]
    ladder.waits(32)
    assert ladder.is_clean()


def test_a_request_that_its_user_forgets_is_gone_when_the_client_gives_up() -> None:
    ladder = Ladder()
    ladder.hears(request("OPTIONS"))
    ladder.waits(31.9)
    assert not ladder.is_clean()
    ladder.waits(0.2)
    assert ladder.log() == [
        "0 <- OPTIONS",
        "0 == OPTIONS",
        "3.5 -> 100 OPTIONS",
        "32 == TimedOut",
    ]
    assert ladder.is_clean()


def test_a_flow_lost_before_any_answer_does_not_stop_the_answer() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.loses(UDP)
    ladder.responds(200)
    assert ladder.log() == [
        "0 <- REGISTER",
        "0 == REGISTER",
        "0 <- flow failed",
        "0 -> 200 REGISTER",
    ]


def test_a_100_that_cannot_be_sent_ends_the_transaction() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.waits(4)
    ladder.log()
    ladder.loses(UDP)
    assert ladder.log() == ["4 <- flow failed", "4 == SendFailed"]
    assert ladder.is_clean()


def test_who_has_answered_need_not_hear_that_the_way_is_lost() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.responds(200)
    ladder.log()
    ladder.loses(UDP)
    assert ladder.log() == ["0 <- flow failed"]
    ladder.hears(request("REGISTER"))
    assert ladder.log() == ["0 <- REGISTER", "0 -> 200 REGISTER"]
    ladder.waits(32)
    assert ladder.is_clean()
