"""The thread that writes: bindings at once and together, everything else behind them.

All changes of bindings that wait are one transaction, so a storm of registrations costs one sync
of the disk for as many as came during the last. Their reports follow the commit, never earlier.
Attempts and calls come in small portions in between; a registration waits for one at most. They
wait a moment for others of their kind, because the commit costs more than the writing.
"""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import Error, InterfaceError, OperationalError

from ccmadmin.sipservice import databases
from ccmadmin.sipservice.behind import Behind
from ccmadmin.sipservice.challenges import Attempt
from ccmadmin.sipservice.changes import Changes
from ccmadmin.sipservice.outage import Outage
from ccmadmin.sipservice.storage import Storage
from sipcore.actions import CommitFailed, Committed, Report, SaveBindings
from sipcore.ports import Asked, CallRecord, RegistrationAttempt

log = logging.getLogger(__name__)

OnDone = Callable[[Sequence[Report]], None]
Item = TypeVar("Item")

# More is dropped and counted. Bindings never are: there are only as many as phones wait for.
LONGEST_QUEUE = 20_000
ATTEMPTS_AT_ONCE = 500
CALLS_AT_ONCE = 100
BEHIND_S = 0.1
PAUSE_S = 1.0


class Recorder:
    """Implements `sipcore.endpoint.Store`; `save`, `record` and `beat` return at once."""

    def __init__(self, storage: Storage) -> None:
        self.counts: Counter[str] = Counter()
        self._behind = Behind(storage, self._try)
        self._storage = storage
        self._outage = Outage(log, "the runtime database cannot be written")
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        # Everything below is shared with the loop's thread.
        self._wake = threading.Condition()
        self._saves: list[tuple[SaveBindings, OnDone]] = []
        self._attempts: deque[Attempt] = deque()
        self._calls: deque[CallRecord] = deque()
        self._state: tuple[int, Sequence[str]] | None = None
        self._is_stopping = False
        self._is_log_long = False
        self._behind_at = 0.0

    # -- called from the loop's thread -----------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def save(self, changes: Sequence[SaveBindings], on_done: OnDone) -> None:
        with self._wake:
            self._saves += [(change, on_done) for change in changes]
            self._wake.notify()

    def record(
        self, attempts: Sequence[RegistrationAttempt | Asked], calls: Sequence[CallRecord]
    ) -> None:
        with self._wake:
            is_first = not self._has_behind()
            self._put(self._attempts, attempts)
            self._put(self._calls, calls)
            if is_first:
                self._wake.notify()

    def _put(self, queue: deque[Item], items: Sequence[Item]) -> None:
        room = max(LONGEST_QUEUE - len(queue), 0)
        queue.extend(items[:room])
        self.counts["dropped"] += max(len(items) - room, 0)

    def beat(self, revision: int, listening: Sequence[str]) -> None:
        """Say that the loop turns and which revision is in force; written soon after."""
        with self._wake:
            self._state = revision, listening
            self._wake.notify()

    def complete_log(self) -> None:
        """Move what is left of SQLite's log between two commits; called by its own thread."""
        self._is_log_long = True

    def stop(self, timeout_s: float) -> bool:
        """Write what waits and end; False when that takes longer."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self.work_once():
                pass
        finally:
            databases.close_all()

    def work_once(self) -> bool:
        """Wait for work and do one round of it; False when it was the last."""
        with self._wake:
            if not (self._saves or self._state or self._is_stopping or self._behind.has_portion):
                self._wake.wait(self._patience_s())
            saves, self._saves = self._saves, []
            attempts, calls = self._take_behind()
            state, self._state = self._state, None
            is_last = self._is_stopping and not self._has_work()
        if saves:
            self._save(saves)
        if self._is_log_long:
            self._is_log_long = False
            self._try(self._storage.move_log)
        if attempts:
            self._behind.take_attempts(attempts)
        if calls:
            self._behind.write_calls(calls)
        if state is not None:
            self._behind.write_state(*state)
        self._behind.write_portion()
        if is_last:
            self._behind.finish()
        return not is_last

    def _has_work(self) -> bool:
        return bool(self._saves or self._state or self._has_behind())

    def _has_behind(self) -> bool:
        return bool(self._attempts or self._calls)

    def _patience_s(self) -> float:
        """Return how long nothing needs to be done, if nothing more comes."""
        return max(self._behind_at - time.monotonic(), 0) if self._has_behind() else PAUSE_S

    def _take_behind(self) -> tuple[list[Attempt], list[CallRecord]]:
        """Take what has waited long enough; the next waits from now on."""
        now = time.monotonic()
        if now < self._behind_at and not self._is_stopping:
            return [], []
        attempts, calls = (
            first(self._attempts, ATTEMPTS_AT_ONCE),
            first(self._calls, CALLS_AT_ONCE),
        )
        if not self._has_behind():
            self._behind_at = now + BEHIND_S
        return attempts, calls

    def _save(self, saves: Sequence[tuple[SaveBindings, OnDone]]) -> None:
        """Commit all in one transaction and report; if one of them cannot be, each by itself."""
        changes = Changes.of(change for change, _ in saves)
        error = self._try(lambda: self._storage.save_bindings(changes))
        if error is not None and len(saves) > 1 and not is_outage(error):
            for each in saves:
                self._save([each])
            return
        reports: dict[OnDone, list[Report]] = {}
        for change, on_done in saves:
            if change.ticket:
                reports.setdefault(on_done, []).append(report_of(change, error))
        for on_done, done in reports.items():
            on_done(done)
        if error is None:
            with self._wake:
                self._put(self._attempts, [each for change, _ in saves for each in change.renewed])

    def _try(self, write: Callable[[], object]) -> Exception | None:
        """Write, and return what went wrong."""
        try:
            write()
        except Error as error:
            self._outage.failed(error)
            databases.close_broken()
            return error
        except Exception as error:  # a value that cannot be stored must not end this thread
            log.exception("something could not be written")
            return error
        self._outage.worked()
        return None


def first(queue: deque[Item], most: int) -> list[Item]:
    """Take so many from the queue's front."""
    return [queue.popleft() for _ in range(min(most, len(queue)))]


def report_of(change: SaveBindings, error: Exception | None) -> Report:
    if error is None:
        return Committed(change.ticket)
    return CommitFailed(change.ticket, f"the database did not take it: {error}")


def is_outage(error: Exception) -> bool:
    """Tell a database that does not answer from one that refuses a value."""
    return isinstance(error, OperationalError | InterfaceError)
