"""When to look at something again: for deadlines that nearly always move on before they come."""

import heapq
import math
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar


class Waiting:
    """What a wheel holds; it notes by itself when it comes up: a dictionary takes 80 octets."""

    __slots__ = ("second",)

    def __init__(self) -> None:
        self.second: Second[Any] | None = None


W = TypeVar("W", bound=Waiting)


@dataclass(slots=True, eq=False)
class Second(Generic[W]):
    at: int
    waiting: list[W] = field(default_factory=list)


class Wheel(Generic[W]):
    """Holds each thing once, whole seconds apart; a deadline is rounded up.

    A phone that refreshes in time moves its deadline on and on. Nothing is done about that here:
    it comes up at the time that was known first, and who takes it out looks whether it is time
    indeed and puts it back. That makes a refresh free, and keeps 20 octets of a phone where a
    queue of all deadlines keeps 200.
    """

    def __init__(self) -> None:
        self._count = 0
        self._seconds: dict[int, Second[W]] = {}
        self._order: list[int] = []  # a heap

    def __len__(self) -> int:
        return self._count

    def look_at(self, it: W, at: float) -> None:
        """See to it that `it` comes up at `at` or earlier."""
        known = it.second
        if known is not None and known.at <= at:
            return
        second = self._second(math.ceil(at))
        if second is not known:
            self._count += known is None
            it.second = second
            second.waiting.append(it)

    def _second(self, at: int) -> Second[W]:
        second = self._seconds.get(at)
        if second is None:
            second = self._seconds[at] = Second(at)
            heapq.heappush(self._order, at)
        return second

    def forget(self, it: W) -> None:
        self._count -= it.second is not None
        it.second = None

    def pop_due(self, now: float, most: int) -> list[W]:
        """Take out `most` that are due, second by second; the next call goes on."""
        due: list[W] = []
        while len(due) < most and self._order and self._order[0] <= now:
            second = self._seconds[self._order[0]]
            while second.waiting and len(due) < most:
                it = second.waiting.pop()
                if it.second is second:
                    self.forget(it)
                    due.append(it)
            if not second.waiting:
                del self._seconds[heapq.heappop(self._order)]
        return due

    def next_deadline(self) -> float | None:
        while self._order and _is_empty(self._seconds[self._order[0]]):
            del self._seconds[heapq.heappop(self._order)]
        return self._order[0] if self._order else None


def _is_empty(second: Second[W]) -> bool:
    """Drop what is forgotten from the end, as far as it goes."""
    waiting = second.waiting
    while waiting and waiting[-1].second is not second:
        waiting.pop()
    return not waiting
