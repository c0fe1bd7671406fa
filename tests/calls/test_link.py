"""The fake network itself: two stacks that only count what they get."""

import pytest

from sipcore.actions import (
    Action,
    CommitFailed,
    Committed,
    FlowFailed,
    Report,
    SaveBindings,
    Transmit,
)
from sipcore.ports import Binding, Flow
from tests.calls.link import Link, Weather, summary

HERE, THERE, NOWHERE = ("192.0.2.1", 5060), ("192.0.2.2", 5060), ("192.0.2.3", 5060)


class Station:
    """Keeps what it gets; sends what the test puts into `todo`."""

    def __init__(self) -> None:
        self.todo: list[Action] = []
        self.got: list[tuple[float, bytes, Flow]] = []
        self.reports: list[Report] = []
        self.deadline: float | None = None
        self.expired_at: list[float] = []

    def receive(self, data: bytes, source: Flow, now: float) -> None:
        self.got.append((now, data, source))

    def report(self, report: Report, now: float) -> None:
        self.reports.append(report)

    def expire(self, now: float) -> None:
        self.expired_at.append(now)
        self.deadline = None

    def next_deadline(self) -> float | None:
        return self.deadline

    def outbox(self) -> list[Action]:
        todo, self.todo = self.todo, []
        return todo

    def sends(self, flow: Flow, *messages: bytes) -> None:
        self.todo += [Transmit(flow, data) for data in messages]


def pair(seed: int = 0, **weather: float) -> tuple[Link, Station, Station]:
    link, a, b = Link(seed, Weather(**weather)), Station(), Station()  # type: ignore[arg-type]  # chances only
    link.join("a", a, HERE)
    link.join("b", b, THERE)
    return link, a, b


UDP = Flow("UDP", HERE, THERE)
TCP = Flow("TCP", HERE, THERE)


def texts(station: Station) -> list[bytes]:
    return [data for _, data, _ in station.got]


def many(count: int) -> list[bytes]:
    return [b"%03d" % number for number in range(count)]


# -- UDP -----------------------------------------------------------------------------------------


def test_a_datagram_arrives_after_a_while_from_where_it_was_sent() -> None:
    link, a, b = pair()
    a.sends(UDP, b"hello")
    link.run(1)
    [(at, data, source)] = b.got
    assert 0.001 <= at <= 0.02
    assert data == b"hello"
    assert source == Flow("UDP", THERE, HERE)
    assert link.now == 1


def test_datagrams_overtake_each_other() -> None:
    link, a, b = pair()
    a.sends(UDP, *many(20))
    link.run(1)
    assert texts(b) != many(20)
    assert sorted(texts(b)) == many(20)


def test_some_are_lost_some_come_twice_and_some_late() -> None:
    link, a, b = pair(drop=0.2, repeat=0.2, late=0.2)
    a.sends(UDP, *many(200))
    link.run(0.05)
    in_time = len(b.got)
    link.run(5)
    fates = [passage.fate for passage in link.passages]
    assert set(fates) == {"ok", "lost", "repeated", "late"}
    assert len(b.got) == 200 - fates.count("lost") + fates.count("repeated")
    assert len(b.got) - in_time == fates.count("late")


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    runs = []
    for seed in (1, 1, 2):
        link, a, b = pair(seed, drop=0.5)
        a.sends(UDP, *many(50))
        link.run(1)
        runs.append(b.got)
    assert runs[0] == runs[1] != runs[2]


def test_what_goes_to_nobody_is_lost() -> None:
    link, a, _ = pair()
    a.sends(Flow("UDP", HERE, NOWHERE), b"hello")
    link.run(1)
    assert link.ladder() == ["0.000 a -> 192.0.2.3:5060 hello (lost)"]
    assert a.reports == []


def test_an_address_can_refuse() -> None:
    link, a, b = pair()
    link.refuses.add(THERE)
    a.sends(UDP, b"hello")
    link.run(1)
    assert a.reports == [FlowFailed(UDP, "unreachable")]
    assert b.got == []


# -- TCP -----------------------------------------------------------------------------------------


