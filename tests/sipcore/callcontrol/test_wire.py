from collections.abc import Callable

import pytest

from sipcore.bindings import Bindings
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.wire import OnReply, Waiting, Wire
from sipcore.message import Headers, Request, Response, make_response
from sipcore.timers import Timers
from sipcore.transaction import Transactions
from tests.sipcore.site import FixedTokens, binding, flow, phone

HOME = flow("198.51.100.1")


@pytest.fixture
def wire() -> Wire:
    return Wire(Transactions(Timers(), FixedTokens()), Timers(), FixedTokens(), Bindings())


def info() -> Request:
    headers = Headers()
    for name, value in (
        ("From", "<sip:a@h>;tag=a"),
        ("To", "<sip:b@h>;tag=b"),
        ("Call-ID", "c"),
        ("CSeq", "1 INFO"),
    ):
        headers.add(name, value)
    return Request("INFO", "sip:b@h", headers)


def noted(into: list[tuple[int, bool, float]]) -> OnReply:
    def note(response: Response, is_received: bool, now: float) -> None:
        into.append((response.status, is_received, now))

    return note


def test_final_answer_reaches_who_waits_once(wire: Wire) -> None:
    got: list[tuple[int, bool, float]] = []
    key = wire.send(info(), HOME, 0.0, noted(got))
    for status in (100, 200):
        assert wire.reply(key, make_response(info(), status), 1.0)
    assert not wire.reply(key, make_response(info(), 200), 2.0)
    assert got == [(100, True, 1.0), (200, True, 1.0)]


def test_silence_is_told_as_a_response_of_our_own(wire: Wire) -> None:
    got: list[tuple[int, bool, float]] = []
    key = wire.send(info(), HOME, 0.0, noted(got))
    wire.no_reply(key, 408, 32.0)
    wire.no_reply(key, 408, 33.0)
    assert got == [(408, False, 32.0)]


def test_forgotten_request_tells_nobody(wire: Wire) -> None:
    got: list[tuple[int, bool, float]] = []
    key = wire.send(info(), HOME, 0.0, noted(got))
    wire.forget(key)
    assert not wire.reply(key, make_response(info(), 200), 1.0)
    assert got == []


def test_final_answer_of_ours_ends_the_waiting(wire: Wire) -> None:
    def nothing(now: float) -> None: ...

    wire.wait(7, Waiting(nothing, nothing))
    assert wire.waiting(7) is not None
    wire.settle(7, make_response(info(), 200), 0.0)
    assert wire.waiting(7) is None


def test_timer_that_another_one_stops_at_the_same_moment_does_not_fire(wire: Wire) -> None:
    fired: list[str] = []

    def stop_second(now: float) -> None:
        fired.append("first")
        wire.stop((1, "second"))

    wire.start((1, "first"), 5.0, stop_second)
    wire.start((1, "second"), 5.0, lambda now: fired.append("second"))
    wire.expire(5.0)
    assert fired == ["first"]
    assert wire.timers.next_deadline() is None


def test_timer_started_again_fires_once_and_later(wire: Wire) -> None:
    fired: list[float] = []
    note: Callable[[float], None] = fired.append
    wire.start((1, "ring"), 5.0, note)
    wire.start((1, "ring"), 9.0, note)
    wire.expire(5.0)
    assert fired == []
    wire.expire(9.0)
    assert fired == [9.0]


def test_counts_name_all_that_is_awaited(wire: Wire) -> None:
    assert not any(wire.counts().values())
    wire.send(info(), HOME, 0.0, noted([]))
    wire.start((1, "ring"), 5.0, lambda now: None)
    counts = wire.counts()
    assert (counts["awaited"], counts["call_timers"]) == (1, 1)


def test_a_line_is_reached_where_it_registered_from_last(wire: Wire) -> None:
    record = phone("SEP1", "", "1001")
    party = Party(record, record.lines[0])
    assert wire.way_to(party, HOME) is None
    later = flow("198.51.100.1", 40009)
    wire.bindings.put(binding("SEP1", "1001", HOME, registered_at=1.0))
    assert wire.way_to(party, HOME) is None
    wire.bindings.put(binding("SEP1", "1001", later, registered_at=2.0))
    assert wire.way_to(party, HOME) == later
    assert wire.way_to(party, later) is None
