import logging
from collections.abc import Callable, Sequence

import pytest

from ccmadmin.sipservice import behind as module
from ccmadmin.sipservice.behind import Behind
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.folding import Folded
from ccmadmin.sipservice.storage import ATTEMPTS_PER_PHONE, Storage
from sipcore.ports import Asked, Decision, RegistrationAttempt, Renewal
from sipcore.registrar import renewed
from tests.ccmadmin.sipservice.values import attempt, binding, call


class FakeStorage(Storage):
    """Notes what is written; `is_broken` refuses all of it."""

    has_log_to_move = False

    def __init__(self) -> None:
        self.node = "node-1"
        self.now = 1000.0
        self.clock = Clock(lambda: self.now, lambda: 1_800_000_000.0)
        self.writes: list[tuple[str, object]] = []
        self.is_broken = False
        self.rows_written = 0
        self.log_pages = 0

    def note(self, what: str, value: object) -> None:
        if self.is_broken:
            raise OSError("no disk")
        self.writes.append((what, value))

    def add_attempts(self, attempts: object) -> None:
        assert isinstance(attempts, list)
        self.note("attempts", [each for each, _ in attempts])
        for number, (_, folded) in enumerate(attempts, 1):
            folded.pk = number

    def count_attempts(self, changed: Sequence[Folded]) -> None:
        self.note("counts", [each.repeats for each in changed])

    def add_calls(self, calls: object) -> None:
        self.note("calls", calls)

    def prune_phone(self, phone: str) -> None:
        self.note("prune_phone", phone)

    def prune(self) -> bool:
        self.note("prune", None)
        return False

    def move_log(self) -> int:
        self.note("log", None)
        return self.log_pages

    def save_state(self, **values: object) -> None:
        self.note("state", (values["revision"], values["listening"]))


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def behind(storage: FakeStorage) -> Behind:
    def attempt_to(write: Callable[[], object]) -> Exception | None:
        try:
            write()
        except OSError as error:
            return error
        return None

    return Behind(storage, attempt_to)


def write(behind: Behind, attempts: Sequence[RegistrationAttempt | Asked | Renewal]) -> None:
    behind.take_attempts(attempts)
    write_portions(behind)


def write_portions(behind: Behind) -> None:
    while behind.has_portion:
        behind.write_portion()


def beat(behind: Behind) -> None:
    behind.write_state(7, [])
    write_portions(behind)


def test_attempts_are_written_folded_and_their_counts_with_the_next_heartbeat(
    behind: Behind, storage: FakeStorage
) -> None:
    write(behind, [attempt(), attempt()])
    write(behind, [attempt()])
    behind.write_state(7, ["udp:192.0.2.1:5060"])
    write_portions(behind)
    assert storage.writes == [
        ("attempts", [attempt()]),
        ("state", (7, ["udp:192.0.2.1:5060"])),
        ("counts", [2]),
        ("prune", None),
    ]


def test_a_challenge_is_written_only_when_the_phone_does_not_answer(
    behind: Behind, storage: FakeStorage
) -> None:
    challenged = attempt(decision=Decision("challenged", "challenged", 401))
    write(behind, [challenged])
    beat(behind)
    assert "attempts" not in dict(storage.writes)
    storage.now += 11
    beat(behind)
    assert ("attempts", [challenged]) in storage.writes


def test_a_refusal_is_logged_once_however_often_it_comes(
    behind: Behind, caplog: pytest.LogCaptureFixture
) -> None:
    write(behind, [attempt(), attempt(), attempt()])
    assert len(caplog.records) == 1


