"""How long the machine was not there: a virtual one has to share its cores with others.

The kernel counts the time that a core had work and was given to somebody else ("steal", proc(5)).
It explains single long delays that no program can avoid.
"""

import bisect
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.usage import TICKS_PER_S

STEAL = 8
"""Place in a line of /proc/stat, the name being 0."""
LOOK_S = 0.02
BEFORE_S = 0.1
"""What was stolen just before delays, too: what has come meanwhile waits in line."""


def stolen_s(core: int) -> float:
    """Return the time that has been stolen from a core since the system began."""
    for line in Path("/proc/stat").read_text().splitlines():
        words = line.split()
        if words[0] == f"cpu{core}":
            return int(words[STEAL]) / TICKS_PER_S
    raise OSError(f"/proc/stat has no line cpu{core}")


class StolenTime(threading.Thread):
    """Looks at one core while the block runs; `clock` is what `between` goes by."""

    def __init__(self, core: int, clock: Callable[[], float]) -> None:
        super().__init__(name="stolen time", daemon=True)
        self._core = core
        self._clock = clock
        self._times: list[float] = []
        self._stolen: list[float] = []
        self._ending = threading.Event()

    def __enter__(self) -> "StolenTime":
        self._look()
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._ending.set()
        self.join()
        self._look()

    def run(self) -> None:
        while not self._ending.wait(LOOK_S):
            self._look()

    def _look(self) -> None:
        self._stolen.append(stolen_s(self._core))
        self._times.append(self._clock())

    @property
    def part(self) -> float:
        """Return the part of the whole time that was stolen."""
        return (self._stolen[-1] - self._stolen[0]) / (self._times[-1] - self._times[0])

    def between(self, begin: float, end: float) -> float:
        """Return the seconds stolen from a moment until another, by the looks around them."""
        first = max(bisect.bisect_right(self._times, begin) - 1, 0)
        last = min(bisect.bisect_left(self._times, end), len(self._times) - 1)
        return self._stolen[last] - self._stolen[first]
