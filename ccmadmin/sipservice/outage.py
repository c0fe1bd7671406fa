"""A database that does not answer is said once, and once that it answers again."""

import logging

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0


class Outage:
    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._failures = 0

    def failed(self, error: Exception) -> None:
        if not self._failures:
            self._log.error("%s: %s; trying again", self._what, error)
        self._failures += 1

    def worked(self) -> None:
        if self._failures:
            self._log.warning("%s: works again; tries that failed: %d", self._what, self._failures)
        self._failures = 0

    @property
    def pause_s(self) -> float:
        """How long to wait before the next try; twice as long each time."""
        return min(FIRST_PAUSE_S * 2.0 ** max(self._failures - 1, 0), LONGEST_PAUSE_S)
