"""When to look at a key again: for deadlines that nearly always move on before they come."""

import heapq
import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True, eq=False)
class _Second(Generic[K]):
    at: int
    keys: list[K] = field(default_factory=list)


class Wheel(Generic[K]):
    """Holds each key once, whole seconds apart; a deadline is rounded up.

    A phone that refreshes in time moves its deadline on and on. Nothing is done about that here:
    the key comes up at the time that was known first, and who takes it out looks whether it is
    time indeed and puts it back. That makes a refresh free, and keeps 10 octets of a key where
    a queue of all deadlines keeps 200.
    """

    def __init__(self) -> None:
        self._second_of: dict[K, _Second[K]] = {}
        self._seconds: dict[int, _Second[K]] = {}
        self._order: list[int] = []  # a heap

    def __len__(self) -> int:
        return len(self._second_of)

    def look_at(self, key: K, at: float) -> None:
        """See to it that `key` comes up at `at` or earlier."""
        known = self._second_of.get(key)
        if known is not None and known.at <= at:
            return
        second = self._second(math.ceil(at))
        if second is not known:
            self._second_of[key] = second
            second.keys.append(key)

    def _second(self, at: int) -> _Second[K]:
        second = self._seconds.get(at)
        if second is None:
            second = self._seconds[at] = _Second(at)
            heapq.heappush(self._order, at)
        return second

    def forget(self, key: K) -> None:
        self._second_of.pop(key, None)

    def pop_due(self, now: float, most: int) -> list[K]:
        """Take out `most` keys that are due, second by second; the next call goes on."""
        due: list[K] = []
        while len(due) < most and self._order and self._order[0] <= now:
            second = self._seconds[self._order[0]]
            while second.keys and len(due) < most:
                key = second.keys.pop()
                if self._second_of.get(key) is second:
                    del self._second_of[key]
                    due.append(key)
            if not second.keys:
                del self._seconds[heapq.heappop(self._order)]
        return due

    def next_deadline(self) -> float | None:
        while self._order and self._is_empty(self._seconds[self._order[0]]):
            del self._seconds[heapq.heappop(self._order)]
        return self._order[0] if self._order else None

    def _is_empty(self, second: _Second[K]) -> bool:
        """Drop forgotten keys from the end, as far as they go."""
        keys = second.keys
        while keys and self._second_of.get(keys[-1]) is not second:
            keys.pop()
        return not keys
