from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipcore.timers import TimerQueue, Timers


def test_default_values_are_those_of_table_4() -> None:
    timers = Timers()
    assert (timers.t1, timers.t2, timers.t4) == (0.5, 4.0, 5.0)
    assert (timers.a, timers.e, timers.g) == (0.5, 0.5, 0.5)
    assert (timers.b, timers.f, timers.h, timers.j, timers.l, timers.m) == (32.0,) * 6
    assert (timers.d, timers.i, timers.k) == (32.0, 5.0, 5.0)
    assert timers.trying == 0.2
    assert timers.cancelled == 32.0


@pytest.mark.parametrize("name", ["a", "e", "g", "d", "i", "j", "k"])
def test_a_reliable_transport_has_no_repetitions_and_nothing_to_wait_for(name: str) -> None:
    assert getattr(Timers(is_reliable=True), name) == 0.0


@pytest.mark.parametrize("name", ["b", "f", "h", "l", "m"])
def test_a_reliable_transport_waits_for_answers_as_long(name: str) -> None:
    assert getattr(Timers(is_reliable=True), name) == 32.0


def test_timer_d_is_at_least_32_seconds_whatever_t1_is() -> None:
    assert Timers(t1=0.1).d == 32.0
    assert Timers(t1=1.0).d == 64.0


def test_the_late_100_waits_until_timer_e_reaches_t2() -> None:
    assert Timers().late_trying == 0.5 + 1 + 2
    assert Timers(t1=4.0).late_trying == 0.0


def test_due_keys_come_in_order_of_time_and_then_of_starting() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.start("third", 2.0)
    queue.start("first", 1.0)
    queue.start("second", 1.0)
    queue.start("later", 3.0)
    assert queue.next_deadline() == 1.0
    assert queue.pop_due(2.0) == ["first", "second", "third"]
    assert queue.pop_due(2.0) == []
    assert queue.next_deadline() == 3.0
    assert len(queue) == 1


def test_starting_again_replaces_the_deadline_both_ways() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.start("a", 1.0)
    queue.start("a", 5.0)
    assert queue.pop_due(1.0) == []
    assert queue.next_deadline() == 5.0
    queue.start("a", 2.0)
    assert queue.pop_due(5.0) == ["a"]
    assert queue.next_deadline() is None


def test_a_stopped_timer_neither_fires_nor_is_a_deadline() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.start("a", 1.0)
    queue.start("b", 2.0)
    queue.stop("a")
    queue.stop("never started")
    assert queue.next_deadline() == 2.0
    assert queue.pop_due(9.0) == ["b"]
    assert len(queue) == 0


def test_many_stopped_timers_do_not_pile_up() -> None:
    queue: TimerQueue[int] = TimerQueue()
    for key in range(10_000):
        queue.start(key, 32.0 + key)
        if key % 100:
            queue.stop(key)
    assert len(queue) == 100
    assert len(queue._heap) <= 2 * 100 + 64 + 1
    deadlines = queue.pop_due(1e9)
    assert deadlines == list(range(0, 10_000, 100))
    assert all(a < b for a, b in pairwise(deadlines))


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.2, 3.5, 32, 135, 7.25]))))
def test_any_mix_of_durations_fires_in_order_and_each_key_once(starts: list[Any]) -> None:
    queue: TimerQueue[int] = TimerQueue()
    latest: dict[int, tuple[float, int]] = {}
    for now, (key, seconds) in enumerate(starts):
        queue.start(key, now + seconds)
        latest[key] = now + seconds, now
    assert queue.next_deadline() == min((at for at, _ in latest.values()), default=None)
    assert queue.pop_due(10_000) == sorted(latest, key=lambda key: latest[key])
    assert (len(queue), queue.next_deadline()) == (0, None)


def test_falling_durations_still_fire_in_order() -> None:
    queue: TimerQueue[int] = TimerQueue()
    for key in range(20):  # more than there are lines
        queue.start(key, 100.0 - key)
    queue.stop(7)
    assert queue.pop_due(85.0) == [19, 18, 17, 16, 15]
    assert queue.next_deadline() == 86.0
    assert len(queue) == 14
