"""The thread that asks for changes, and hands them to the loop one by one."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from functools import partial

from django.db import Error

from ccmadmin.models import CredentialKeyError
from ccmadmin.sipservice import databases, feed, loader
from ccmadmin.sipservice.outage import Outage
from ccmadmin.sipservice.snapshot import Snapshot

log = logging.getLogger(__name__)

# A question costs 25 microseconds; a change waits half of this on average.
POLL_S = 0.05
SHORT_TURN_S = 0.0005


@contextmanager
def short_turns() -> Iterator[None]:
    """Let no thread compute for long while others wait for the interpreter.

    The loop asks for it after each datagram. With Python's 5 ms, twenty datagrams would wait for
    100 ms while a change is read; with short turns all the time, all would be a tenth slower.
    """
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(SHORT_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)


class Watcher:
    """Changes the snapshot in the loop's thread only; reads the database in its own only.

    While a change is on its way into the loop this thread waits, so what it looks up in the
    snapshot's tables never changes under it.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        loop: asyncio.AbstractEventLoop,
        on_change: Callable[[], None],
        poll_s: float = POLL_S,
    ) -> None:
        self._snapshot = snapshot
        self._loop = loop
        self._on_change = on_change
        self._poll_s = poll_s
        self._stopping = threading.Event()
        self._outage = Outage(log, "the configuration cannot be read")
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; `join` waits for it."""
        self._stopping.set()

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    # -- in the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            pause_s = self._poll_s
            while not self._stopping.wait(pause_s):
                pause_s = self._poll_s if self._look() else self._outage.pause_s
        finally:
            databases.close_all()

    def _look(self) -> bool:
        """Bring the snapshot up to date; False when that has failed, and needs a longer pause."""
        try:
            self.catch_up()
        except (Error, CredentialKeyError) as error:
            self._outage.failed(error)
            databases.close_broken()
            return False
        except Exception as error:  # a fault of ours in one change must not end the feed of all
            log.exception("a change could not be taken over")
            self._outage.failed(error)
            return False
        self._outage.worked()
        return True

    def catch_up(self) -> None:
        """Read and hand over everything that is new."""
        tables = self._snapshot.tables
        if tables is None:
            self._reload()
            return
        try:
            with short_turns():
                for delta in feed.read_changes(tables):
                    self._hand_over(partial(self._snapshot.apply, delta))
                    if self._stopping.is_set():
                        return
        except feed.RewoundError as error:
            log.warning("the change log was rewound (%s): loading all of it again", error)
            self._reload()

    def _reload(self) -> None:
        tables = loader.load_tables()
        self._hand_over(partial(self._snapshot.replace, tables))

    def _hand_over(self, change: Callable[[], None]) -> None:
        """Run `change` in the loop, between two messages, and wait; raises what it does."""
        done: Future[None] = Future()

        def apply() -> None:
            try:
                change()
                self._on_change()
            except Exception as error:  # the watcher tells it, and tries again later
                done.set_exception(error)
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(apply)
        while not self._stopping.is_set():
            if wait([done], 0.5).done:
                done.result()
                return
