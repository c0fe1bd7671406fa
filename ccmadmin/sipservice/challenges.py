"""A challenge that the phone answers is no news; one that it does not answer is.

Every phone is challenged at every registration, so the attempt that only says so waits a while
for the next one with the same Call-ID, and is dropped when that comes.
"""

from collections.abc import Sequence

from sipcore.ports import Asked, RegistrationAttempt, Renewal
from sipcore.registrar import challenged

PATIENCE_S = 10.0
MOST = 20_000

Attempt = RegistrationAttempt | Asked | Renewal
"""What comes of one REGISTER, in words or as what they can be made of."""
Key = tuple[str, str]
"""Host and Call-ID."""


class Challenges:
    """`left_out` counts challenges that were forgotten because too many were open."""

    def __init__(self) -> None:
        self.left_out = 0
        self._open: dict[Key, RegistrationAttempt | Asked] = {}

    def __len__(self) -> int:
        return len(self._open)

    def take(self, attempts: Sequence[Attempt]) -> list[RegistrationAttempt | Renewal]:
        """Return what need not wait."""
        others: list[RegistrationAttempt | Renewal] = []
        for attempt in attempts:
            if isinstance(attempt, Renewal):
                self._answered(attempt.binding.flow.remote[0], attempt.binding.call_id)
                others.append(attempt)
            elif isinstance(attempt, Asked):
                self._wait((attempt.binding.flow.remote[0], attempt.binding.call_id), attempt)
            elif attempt.decision.outcome == "challenged":
                self._wait((attempt.flow.remote[0], attempt.call_id), attempt)
            else:
                self._answered(attempt.flow.remote[0], attempt.call_id)
                others.append(attempt)
        return others

    def _answered(self, host: str, call_id: str) -> None:
        self._open.pop((host, call_id), None)

    def _wait(self, key: Key, attempt: RegistrationAttempt | Asked) -> None:
        if key in self._open:
            return  # a repeated one goes on waiting from the first
        if len(self._open) >= MOST:
            del self._open[next(iter(self._open))]
            self.left_out += 1
        self._open[key] = attempt

    def unanswered(self, now: float) -> list[RegistrationAttempt]:
        """Take out the challenges that have waited long enough; the oldest come first."""
        keys = []
        for key, attempt in self._open.items():
            if attempt.at > now - PATIENCE_S:
                break
            keys.append(key)
        found = [self._open.pop(key) for key in keys]
        return [challenged(each) if isinstance(each, Asked) else each for each in found]
