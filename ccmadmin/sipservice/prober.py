"""The thread that carries out test calls: requests from the runtime table in, what became out.

A page writes a row and asks for it again and again; this thread looks at the open rows a few times
a second, gives new ones to the loop, and writes down what the engine tells of them.
"""

import logging
import queue
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from django.db import Error

from ccmadmin.models import ProbeCall
from ccmadmin.sipservice import databases
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.outage import Outage
from sipcore.callcontrol import OnNews, Probe, ProbeNews, ProbeOrder
from sipcore.ports import Decision

log = logging.getLogger(__name__)

POLL_S = 0.2
STALE_AFTER = timedelta(seconds=10)
State = ProbeCall.State
Door = Callable[[float], None]


class Prober:
    """`tell` runs a door of the engine in the loop's thread, at its time; it returns at once."""

    def __init__(
        self, node: str, clock: Clock, engine: "Engine", tell: Callable[[Door], None]
    ) -> None:
        self._node = node
        self._clock = clock
        self._engine = engine
        self._tell = tell
        self._calls: dict[int, Probe] = {}  # touched by the loop's thread only
        self._news: queue.SimpleQueue[tuple[int, ProbeNews]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._is_stopping = False
        self._outage = Outage(log, "test calls cannot be looked for")
        self._thread = threading.Thread(target=self._run, name="prober", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to write what it knows and to end; `join` waits for it."""
        self._is_stopping = True
        self._wake.set()

    def join(self, timeout_s: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    # -- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._look(self.give_up_left_over)
            while not self._is_stopping:
                self._wake.wait(POLL_S)
                self._wake.clear()
                self._look(self.work_once)
            self._look(self.write_news)
        finally:
            databases.close_all()

    def _look(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Error as error:
            self._outage.failed(error)
            databases.close_broken()
        except Exception:  # one test call that cannot be placed must not end all others
            log.exception("a test call could not be carried out")
        else:
            self._outage.worked()

    def give_up_left_over(self) -> None:
        """End the rows that a process of this node has left when it was killed."""
        rows = ProbeCall.objects.filter(node=self._node).exclude(state=State.OVER)
        for row in rows:
            self._write(row.pk, ProbeNews("over", self._clock.monotonic(), interrupted()))

    def work_once(self) -> None:
        """Write what is new of the calls, then take up what pages ask for."""
        self.write_news()
        for row in ProbeCall.objects.exclude(state=State.OVER):
            if row.state == State.REQUESTED:
                self._take(row)
            elif row.is_end_wanted and row.node == self._node:
                self._tell(partial(self._end, row.pk))

    def write_news(self) -> None:
        while True:
            try:
                pk, news = self._news.get_nowait()
            except queue.Empty:
                return
            self._write(pk, news)

    def _take(self, row: ProbeCall) -> None:
        """Claim the row, so that no other node calls as well, and place the call."""
        if self._clock.now() - row.requested_at > STALE_AFTER:
            self._write(row.pk, ProbeNews("over", self._clock.monotonic(), not_taken()))
            return
        unclaimed = ProbeCall.objects.filter(pk=row.pk, state=State.REQUESTED)
        if unclaimed.update(state=State.CALLING, node=self._node):
            order = ProbeOrder(row.phone, row.number, row.partition)
            self._tell(partial(self._place, row.pk, order))

    def _write(self, pk: int, news: ProbeNews) -> None:
        values: dict[str, Any] = {"state": news.state, f"{_moment(news)}_at": self._date(news)}
        if news.decision is not None:
            values |= decision_values(news.decision)
        ProbeCall.objects.filter(pk=pk).exclude(state=State.OVER).update(**values)

    def _date(self, news: ProbeNews) -> Any:
        return self._clock.date(news.at)

    # -- in the loop's thread ---------------------------------------------------------------------

    def _place(self, pk: int, order: ProbeOrder, now: float) -> None:
        probe = self._engine.probe(order, partial(self._hear, pk), now)
        if not probe.is_over:
            self._calls[pk] = probe

    def _end(self, pk: int, now: float) -> None:
        probe = self._calls.pop(pk, None)
        if probe is not None:
            probe.end(now)

    def _hear(self, pk: int, news: ProbeNews) -> None:
        if news.state == "over":
            self._calls.pop(pk, None)
        self._news.put((pk, news))
        self._wake.set()


class Engine(Protocol):
    """The one door of the engine that is used here."""

    def probe(self, order: ProbeOrder, on_news: OnNews, now: float) -> Probe: ...


def _moment(news: ProbeNews) -> str:
    return "ended" if news.state == "over" else news.state


def decision_values(decision: Decision) -> dict[str, Any]:
    names = ("outcome", "rule", "status", "summary", "expected", "received", "advice")
    return {name: getattr(decision, name) for name in names}


def interrupted() -> Decision:
    return Decision(
        "refused",
        "shut-down",
        503,
        "The test call was ended because the call server was stopped",
        "The call server to run until the call ends.",
        "A stop of the call server during the call.",
        "Start the test call again.",
    )


def not_taken() -> Decision:
    seconds = STALE_AFTER.seconds
    return Decision(
        "refused",
        "unavailable",
        503,
        "The call server did not take the test call in time",
        f"The call server to take it within {seconds} seconds.",
        "A test call that had waited longer than that when the call server saw it.",
        "Start the test call again.",
    )
