"""Which commits wait for the disk, and how SQLite's log gets into its database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from ccmadmin.sipservice import durability
from ccmadmin.sipservice.durability import has_log_to_move, move_log, unhurried_transaction
from tests.ccmadmin.sipservice.database_file import ask, database_file

NORMAL, FULL = 1, 2
"""What SQLite says of `synchronous`: sync when the log is moved; sync each commit."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runtime.sqlite3"


@pytest.fixture
def alias(
    path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    with database_file(path, monkeypatch, django_db_blocker) as alias:
        yield alias


def write(alias: str, count: int = 1) -> None:
    """Make so many pages of log, and a few more."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS filled (octets)")
        for _ in range(count):
            cursor.execute("INSERT INTO filled VALUES (randomblob(4000))")


def synchronous() -> int:
    return ask("PRAGMA synchronous")


# -- commits -------------------------------------------------------------------------------------


def test_only_the_commit_within_does_not_wait_for_the_disk(alias: str) -> None:
    assert synchronous() == FULL
    with unhurried_transaction(alias):
        write(alias)
        assert synchronous() == NORMAL
    assert synchronous() == FULL
    assert ask("SELECT COUNT(*) FROM filled") == 1


def test_a_failure_leaves_nothing_half_done_and_the_next_commit_waits(alias: str) -> None:
    write(alias)

    def fail_half_way() -> None:
        write(alias)
        ask("SELECT COUNT(*) FROM nowhere")

    with pytest.raises(OperationalError, match="no such table"), unhurried_transaction(alias):
        fail_half_way()
    assert synchronous() == FULL
    assert ask("SELECT COUNT(*) FROM filled") == 1


def test_within_another_transaction_that_one_decides(alias: str) -> None:
    with transaction.atomic(using=alias), unhurried_transaction(alias):
        assert synchronous() == FULL


def test_a_connection_that_cannot_be_set_back_is_given_up(
    alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = durability._execute

    def fail(connection: BaseDatabaseWrapper, sql: str) -> None:
        if sql.endswith("FULL"):
            raise OperationalError("disk I/O error")
        execute(connection, sql)

    monkeypatch.setattr(durability, "_execute", fail)
    with pytest.raises(OperationalError), unhurried_transaction(alias):
        write(alias)
    assert connections[alias].connection is None
    assert synchronous() == FULL  # of the next one


class FakePostgresql:
    """Notes what is executed; a transaction is begun by the fake of `transaction` below."""

    vendor = "postgresql"

    def __init__(self) -> None:
        self.in_atomic_block = False
        self.executed: list[str] = []

    @contextmanager
    def cursor(self) -> Iterator["FakePostgresql"]:
        yield self

    def execute(self, sql: str) -> None:
        self.executed.append(sql)

    @contextmanager
    def atomic(self, using: str) -> Iterator[None]:
        self.executed.append("BEGIN")
        yield
        self.executed.append("COMMIT")


def test_postgresql_is_told_within_the_transaction_and_forgets_it_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakePostgresql()
    monkeypatch.setattr(durability, "connections", {"runtime": fake})
    monkeypatch.setattr(durability, "transaction", fake)
    with unhurried_transaction("runtime"):
        fake.executed.append("...")
    assert fake.executed == ["BEGIN", "SET LOCAL synchronous_commit TO off", "...", "COMMIT"]
    assert not has_log_to_move("runtime")


# -- SQLite's log --------------------------------------------------------------------------------


def test_a_log_that_was_moved_begins_again_with_the_next_commit(alias: str) -> None:
    assert has_log_to_move(alias)
    write(alias, 50)
    assert move_log(alias) > 50
    write(alias)
    assert 0 < move_log(alias) < 10


def test_no_commit_moves_it(alias: str, path: Path) -> None:
    write(alias, 1500)  # SQLite itself would have begun at 1000
    assert path.stat().st_size < 100_000
    move_log(alias)
    assert path.stat().st_size > 1500 * 4000


def test_a_reader_keeps_what_it_has_begun_to_read_and_is_not_waited_for(
    alias: str, path: Path
) -> None:
    write(alias, 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM filled").fetchone() == (5,)
        write(alias, 50)
        assert move_log(alias) > 50
        write(alias)
        assert move_log(alias) > 50  # it cannot begin again yet
        assert reader.execute("SELECT COUNT(*) FROM filled").fetchone() == (5,)
        reader.execute("COMMIT")
    move_log(alias)
    write(alias)
    assert move_log(alias) < 10


def test_a_database_in_memory_has_no_log(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    with database_file(Path(":memory:"), monkeypatch, django_db_blocker) as alias:
        write(alias)
        assert move_log(alias) == 0
