"""What is written behind the bindings: attempts, calls, and that this process lives.

Nothing here may fail its caller: what cannot be written is counted and left out.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence

from ccmadmin.sipservice.challenges import Attempt, Challenges
from ccmadmin.sipservice.decisions_log import log_attempt, log_call
from ccmadmin.sipservice.folding import Folded, Folding
from ccmadmin.sipservice.storage import ATTEMPTS_PER_PHONE, Storage
from sipcore.ports import CallRecord, RegistrationAttempt, Renewal

log = logging.getLogger(__name__)

Try = Callable[[Callable[[], object]], Exception | None]
"""Runs a write and returns what went wrong."""

TELL_EVERY_S = 60.0
COUNTS_AT_ONCE = 1000
"""With each heartbeat, one a second: more than 100,000 phones refresh in one. After a power cut
the counts come some minutes late, and registrations do not wait for them."""


class Behind:
    def __init__(self, storage: Storage, attempt_to: Try) -> None:
        self.counts: Counter[str] = Counter()
        self._storage = storage
        self._try = attempt_to
        self._challenges = Challenges()
        self._folding = Folding()
        self._written_of_phone: Counter[str] = Counter()
        self._started_at = storage.clock.now()
        self._told = 0
        self._tell_at = 0.0

    def write_attempts(self, attempts: Sequence[Attempt]) -> None:
        self._fold(self._challenges.take(attempts))

    def _fold(self, attempts: Sequence[RegistrationAttempt | Renewal]) -> None:
        """Write those that need a row of their own, and count the others."""
        now = self._storage.clock.monotonic()
        renewals = [each for each in attempts if isinstance(each, Renewal)]
        others = [each for each in attempts if not isinstance(each, Renewal)]
        new = [*self._folding.take(others, now), *self._folding.take_renewals(renewals, now)]
        if new:
            self._write(new)

    def _write(self, new: Sequence[tuple[RegistrationAttempt, Folded]]) -> None:
        for attempt, _ in new:
            log_attempt(attempt)
        if self._try(lambda: self._storage.add_attempts(new)):
            self._folding.forget(attempt for attempt, _ in new)
            self.counts["attempts_dropped"] += len(new)
            return
        for attempt, _ in new:
            self._prune_phone(attempt.phone)

    def _prune_phone(self, phone: str) -> None:
        """Every so many attempts of a phone, delete all but the newest."""
        if not phone:
            return
        self._written_of_phone[phone] += 1
        if self._written_of_phone[phone] >= ATTEMPTS_PER_PHONE:
            del self._written_of_phone[phone]
            self._try(lambda: self._storage.prune_phone(phone))

    def write_calls(self, calls: Sequence[CallRecord]) -> None:
        for call in calls:
            log_call(call)
        if self._try(lambda: self._storage.add_calls(calls)):
            self.counts["calls_dropped"] += len(calls)

    def write_state(self, revision: int, listening: Sequence[str]) -> None:
        """Write the heartbeat, and with it what has been counted since the one before."""
        error = self._try(
            lambda: self._storage.save_state(
                revision=revision, started_at=self._started_at, listening=listening
            )
        )
        self._fold(self._challenges.unanswered(self._storage.clock.monotonic()))
        self._write_counts(COUNTS_AT_ONCE)
        if error is None:  # to find nothing to delete works on a full disk too, and says nothing
            self._try(self._storage.prune)
        self._tell_left_out()

    def _write_counts(self, most: int | None) -> None:
        changed = self._folding.take_changed(most)
        if changed:
            self._try(lambda: self._storage.count_attempts(changed))

    def finish(self) -> None:
        """Write what has waited, as nothing comes any more."""
        self._write_counts(None)

    def _tell_left_out(self) -> None:
        left_out = self._folding.left_out + self._challenges.left_out
        left_out += sum(self.counts.values())
        now = self._storage.clock.monotonic()
        if left_out > self._told and now >= self._tell_at:
            log.warning("%d attempts and calls left no record of their own", left_out - self._told)
            self._told = left_out
            self._tell_at = now + TELL_EVERY_S
