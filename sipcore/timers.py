"""Timer values (RFC 3261 table 4, RFC 6026, RFC 4320) and the queue that tells when they fire."""

import heapq
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

LINES = 8
D_MINIMUM_S = 32.0  # 17.1.1.2: "a value of at least 32 seconds for unreliable transports"


@dataclass(frozen=True, slots=True)
class Timers:
    """All durations in seconds. On a reliable transport A, E and G do not run: they read 0.

    There D, I, J and K read 0 as well: what they would wait for cannot come, and the transaction
    ends at once.
    """

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    is_reliable: bool = False

    @property
    def a(self) -> float:
        return 0.0 if self.is_reliable else self.t1

    @property
    def b(self) -> float:
        return 64 * self.t1

    @property
    def d(self) -> float:
        return 0.0 if self.is_reliable else max(D_MINIMUM_S, 64 * self.t1)

    @property
    def e(self) -> float:
        return 0.0 if self.is_reliable else self.t1

    @property
    def f(self) -> float:
        return 64 * self.t1

    @property
    def g(self) -> float:
        return 0.0 if self.is_reliable else self.t1

    @property
    def h(self) -> float:
        return 64 * self.t1

    @property
    def i(self) -> float:
        return 0.0 if self.is_reliable else self.t4

    @property
    def j(self) -> float:
        return 0.0 if self.is_reliable else 64 * self.t1

    @property
    def k(self) -> float:
        return 0.0 if self.is_reliable else self.t4

    @property
    def l(self) -> float:  # noqa: E743 - RFC 6026 calls it L
        return 64 * self.t1

    @property
    def m(self) -> float:
        return 64 * self.t1

    @property
    def trying(self) -> float:
        """When an INVITE that got no answer gets a 100 (17.2.1: "within 200 ms")."""
        return 0.2

    @property
    def late_trying(self) -> float:
        """When another request that got no answer gets a 100.

        RFC 4320 section 4.1: "after the amount of time it takes a client transaction's Timer E to
        be reset to T2".
        """
        return _until_t2(self.t1, self.t2)

    @property
    def cancelled(self) -> float:
        """How long a cancelled INVITE may go without a final response (9.1)."""
        return 64 * self.t1


@lru_cache(maxsize=8)
def _until_t2(t1: float, t2: float) -> float:
    """Add up the intervals of timer E before the one that is T2."""
    elapsed, interval = 0.0, t1
    while interval < t2:
        elapsed += interval
        interval *= 2
    return elapsed


Entry = tuple[float, int, K]
"""Deadline, serial number, key."""


class TimerQueue(Generic[K]):
    """Deadlines by key: starting a key again replaces its deadline.

    Nearly all timers have one of a few durations, so those of one duration come in the order in
    which they end. Each deadline is put at the end of the first line in which it is the latest,
    and only what fits into no line goes into a heap. Stopped entries stay until they come up, or
    until they are the greater part of all.
    """

    def __init__(self) -> None:
        self._lines: list[deque[Entry[K]]] = []
        self._heap: list[Entry[K]] = []
        self._running: dict[K, int] = {}
        self._serial = 0
        self._entries = 0

    def __len__(self) -> int:
        return len(self._running)

    def start(self, key: K, at: float) -> None:
        self._serial = serial = self._serial + 1
        self._running[key] = serial
        self._entries += 1
        self._put((at, serial, key))
        if self._entries > 2 * len(self._running) + 64:
            self._compact()

    def _put(self, entry: Entry[K]) -> None:
        for line in self._lines:
            if not line or line[-1][0] <= entry[0]:
                line.append(entry)
                return
        if len(self._lines) < LINES:
            self._lines.append(deque((entry,)))
        else:
            heapq.heappush(self._heap, entry)

    def stop(self, key: K) -> None:
        self._running.pop(key, None)

    def pop_due(self, now: float) -> list[K]:
        """Take what is due, in order of time, then of starting."""
        due: list[Entry[K]] = []
        for line in self._lines:
            while line and line[0][0] <= now and self._drop_stopped(line) and line[0][0] <= now:
                due.append(line.popleft())
        while self._drop_stopped_of_heap() and self._heap[0][0] <= now:
            due.append(heapq.heappop(self._heap))
        due.sort(key=_order)
        self._entries -= len(due)
        for _, _, key in due:
            del self._running[key]
        return [key for _, _, key in due]

    def next_deadline(self) -> float | None:
        first: float | None = None
        for line in self._lines:
            if line and self._drop_stopped(line) and (first is None or line[0][0] < first):
                first = line[0][0]
        heap = self._heap
        if heap and self._drop_stopped_of_heap() and (first is None or heap[0][0] < first):
            first = heap[0][0]
        return first

    def _drop_stopped(self, line: deque[Entry[K]]) -> bool:
        """Bring a running entry to the front; False when none is left."""
        running = self._running
        while line:
            _, serial, key = line[0]
            if running.get(key) == serial:
                return True
            line.popleft()
            self._entries -= 1
        return False

    def _drop_stopped_of_heap(self) -> bool:
        heap = self._heap
        while heap and self._running.get(heap[0][2]) != heap[0][1]:
            heapq.heappop(heap)
            self._entries -= 1
        return bool(heap)

    def _compact(self) -> None:
        running = self._running
        entries = [*self._heap, *(entry for line in self._lines for entry in line)]
        kept = sorted((e for e in entries if running.get(e[2]) == e[1]), key=_order)
        self._lines = [deque(kept)]
        self._heap = []
        self._entries = len(kept)


def _order(entry: Entry[K]) -> tuple[float, int]:
    return entry[:2]
