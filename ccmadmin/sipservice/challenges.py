"""A challenge that the phone answers is no news; one that it does not answer is.

Every phone is challenged at every registration, so the attempt that only says so waits a while
for the next one with the same Call-ID, and is dropped when that comes.
"""

from collections.abc import Sequence

from sipcore.ports import RegistrationAttempt

PATIENCE_S = 10.0
MOST = 20_000


class Challenges:
    """`left_out` counts challenges that were forgotten because too many were open."""

    def __init__(self) -> None:
        self.left_out = 0
        self._open: dict[tuple[str, str], RegistrationAttempt] = {}

    def __len__(self) -> int:
        return len(self._open)

    def take(self, attempts: Sequence[RegistrationAttempt]) -> list[RegistrationAttempt]:
        """Return what need not wait."""
        others = []
        for attempt in attempts:
            key = attempt.flow.remote[0], attempt.call_id
            if attempt.decision.outcome != "challenged":
                self._open.pop(key, None)
                others.append(attempt)
            elif key not in self._open:  # a repeated one goes on waiting from the first
                self._wait(key, attempt)
        return others

    def _wait(self, key: tuple[str, str], attempt: RegistrationAttempt) -> None:
        if len(self._open) >= MOST:
            del self._open[next(iter(self._open))]
            self.left_out += 1
        self._open[key] = attempt

    def unanswered(self, now: float) -> list[RegistrationAttempt]:
        """Take out the challenges that have waited long enough; the oldest come first."""
        found: list[RegistrationAttempt] = []
        for attempt in self._open.values():
            if attempt.at > now - PATIENCE_S:
                break
            found.append(attempt)
        for attempt in found:
            del self._open[attempt.flow.remote[0], attempt.call_id]
        return found
