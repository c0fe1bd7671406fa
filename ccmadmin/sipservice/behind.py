"""What is written behind the bindings: attempts, calls, and that this process lives.

In portions of a few milliseconds each, for a registration that comes meanwhile waits for one.
Nothing here may fail its caller: what cannot be written is counted and left out.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence

from ccmadmin.sipservice.challenges import Attempt, Challenges
from ccmadmin.sipservice.decisions_log import log_attempt, log_call
from ccmadmin.sipservice.folding import Folded, Folding
from ccmadmin.sipservice.storage import ATTEMPTS_PER_PHONE, ROWS_AT_ONCE, Storage
from sipcore.ports import CallRecord, RegistrationAttempt, Renewal

log = logging.getLogger(__name__)

Try = Callable[[Callable[[], object]], Exception | None]
"""Runs a write and returns what went wrong."""

TELL_EVERY_S = 60.0
COUNTS_A_BEAT = 1000
"""With each heartbeat, one a second: more than 100,000 phones refresh in one. After a power cut
the counts come some minutes late, and registrations do not wait for them."""
COUNTS_AT_ONCE = 100


class Behind:
    def __init__(self, storage: Storage, attempt_to: Try) -> None:
        self.counts: Counter[str] = Counter()
        self._storage = storage
        self._try = attempt_to
        self._challenges = Challenges()
        self._folding = Folding()
        self._rows: deque[tuple[RegistrationAttempt, Folded]] = deque()
        self._counts_left = 0
        self._may_prune = False
        self._written_of_phone: Counter[str] = Counter()
        self._started_at = storage.clock.now()
        self._told = 0
        self._tell_at = 0.0

    def take_attempts(self, attempts: Sequence[Attempt]) -> None:
        self._fold(self._challenges.take(attempts))

    def _fold(self, attempts: Sequence[RegistrationAttempt | Renewal]) -> None:
        """Let those that need a row of their own wait for it, and count the others."""
        now = self._storage.clock.monotonic()
        renewals = [each for each in attempts if isinstance(each, Renewal)]
        others = [each for each in attempts if not isinstance(each, Renewal)]
        new = [*self._folding.take(others, now), *self._folding.take_renewals(renewals, now)]
        for attempt, _ in new:
            log_attempt(attempt)
        self._rows.extend(new)

    @property
    def has_portion(self) -> bool:
        return bool(self._rows or self._counts_left or self._may_prune)

    def write_portion(self) -> None:
        """Write some of the rows that wait, or some of the counts, or delete some old rows."""
        if self._rows:
            self._write_rows()
        elif self._counts_left:
            self._write_some_counts()
        elif self._may_prune:
            self._may_prune = False
            self._try(self._prune)

    def _write_rows(self) -> None:
        new = [self._rows.popleft() for _ in range(min(ROWS_AT_ONCE, len(self._rows)))]
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
        """Write the heartbeat; what has been counted since the one before may be written now."""
        error = self._try(
            lambda: self._storage.save_state(
                revision=revision, started_at=self._started_at, listening=listening
            )
        )
        self._fold(self._challenges.unanswered(self._storage.clock.monotonic()))
        self._counts_left = COUNTS_A_BEAT
        # To find nothing to delete works on a full disk, too, and says nothing.
        self._may_prune = error is None
        self._tell_left_out()

    def _prune(self) -> None:
        """Go on while there is more to delete."""
        self._may_prune = self._storage.prune()

    def _write_some_counts(self) -> None:
        most = min(COUNTS_AT_ONCE, self._counts_left)
        self._counts_left -= most
        if self._write_counts(most) < most:
            self._counts_left = 0

    def _write_counts(self, most: int | None) -> int:
        """Return how many there were."""
        changed = self._folding.take_changed(most)
        if changed:
            self._try(lambda: self._storage.count_attempts(changed))
        return len(changed)

    def finish(self) -> None:
        """Write what has waited, as nothing comes any more."""
        while self._rows:
            self.write_portion()
        self._write_counts(None)

    def _tell_left_out(self) -> None:
        left_out = self._folding.left_out + self._challenges.left_out
        left_out += sum(self.counts.values())
        now = self._storage.clock.monotonic()
        if left_out > self._told and now >= self._tell_at:
            log.warning("%d attempts and calls left no record of their own", left_out - self._told)
            self._told = left_out
            self._tell_at = now + TELL_EVERY_S