def test_calls_are_written_and_logged(
    behind: Behind, storage: FakeStorage, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        behind.write_calls([call()])
    assert storage.writes == [("calls", [call()])]
    assert "call from 1001 to 1002" in caplog.text


def test_a_phone_is_pruned_every_so_many_rows_and_a_stranger_never(
    behind: Behind, storage: FakeStorage
) -> None:
    write(behind, [attempt(number=str(number)) for number in range(ATTEMPTS_PER_PHONE * 2)])
    write(behind, [attempt(number=str(n), phone="") for n in range(ATTEMPTS_PER_PHONE)])
    pruned = [value for what, value in storage.writes if what == "prune_phone"]
    assert pruned == [attempt().phone] * 2


def test_what_cannot_be_written_is_counted_and_told(
    behind: Behind, storage: FakeStorage, caplog: pytest.LogCaptureFixture
) -> None:
    storage.is_broken = True
    write(behind, [attempt()])
    behind.write_calls([call()])
    assert behind.counts == {"attempts_dropped": 1, "calls_dropped": 1}
    beat(behind)
    assert "2 attempts and calls left no record of their own" in caplog.text


def test_after_a_failure_the_next_equal_attempt_is_written(
    behind: Behind, storage: FakeStorage
) -> None:
    storage.is_broken = True
    write(behind, [attempt()])
    storage.is_broken = False
    write(behind, [attempt()])
    assert storage.writes == [("attempts", [attempt()])]


def test_what_was_left_out_is_told_once_a_minute(
    behind: Behind, storage: FakeStorage, caplog: pytest.LogCaptureFixture
) -> None:
    def flood(start: int) -> list[RegistrationAttempt]:
        return [attempt(phone="", userid=f"u{start + number}") for number in range(600)]

    for start, seconds in ((0, 0), (1000, 1), (2000, 100)):
        caplog.clear()
        storage.now = 1000.0 + seconds
        write(behind, flood(start))
        beat(behind)
        told = [each for each in caplog.messages if "left no record" in each]
        assert len(told) == (0 if seconds == 1 else 1)


def test_nothing_is_cleaned_up_while_the_state_cannot_be_written(
    behind: Behind, storage: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**values: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(storage, "save_state", full)
    beat(behind)
    assert storage.writes == []
    monkeypatch.undo()
    beat(behind)
    assert [what for what, _ in storage.writes] == ["state", "prune"]


def test_the_first_renewal_has_a_row_and_the_others_are_counted_onto_it(
    behind: Behind, storage: FakeStorage
) -> None:
    renewals = [Renewal(binding(), "swhite", 120, 1000.0 + n) for n in range(3)]
    for renewal in renewals:
        write(behind, [renewal])
    beat(behind)
    assert [(kind, what) for kind, what in storage.writes if kind in ("attempts", "counts")] == [
        ("attempts", [renewed(renewals[0])]),
        ("counts", [2]),
    ]


def test_a_renewal_answers_the_challenge_before_it(behind: Behind, storage: FakeStorage) -> None:
    write(behind, [Asked(binding(), "swhite", "ccmsipline", 1000.0)])
    write(behind, [Renewal(binding(), "swhite", 120, 1000.1)])
    storage.now += 11
    beat(behind)
    (attempts,) = [what for kind, what in storage.writes if kind == "attempts"]
    assert [each.decision.rule for each in attempts] == ["refreshed"]


def test_rows_are_written_in_portions(
    behind: Behind, storage: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 2)
    many = [attempt(number=str(number)) for number in range(5)]
    behind.take_attempts(many)
    assert storage.writes == []
    behind.write_portion()
    assert storage.writes == [("attempts", many[:2])]
    behind.finish()
    assert storage.writes[1:] == [("attempts", many[2:4]), ("attempts", many[4:])]
    assert not behind.has_portion


def test_many_counts_are_written_over_several_heartbeats_and_the_rest_at_the_end(
    behind: Behind, storage: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COUNTS_A_BEAT", 3)
    monkeypatch.setattr(module, "COUNTS_AT_ONCE", 2)
    many = [attempt(number=str(number)) for number in range(9)]
    write(behind, [*many, *many])
    assert not behind.has_portion  # before the heartbeat
    beat(behind)
    beat(behind)
    behind.finish()
    behind.finish()
    counts = [what for kind, what in storage.writes if kind == "counts"]
    assert counts == [[1, 1], [1], [1, 1], [1], [1, 1, 1]]


def test_when_all_counts_are_written_there_is_no_portion_until_the_next_heartbeat(
    behind: Behind, storage: FakeStorage
) -> None:
    write(behind, [attempt(), attempt()])
    behind.write_state(7, [])
    assert behind.has_portion
    behind.write_portion()
    behind.write_portion()
    assert not behind.has_portion


def test_old_rows_are_deleted_in_portions(
    behind: Behind, storage: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [True, True, False]
    monkeypatch.setattr(storage, "prune", lambda: left.pop(0))
    beat(behind)
    assert left == []
