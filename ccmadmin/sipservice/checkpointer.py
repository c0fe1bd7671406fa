"""The thread that moves SQLite's log into the database, so that no commit has to.

Left to itself, each commit that makes the log longer than 1000 pages moves all of it, writes to a
thousand places of the disk, waits for that, and all registrations wait with it.

The log begins again only when all of it has been moved, and beside a writer that never rests all
never is. So when it has become long, the writer is asked to move the few pages that came last.
"""

import logging
import threading
from collections.abc import Callable

from django.db import Error

from ccmadmin.sipservice import databases
from ccmadmin.sipservice.outage import Outage
from ccmadmin.sipservice.storage import Storage

log = logging.getLogger(__name__)

LOOK_S = 0.1
ROWS = 200
"""Some 600 pages."""
LONGEST_S = 5.0
"""After that, what was committed without a sync is on the disk, too."""
LONG_LOG = 4000
"""Pages of 4 KiB."""


class Checkpointer:
    """`complete` asks the writer to call `Storage.move_log` between two commits."""

    def __init__(self, storage: Storage, complete: Callable[[], None]) -> None:
        self._storage = storage
        self._complete = complete
        self._moved_rows = 0
        self._moved_at = storage.clock.monotonic()
        self._stopping = threading.Event()
        self._outage = Outage(log, "the log of the runtime database cannot be moved into it")
        self._thread = threading.Thread(target=self._run, name="checkpointer", daemon=True)

    def start(self) -> None:
        if self._storage.has_log_to_move:
            self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._stopping.wait(LOOK_S):
                self.look()
        finally:
            databases.close_all()

    def look(self) -> None:
        """Move the log, if much was written since the last time, or that was long ago."""
        rows, now = self._storage.rows_written, self._storage.clock.monotonic()
        if rows - self._moved_rows < ROWS and now - self._moved_at < LONGEST_S:
            return
        self._moved_rows, self._moved_at = rows, now
        try:
            self._move()
        except Error as error:
            self._outage.failed(error)
            databases.close_broken()
        else:
            self._outage.worked()

    def _move(self) -> None:
        if self._storage.move_log() < LONG_LOG:
            return
        # What came during that is less, and what comes during this is little.
        self._storage.move_log()
        self._complete()
