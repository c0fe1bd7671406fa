"""Between the engine's monotonic seconds and the dates in the database.

The offset is asked for each time: a wall clock that is set while we run moves the dates that are
written from then on, and no deadline.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)


class Clock:
    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.monotonic = monotonic
        self._wall = wall

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self._wall())

    def date(self, at: float) -> datetime:
        """Return the date of a moment on the monotonic clock, which may lie ahead."""
        return EPOCH + timedelta(seconds=self._wall() + at - self.monotonic())

    def text(self, at: float) -> str:
        """Return the date of a moment as Django writes dates into SQLite: UTC, without a zone."""
        moment = round(1_000_000 * (self._wall() + at - self.monotonic()))
        second, microseconds = divmod(moment, 1_000_000)
        return f"{_text_of_second(second)}.{microseconds:06d}"

    def moment(self, text: str) -> float:
        """Return the moment of a date that a database wrote as text; UTC where it names no zone.

        On this process's monotonic clock; before its start it is negative.
        """
        date = datetime.fromisoformat(text)
        since = date - (EPOCH if date.tzinfo else NAIVE_EPOCH)
        return since.total_seconds() - self._wall() + self.monotonic()


@lru_cache(maxsize=1024)
def _text_of_second(second: int) -> str:
    """Return the date without a fraction: the rows of one batch are of a few seconds."""
    return (EPOCH + timedelta(seconds=second)).replace(tzinfo=None).isoformat(" ", "seconds")
