"""What SQLite and PostgreSQL do so that a commit is on the disk, and when they need not.

A binding is on the disk when its commit returns. That an attempt was made, or how often, may come
there with the next binding, or some seconds later. When a process is killed nothing is lost by
that; when the power fails it is those seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def unhurried_transaction(alias: str) -> Iterator[None]:
    """Commit without waiting for the disk; whatever is committed after it is durable after it.

    Within another transaction that one decides.
    """
    connection = connections[alias]
    is_whole = not connection.in_atomic_block
    is_sqlite = is_whole and connection.vendor == "sqlite"
    if is_sqlite:  # which refuses to change it within a transaction
        _execute(connection, "PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic(using=alias):
            if is_whole and connection.vendor == "postgresql":
                _execute(connection, "SET LOCAL synchronous_commit TO off")
            yield
    finally:
        if is_sqlite:
            _hurry(connection)


def has_log_to_move(alias: str) -> bool:
    """Tell whether somebody must call `move_log`; PostgreSQL has processes for that."""
    return connections[alias].vendor == "sqlite"


def move_log(alias: str) -> int:
    """Move SQLite's log into the database; return how many pages the log has.

    Never waits for readers or for a writer (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint,
    PASSIVE): what they need stays. When all is moved, the next commit begins the log again.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        _, pages, _ = cursor.fetchone()
    return max(int(pages), 0)  # -1 where there is no log


def _hurry(connection: BaseDatabaseWrapper) -> None:
    """Let commits wait for the disk again; a new connection does so by itself."""
    if connection.connection is None:
        return
    try:
        _execute(connection, "PRAGMA synchronous=FULL")
    except Error:
        connection.close()
        raise


def _execute(connection: BaseDatabaseWrapper, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
