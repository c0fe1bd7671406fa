import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError

from ccmadmin.models import CredentialKeyError
from ccmadmin.sipservice import databases, feed, loader
from ccmadmin.sipservice.rows import Delta
from ccmadmin.sipservice.snapshot import Snapshot
from ccmadmin.sipservice.tables import Tables
from ccmadmin.sipservice.watcher import SHORT_TURN_S, Watcher, short_turns
from tests.ccmadmin.sipservice.values import tables
from tests.sipcore.transport.recording_sink import until


class FakeLog:
    """Stands in for the database: the deltas that the next questions find, or the errors."""

    def __init__(self) -> None:
        self.finds: list[Delta | Exception] = []
        self.threads: set[str] = set()
        self.turns_s: set[float] = set()
        self.loads = 0

    def read_changes(self, tables: Tables) -> Iterator[Delta]:
        self.threads.add(threading.current_thread().name)
        self.turns_s.add(sys.getswitchinterval())
        while self.finds:
            found = self.finds.pop(0)
            if isinstance(found, Exception):
                raise found
            yield found

    def load_tables(self) -> Tables:
        self.loads += 1
        return tables()


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()
    monkeypatch.setattr(feed, "read_changes", fake.read_changes)
    monkeypatch.setattr(loader, "load_tables", fake.load_tables)
    monkeypatch.setattr(databases, "close_all", lambda: None)
    monkeypatch.setattr(databases, "close_broken", lambda: None)
    return fake


class Scene:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.revisions: list[int] = []
        self.threads: set[str] = set()
        loop = asyncio.get_running_loop()
        self.watcher = Watcher(snapshot, loop, self.on_change, poll_s=0.001)

    def on_change(self) -> None:
        self.revisions.append(self.snapshot.revision)
        self.threads.add(threading.current_thread().name)

    async def stop(self) -> None:
        self.watcher.stop()
        await asyncio.to_thread(self.watcher.join, 2.0)
        assert not self.watcher._thread.is_alive()


@pytest.fixture
def make(changes: FakeLog) -> Callable[[Snapshot], Scene]:
    return Scene


async def test_changes_are_read_in_a_thread_and_applied_in_the_loop_one_by_one(
    make: Callable[[Snapshot], Scene], changes: FakeLog
) -> None:
    scene = make(Snapshot(tables()))
    changes.finds += [Delta(11), Delta(12)]
    scene.watcher.start()
    await until(lambda: scene.revisions == [11, 12])
    await scene.stop()
    assert changes.threads == {"watcher"}
    assert max(changes.turns_s) == pytest.approx(SHORT_TURN_S)
    assert scene.threads == {threading.current_thread().name}


async def test_a_database_that_does_not_answer_is_said_once_and_asked_again(
    make: Callable[[Snapshot], Scene], changes: FakeLog, caplog: pytest.LogCaptureFixture
) -> None:
    scene = make(Snapshot(tables()))
    changes.finds += [OperationalError("gone"), OperationalError("gone"), Delta(11)]
    scene.watcher.start()
    await until(lambda: scene.revisions == [11])
    await until(lambda: len(caplog.records) == 2)
    await scene.stop()
    assert "gone; trying again" in caplog.text
    assert "works again; tries that failed: 2" in caplog.text


@pytest.mark.parametrize("error", [CredentialKeyError("no key"), KeyError("ours")])
async def test_no_fault_ends_the_feed(
    make: Callable[[Snapshot], Scene],
    changes: FakeLog,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = make(Snapshot(tables()))
    changes.finds += [error, Delta(11)]
    with caplog.at_level(logging.ERROR):
        scene.watcher.start()
        await until(lambda: scene.revisions == [11])
        await scene.stop()
    assert caplog.records


async def test_a_change_that_cannot_be_applied_is_told_and_tried_again_after_a_pause(
    make: Callable[[Snapshot], Scene],
    changes: FakeLog,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = make(Snapshot(tables()))
    apply, faults = scene.snapshot.apply, [KeyError("ours"), TimeoutError("ours, too")]

    def stumble(delta: Delta) -> None:
        if faults:
            changes.finds.append(delta)  # the log says it again
            raise faults.pop(0)
        apply(delta)

    monkeypatch.setattr(scene.snapshot, "apply", stumble)
    changes.finds += [Delta(11)]
    pauses: list[float] = []
    failed = scene.watcher._outage.failed

    def note_pause(error: Exception) -> None:
        failed(error)
        pauses.append(scene.watcher._outage.pause_s)

    monkeypatch.setattr(scene.watcher._outage, "failed", note_pause)
    scene.watcher.start()
    await until(lambda: scene.revisions == [11])
    await scene.stop()
    assert pauses == [0.1, 0.2]
    assert caplog.text.count("a change could not be taken over") == 2


async def test_a_rewound_log_makes_it_load_everything(
    make: Callable[[Snapshot], Scene], changes: FakeLog, caplog: pytest.LogCaptureFixture
) -> None:
    scene = make(Snapshot(tables()))
    changes.finds += [feed.RewoundError("revision 1 after 10")]
    scene.watcher.start()
    await until(lambda: changes.loads == 1 and scene.revisions == [10])
    await scene.stop()
    assert "revision 1 after 10" in caplog.text


async def test_a_snapshot_without_anything_is_loaded(
    make: Callable[[Snapshot], Scene], changes: FakeLog
) -> None:
    scene = make(Snapshot())
    scene.watcher.start()
    await until(lambda: scene.revisions == [10])
    await scene.stop()


async def test_it_ends_although_the_loop_takes_nothing_any_more(
    make: Callable[[Snapshot], Scene], changes: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make(Snapshot(tables()))
    handed = threading.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(scene.watcher, "_loop", DeafLoop(handed))
    changes.finds += [Delta(11), Delta(12)]
    scene.watcher.start()
    await loop.run_in_executor(None, handed.wait, 2)
    await scene.stop()
    assert changes.finds == [Delta(12)]


class DeafLoop:
    def __init__(self, handed: threading.Event) -> None:
        self.handed = handed

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> None:
        self.handed.set()


def test_threads_take_short_turns_while_changes_are_read_and_long_ones_again_after_a_failure() -> (
    None
):
    usual = sys.getswitchinterval()
    with contextlib.suppress(KeyError), short_turns():
        assert sys.getswitchinterval() < usual
        raise KeyError("a row")
    assert sys.getswitchinterval() == usual
