"""Python's cycle collector, so that it never stops the loop for long.

Reference counts free all that is over here: calls, transactions, messages leave no circles. What
does is rare, but it must not pile up. Left to itself, the collector begins when so many more
objects have been made than were freed; but a refresh makes a binding and frees one. So it begins
seldom, and then it looks at a new binding of each phone: 0.3 s of a hundred thousand. How much
memory is in use stands still in the same way, and is no better sign.
"""

import contextlib
import gc
from collections.abc import Iterator
from typing import Self

STEP = 5_000
"""New objects still in use; to look at so many takes 7 ms when they lie all over the memory."""


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
    """Looks for circles once at each object, and never at many at a time.

    A context manager: within it, nobody else collects.
    """

    def __enter__(self) -> Self:
        gc.disable()
        return self

    def __exit__(self, *error: object) -> None:
        gc.enable()

    def look(self) -> None:
        """To be called again and again."""
        if len(gc.get_objects(generation=0)) < STEP:
            return
        gc.collect()
        gc.freeze()  # most of what is in use now stays; if not, its references free it
