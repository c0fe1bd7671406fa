"""Timer values (RFC 3261 table 4, RFC 6026, RFC 4320) and the queue that tells when they fire."""

import heapq
import itertools
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

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
        elapsed, interval = 0.0, self.t1
        while interval < self.t2:
            elapsed += interval
            interval *= 2
        return elapsed

    @property
    def cancelled(self) -> float:
        """How long a cancelled INVITE may go without a final response (9.1)."""
        return 64 * self.t1


class TimerQueue(Generic[K]):
    """Deadlines by key: starting a key again replaces its deadline.

    Stopped entries stay in the heap until they come up, or until they are the greater part of it.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, K]] = []
        self._running: dict[K, int] = {}
        self._serials = itertools.count(1)

    def __len__(self) -> int:
        return len(self._running)

    def start(self, key: K, at: float) -> None:
        serial = next(self._serials)
        self._running[key] = serial
        heapq.heappush(self._heap, (at, serial, key))
        if len(self._heap) > 2 * len(self._running) + 64:
            self._compact()

    def stop(self, key: K) -> None:
        self._running.pop(key, None)

    def pop_due(self, now: float) -> list[K]:
        """Take what is due, in order of time, then of starting."""
        due = []
        while self._drop_stopped() and self._heap[0][0] <= now:
            key = heapq.heappop(self._heap)[2]
            del self._running[key]
            due.append(key)
        return due

    def next_deadline(self) -> float | None:
        return self._heap[0][0] if self._drop_stopped() else None

    def _drop_stopped(self) -> bool:
        """Bring a running entry to the top; False when none is left."""
        heap = self._heap
        while heap and self._running.get(heap[0][2]) != heap[0][1]:
            heapq.heappop(heap)
        return bool(heap)

    def _compact(self) -> None:
        self._heap = [entry for entry in self._heap if self._running.get(entry[2]) == entry[1]]
        heapq.heapify(self._heap)
