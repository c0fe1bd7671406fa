import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import DjangoDbBlocker

from ccmadmin.sipservice import checkpointer as module
from ccmadmin.sipservice import databases
from ccmadmin.sipservice.changes import Changes
from ccmadmin.sipservice.checkpointer import LONG_LOG, LONGEST_S, ROWS, Checkpointer
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.storage import Storage
from sipcore.actions import SaveBindings
from tests.ccmadmin.sipservice.database_file import database_file
from tests.ccmadmin.sipservice.test_behind import FakeStorage
from tests.ccmadmin.sipservice.values import binding


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "close_all", lambda: None)
    monkeypatch.setattr(databases, "close_broken", lambda: None)


class Log:
    """Counts how often the log was moved, and how often the writer was asked to complete it."""

    def __init__(self) -> None:
        self.storage = FakeStorage()
        self.completed = 0
        self.checkpointer = Checkpointer(self.storage, self.complete)

    def complete(self) -> None:
        self.completed += 1

    def look(self) -> int:
        self.checkpointer.look()
        return self.storage.writes.count(("log", None))


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_log_is_moved_when_so_many_rows_have_come(log: Log) -> None:
    log.storage.rows_written = ROWS - 1
    assert log.look() == 0
    log.storage.rows_written = ROWS
    assert [log.look(), log.look()] == [1, 1]
    log.storage.rows_written = 2 * ROWS
    assert log.look() == 2


def test_the_little_that_nobody_counts_is_moved_once_in_a_while(log: Log) -> None:
    log.storage.now += LONGEST_S - 1
    assert log.look() == 0
    log.storage.now += 1
    assert [log.look(), log.look()] == [1, 1]


def test_of_a_long_log_the_writer_moves_the_rest(log: Log) -> None:
    log.storage.rows_written, log.storage.log_pages = ROWS, LONG_LOG - 1
    assert (log.look(), log.completed) == (1, 0)
    log.storage.rows_written, log.storage.log_pages = 2 * ROWS, LONG_LOG
    assert (log.look(), log.completed) == (3, 1)


def test_an_outage_is_said_once_and_ends_nothing(
    log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full() -> int:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch, caplog.at_level(logging.INFO):
        patch.setattr(log.storage, "move_log", full)
        for times in (1, 2):
            log.storage.rows_written = times * ROWS
            log.look()
    log.storage.rows_written += ROWS
    assert log.look() == 1
    assert [record.getMessage() for record in caplog.records] == [
        "the log of the runtime database cannot be moved into it: database or disk is full; "
        "trying again",
        "the log of the runtime database cannot be moved into it: works again; "
        "tries that failed: 2",
    ]


def test_the_thread_looks_again_and_again_until_it_is_stopped(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = threading.Semaphore(0)

    def move_log() -> int:
        moved.release()
        return 0

    monkeypatch.setattr(module, "LOOK_S", 0.001)
    monkeypatch.setattr(FakeStorage, "has_log_to_move", True)
    monkeypatch.setattr(log.storage, "move_log", move_log)
    log.checkpointer.start()
    for _ in range(2):
        log.storage.rows_written += ROWS
        assert moved.acquire(timeout=2)
    log.checkpointer.stop(2)
    assert not log.checkpointer._thread.is_alive()


def test_where_there_is_no_log_there_is_no_thread(log: Log) -> None:
    log.checkpointer.start()
    assert not log.checkpointer._thread.is_alive()
    log.checkpointer.stop(2)


# -- with a database -----------------------------------------------------------------------------


@pytest.fixture
def storage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[Storage]:
    made = Storage("node-1", Clock(lambda: 1000.0, lambda: 1_800_000_000.0))
    with database_file(tmp_path / "runtime.sqlite3", monkeypatch, django_db_blocker) as alias:
        monkeypatch.setattr(made, "_alias", alias)
        yield made


def test_beside_a_writer_that_never_rests_the_log_stays_short(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONG_LOG", 100)
    monkeypatch.setattr(module, "ROWS", 10)
    move = storage.move_log
    complete: list[bool] = []
    pages: list[int] = []

    def register(cseq: int) -> None:
        change = SaveBindings(1, (binding(cseq=cseq),))
        storage.save_bindings(Changes.of([change]))

    def move_while_one_registers() -> int:
        moved = move()
        register(9999)  # it came too late to be moved
        pages.append(moved)
        return moved

    monkeypatch.setattr(storage, "move_log", move_while_one_registers)
    checkpointer = Checkpointer(storage, lambda: complete.append(True))
    for cseq in range(500):
        register(cseq)
        checkpointer.look()
        if complete:  # as the recorder does
            complete.clear()
            move()
    assert len(pages) > 20
    assert max(pages) < 150
