"""What is left of a server transaction in Completed: its answer, until timer J (17.2.2).

There are thousands of them for each one that is not answered yet, and all that any of them can
still do is to send its answer again. So nothing else is kept: the octets, where they go, and the
names under which a repetition, or the same request by another path, is recognized.
"""

from collections import deque
from collections.abc import Iterable

from sipcore.ports import Flow
from sipcore.transaction.key import Key

Answer = tuple[Flow, bytes]

MEMORY = 500_000
"""Names; some 600 octets each. Beyond them timer J of the oldest answer fires early."""


class Answers:
    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        # By the hash of a name: names themselves would be the greater part of what is kept.
        self._by_name: dict[int, Answer] = {}
        self._ends: deque[tuple[float, tuple[int, ...]]] = deque()

    def put(self, names: Iterable[Key], path: Flow, octets: bytes, until: float) -> None:
        """Keep an answer; `until` is never before that of the answer put before it."""
        answer = path, octets
        hashes = tuple(map(hash, names))
        for each in hashes:
            self._by_name[each] = answer
        self._ends.append((until, hashes))
        while len(self._by_name) > self._memory and self._ends:
            self._forget_oldest()

    def hold(self, names: Iterable[Key], path: Flow) -> None:
        """Let a request be recognized whose answer, "" until `put`, is not there yet."""
        for each in names:
            self._by_name[hash(each)] = path, b""

    def find(self, name: Key) -> Answer | None:
        return self._by_name.get(hash(name))

    def expire(self, now: float) -> None:
        while self._ends and self._ends[0][0] <= now:
            self._forget_oldest()

    def next_deadline(self) -> float | None:
        return self._ends[0][0] if self._ends else None

    def _forget_oldest(self) -> None:
        for each in self._ends.popleft()[1]:
            self._by_name.pop(each, None)

    def __len__(self) -> int:
        """Count the answers."""
        return len(self._ends)
