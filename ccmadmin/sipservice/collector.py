"""Python's cycle collector, so that it never stops the loop for long.

Reference counts free all that is over here: calls, transactions, messages leave no circles. What
does is rare, but it must not pile up. Left to itself, the collector begins when so many more
objects have been made than were freed; but a refresh makes a binding and frees one. So it begins
seldom, and then it looks at a new binding of each phone: 0.3 s of a hundred thousand.
"""

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator
from typing import Self

STEP = 30_000
"""Blocks of memory, about one for each object; to look at so many new ones takes 20 ms."""


@contextlib.contextmanager
def making_what_stays() -> Iterator[None]:
    """Do without the collector while a million objects are made that live as long as we do."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Collector:
    """Looks for circles only when memory has grown, and once at each object.

    A context manager: within it, nobody else collects.
    """

    def __init__(self, blocks: Callable[[], int] = sys.getallocatedblocks) -> None:
        self._blocks = blocks
        self._limit = blocks() + STEP

    def __enter__(self) -> Self:
        gc.disable()
        return self

    def __exit__(self, *error: object) -> None:
        gc.enable()

    def look(self) -> None:
        """To be called again and again."""
        if self._blocks() < self._limit:
            return
        gc.collect()
        gc.freeze()  # most of what is in use now stays; if not, its references free it
        self._limit = self._blocks() + STEP
