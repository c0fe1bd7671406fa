import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import DataError, OperationalError

from ccmadmin.sipservice import behind as behind_module
from ccmadmin.sipservice import databases
from ccmadmin.sipservice import recorder as recorder_module
from ccmadmin.sipservice.changes import Changes
from ccmadmin.sipservice.recorder import Recorder
from sipcore import endpoint
from sipcore.actions import CommitFailed, Committed, Report, SaveBindings
from sipcore.ports import Renewal
from tests.ccmadmin.sipservice.test_behind import FakeStorage
from tests.ccmadmin.sipservice.values import attempt, binding, call


class BindingStorage(FakeStorage):
    """Also takes bindings; `errors` are raised by the next commits, `bad` numbers always."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[Changes] = []
        self.errors: list[Exception] = []
        self.bad: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def save_bindings(self, changes: Changes) -> None:
        assert self.gate.wait(2)
        if self.errors:
            raise self.errors.pop(0)
        if any(each.number in self.bad for each in changes.saved.values()):
            raise DataError("not storable")
        self.commits.append(changes)
        self.note("bindings", len(changes))


@pytest.fixture
def storage() -> BindingStorage:
    return BindingStorage()


@pytest.fixture
def recorder(storage: BindingStorage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    monkeypatch.setattr(recorder_module, "PAUSE_S", 0.01)
    monkeypatch.setattr(recorder_module, "BEHIND_S", 0.0)
    monkeypatch.setattr(databases, "close_all", lambda: None)
    monkeypatch.setattr(databases, "close_broken", lambda: None)
    made = Recorder(storage)
    yield made
    storage.gate.set()
    made.stop(2)


class Reports:
    def __init__(self) -> None:
        self.calls: list[Sequence[Report]] = []

    def __call__(self, reports: Sequence[Report]) -> None:
        self.calls.append(reports)


def change(ticket: int, number: str = "1001") -> SaveBindings:
    return SaveBindings(ticket, saved=(binding(number=number),))


def test_it_is_a_store(recorder: Recorder) -> None:
    store: endpoint.Store = recorder
    store.record([], [])


def test_all_that_waits_is_one_commit_and_one_report_of_all_tickets(
    recorder: Recorder, storage: BindingStorage
) -> None:
    reports = Reports()
    recorder.save([change(1, "1001"), change(2, "1002")], reports)
    recorder.save([change(3, "1003")], reports)
    recorder.work_once()
    assert [len(commit) for commit in storage.commits] == [3]
    assert reports.calls == [[Committed(1), Committed(2), Committed(3)]]


def test_a_ticket_of_0_is_committed_without_a_report(
    recorder: Recorder, storage: BindingStorage
) -> None:
    reports = Reports()
    recorder.save([SaveBindings(0, removed=(binding().key,))], reports)
    recorder.work_once()
    assert storage.commits == [Changes(removed={binding().key})]
    assert reports.calls == []


def test_bindings_are_written_before_everything_else(
    recorder: Recorder, storage: BindingStorage
) -> None:
    recorder.beat(7, [])
    recorder.record([attempt()], [call()])
    recorder.save([change(1)], Reports())
    for _ in range(3):
        recorder.work_once()
    assert [what for what, _ in storage.writes] == [
        "bindings", "calls", "state", "attempts", "prune",
    ]  # fmt: skip


def test_what_comes_soon_after_waits_for_others_but_bindings_do_not(
    recorder: Recorder, storage: BindingStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "BEHIND_S", 60.0)
    recorder.record([], [call()])
    recorder.work_once()
    recorder.record([], [call()])
    recorder.save([change(1)], Reports())
    recorder.work_once()
    recorder.record([], [call()])
    recorder.beat(7, [])
    recorder.work_once()
    assert [what for what, _ in storage.writes if what in ("calls", "bindings")] == [
        "calls", "bindings",
    ]  # fmt: skip
    recorder.stop(0)
    recorder.work_once()
    *_, calls = [what for kind, what in storage.writes if kind == "calls"]
    assert len(calls) == 2


def test_no_report_leaves_before_the_commit(recorder: Recorder, storage: BindingStorage) -> None:
    storage.gate.clear()
    reports = Reports()
    recorder.start()
    recorder.save([change(1)], reports)
    threading.Event().wait(0.05)
    assert reports.calls == []
    storage.gate.set()
    assert recorder.stop(2)
    assert reports.calls == [[Committed(1)]]


@pytest.mark.parametrize("error", [OperationalError("disk full"), OperationalError("locked")])
def test_a_database_that_does_not_answer_fails_every_ticket_and_is_said_once(
    recorder: Recorder,
    storage: BindingStorage,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    reports = Reports()
    storage.errors = [error, error]
    for ticket in (1, 3):
        recorder.save([change(ticket), change(ticket + 1, "1002")], reports)
        recorder.work_once()
    failed: list[Any] = [each for call_ in reports.calls for each in call_]
    assert [each.ticket for each in failed] == [1, 2, 3, 4]
    assert all(isinstance(each, CommitFailed) for each in failed)
    assert str(error) in failed[0].reason
    assert len(caplog.records) == 1


def test_a_value_that_cannot_be_stored_fails_alone(
    recorder: Recorder, storage: BindingStorage
) -> None:
    storage.bad = {"1002"}
    reports = Reports()
    recorder.save([change(1, "1001"), change(2, "1002"), change(3, "1003")], reports)
    recorder.work_once()
    outcome = {each.ticket: type(each) for call_ in reports.calls for each in call_}  # type: ignore[union-attr]  # only tickets are reported
    assert outcome == {1: Committed, 2: CommitFailed, 3: Committed}


def test_an_unexpected_fault_is_a_failure_too_and_the_thread_goes_on(
    recorder: Recorder, storage: BindingStorage
) -> None:
    reports = Reports()
    storage.errors = [OverflowError("too large")]
    recorder.save([change(1)], reports)
    recorder.work_once()
    recorder.save([change(2)], reports)
    recorder.work_once()
    assert [type(call_[0]) for call_ in reports.calls] == [CommitFailed, Committed]


def test_the_queue_of_attempts_is_bounded_and_that_of_bindings_is_not(
    recorder: Recorder, storage: BindingStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "LONGEST_QUEUE", 3)
    recorder.record([attempt(number=str(number)) for number in range(5)], [call()] * 4)
    recorder.save([change(ticket, str(ticket)) for ticket in range(1, 11)], Reports())
    assert recorder.counts["dropped"] == 3
    recorder.work_once()
    assert [len(commit) for commit in storage.commits] == [10]


def test_attempts_come_in_portions_so_that_bindings_need_not_wait_long(
    recorder: Recorder, storage: BindingStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind_module, "ROWS_AT_ONCE", 2)
    recorder.record([attempt(number=str(number)) for number in range(3)], [])
    recorder.work_once()
    recorder.save([change(1)], Reports())
    recorder.work_once()
    assert [what for what, _ in storage.writes] == ["attempts", "bindings", "attempts"]


def test_stopping_writes_what_waits(recorder: Recorder, storage: BindingStorage) -> None:
    reports = Reports()
    recorder.start()
    recorder.record([attempt()], [call()])
    recorder.save([change(1)], reports)
    recorder.beat(7, [])
    assert recorder.stop(2)
    assert reports.calls == [[Committed(1)]]
    assert ("state", (7, [])) in storage.writes
    assert ("calls", [call()]) in storage.writes


def test_stopping_does_not_wait_for_ever(recorder: Recorder, storage: BindingStorage) -> None:
    storage.gate.clear()
    recorder.start()
    recorder.save([change(1)], Reports())
    assert not recorder.stop(0.05)


def test_a_renewal_is_saved_first_and_counted_after_it(
    recorder: Recorder, storage: BindingStorage
) -> None:
    renewal = Renewal(binding(cseq=8), "swhite", 120, 1000.0)
    reports = Reports()
    recorder.save([SaveBindings(1, renewed=(renewal,))], reports)
    recorder.work_once()
    recorder.work_once()
    assert [each.renewed for each in storage.commits] == [{renewal.binding.key: renewal.binding}]
    assert reports.calls == [[Committed(1)]]
    (attempts,) = [what for kind, what in storage.writes if kind == "attempts"]
    assert [each.decision.rule for each in attempts] == ["refreshed"]


def test_a_renewal_that_could_not_be_saved_is_not_counted(
    recorder: Recorder, storage: BindingStorage
) -> None:
    storage.errors.append(OperationalError("disk full"))
    renewal = Renewal(binding(cseq=8), "swhite", 120, 1000.0)
    recorder.save([SaveBindings(1, renewed=(renewal,))], Reports())
    recorder.work_once()
    assert "attempts" not in dict(storage.writes)


def test_a_long_log_is_moved_between_two_commits_and_once(
    recorder: Recorder, storage: BindingStorage
) -> None:
    recorder.complete_log()
    recorder.save([change(1)], Reports())
    recorder.work_once()
    recorder.save([change(2)], Reports())
    recorder.work_once()
    assert [what for what, _ in storage.writes] == ["bindings", "log", "bindings"]