def test_over_a_connection_all_arrives_in_order_and_answers_come_back_on_it() -> None:
    link, a, b = pair(drop=0.9, repeat=0.9)
    a.sends(TCP, *many(50))
    link.run(1)
    assert texts(b) == many(50)
    [source] = {flow for _, _, flow in b.got}
    assert source.connection
    assert source.remote[0] == HERE[0]
    assert source.remote[1] >= 49152
    b.sends(source, b"answer")
    link.run(1)
    [(_, data, back)] = a.got
    assert data == b"answer"
    assert (back.remote, back.local) == (THERE, HERE)
    assert back.connection not in (0, source.connection)


def test_a_connection_is_used_again_even_by_a_flow_that_does_not_name_it() -> None:
    link, a, b = pair()
    a.sends(TCP, b"1", b"2")
    link.run(1)
    a.sends(TCP, b"3")
    link.run(1)
    assert len({flow for _, _, flow in b.got}) == 1


def test_a_connection_to_nobody_is_refused() -> None:
    link, a, _ = pair()
    flow = Flow("TCP", HERE, NOWHERE)
    a.sends(flow, b"hello")
    link.run(1)
    assert a.reports == [FlowFailed(flow, "refused")]


def test_a_cut_breaks_connections_for_both_and_loses_what_is_on_the_way() -> None:
    link, a, b = pair()
    a.sends(TCP, b"1")
    link.run(1)
    source = b.got[0][2]
    b.sends(source, b"2")
    link.at(0, lambda: link.cut("a"))
    link.run(1)
    assert a.got == []
    assert b.reports == [FlowFailed(source, "connection closed")]
    opened, asked_for = a.reports
    assert isinstance(opened, FlowFailed)
    assert opened.flow.connection
    assert asked_for == FlowFailed(TCP, "connection closed")
    b.sends(source, b"3")
    link.run(1)
    assert b.reports[1:] == [FlowFailed(source, "refused")]


# -- the rest ------------------------------------------------------------------------------------


def test_who_is_switched_off_hears_and_says_nothing() -> None:
    link, a, b = pair()
    b.deadline = 0.5
    link.switch_off("b")
    a.sends(UDP, b"hello")
    b.sends(Flow("UDP", THERE, HERE), b"hello")
    link.run(1)
    assert (a.got, b.got, b.expired_at) == ([], [], [])
    link.switch_on("b")
    link.run(1)
    assert b.expired_at == [1.0]


def test_deadlines_are_met_to_the_moment() -> None:
    link, a, _ = pair()
    a.deadline = 12.5
    link.run(60)
    assert a.expired_at == [12.5]
    assert link.now == 60


def test_a_deadline_that_never_moves_is_found() -> None:
    link, a, _ = pair()
    a.deadline = 1.0
    a.expire = lambda now: None  # type: ignore[method-assign]  # a host that does nothing
    with pytest.raises(AssertionError, match="no rest after"):
        link.run(60)


def test_waiting_for_what_does_not_come_shows_the_ladder() -> None:
    link, a, _ = pair()
    a.sends(UDP, b"INVITE sip:x SIP/2.0\r\n\r\n")
    with pytest.raises(AssertionError, match="a -> b INVITE"):
        link.run_until(lambda: False, 5)


def test_a_commit_is_reported_and_kept_or_fails() -> None:
    link, a, _ = pair()
    binding = Binding("SEP1", "1001", "", "sip:1001@192.0.2.2", UDP, "c", 1, 0.0, 120.0)
    a.todo.append(SaveBindings(7, (binding,)))
    link.run(1)
    assert a.reports == [Committed(7)]
    assert link.member("a").saved == {binding.key: binding}
    a.todo.append(SaveBindings(0, removed=(binding.key,)))
    link.run(1)
    assert link.member("a").saved == {}
    link.is_disk_full = True
    a.todo.append(SaveBindings(8, (binding,)))
    link.run(1)
    assert a.reports == [Committed(7), CommitFailed(8, "disk full")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"INVITE sip:x SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n", "INVITE"),
        (b"SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\n\r\n", "200 BYE"),
        (b"SIP/2.0 400 What\r\n\r\n", "400"),
        (b"\r\n\r\n", ""),
    ],
)
def test_a_ladder_names_requests_and_responses(data: bytes, text: str) -> None:
    assert summary(data) == text
