"""Test calls between the runtime table and an engine that a test plays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from ccmadmin.models import ProbeCall
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.prober import Prober
from sipcore.callcontrol import OnNews, ProbeNews, ProbeOrder
from sipcore.ports import Decision

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERED = Decision("accepted", "answered", 200, "SEP000000001002 answered")


class FakeProbe:
    def __init__(self, order: ProbeOrder, on_news: OnNews) -> None:
        self.order = order
        self.on_news = on_news
        self.is_over = False
        self.ends = 0

    def end(self, now: float) -> None:
        self.ends += 1


class FakeEngine:
    def __init__(self) -> None:
        self.probes: list[FakeProbe] = []

    def probe(self, order: ProbeOrder, on_news: OnNews, now: float) -> Any:
        self.probes.append(FakeProbe(order, on_news))
        return self.probes[-1]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def prober(engine: FakeEngine) -> Prober:
    def tell(door: Callable[[float], None]) -> None:
        door(clock.monotonic())

    clock = Clock()
    return Prober("node-1", clock, engine, tell)


def ask(**values: Any) -> ProbeCall:
    given = {"phone": "SEP000000001002", "number": "1002", "partition": "PT_Internal"}
    rest = {"requested_by": "tester", "requested_at": timezone.now(), "node": "", "status": 0}
    return ProbeCall.objects.create(**{**given, **rest, **values})


def test_a_request_becomes_a_call_and_its_news_are_written(
    prober: Prober, engine: FakeEngine
) -> None:
    row = ask()
    prober.work_once()
    row.refresh_from_db()
    assert (row.state, row.node) == ("calling", "node-1")
    (probe,) = engine.probes
    assert probe.order == ProbeOrder("SEP000000001002", "1002", "PT_Internal")
    now = Clock().monotonic()
    probe.on_news(ProbeNews("ringing", now))
    probe.on_news(ProbeNews("answered", now + 1))
    prober.work_once()
    row.refresh_from_db()
    assert row.state == "answered"
    assert row.ringing_at is not None
    assert row.answered_at is not None
    assert row.answered_at - row.ringing_at >= timedelta(seconds=0.9)
    probe.on_news(ProbeNews("over", now + 2, ANSWERED))
    prober.work_once()
    row.refresh_from_db()
    assert (row.state, row.rule, row.status) == ("over", "answered", 200)
    assert row.ended_at is not None
    assert len(engine.probes) == 1


def test_end_hangs_up_once(prober: Prober, engine: FakeEngine) -> None:
    row = ask()
    prober.work_once()
    ProbeCall.objects.filter(pk=row.pk).update(is_end_wanted=True)
    prober.work_once()
    prober.work_once()
    assert engine.probes[0].ends == 1


def test_a_call_of_another_node_is_left_to_it(prober: Prober, engine: FakeEngine) -> None:
    row = ask(state="calling", node="node-2", is_end_wanted=True)
    prober.give_up_left_over()
    prober.work_once()
    row.refresh_from_db()
    assert (row.state, engine.probes) == ("calling", [])


def test_a_request_that_waited_too_long_is_not_placed(prober: Prober, engine: FakeEngine) -> None:
    row = ask(requested_at=timezone.now() - timedelta(seconds=30))
    prober.work_once()
    row.refresh_from_db()
    assert (row.state, row.rule) == ("over", "unavailable")
    assert engine.probes == []


def test_what_a_killed_process_left_over_is_ended(prober: Prober) -> None:
    row = ask(state="ringing", node="node-1")
    prober.give_up_left_over()
    row.refresh_from_db()
    assert (row.state, row.rule) == ("over", "shut-down")


def test_late_news_do_not_open_a_call_that_is_over(prober: Prober, engine: FakeEngine) -> None:
    row = ask()
    prober.work_once()
    now = Clock().monotonic()
    engine.probes[0].on_news(ProbeNews("over", now, ANSWERED))
    engine.probes[0].on_news(ProbeNews("ringing", now))
    prober.write_news()
    row.refresh_from_db()
    assert row.state == "over"


@pytest.mark.parametrize("error", [OperationalError("locked"), ValueError("odd")])
def test_a_fault_does_not_end_the_thread(
    prober: Prober, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise error

    prober._look(fail)
    assert caplog.records
