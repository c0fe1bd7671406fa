from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import DataError, connections, transaction
from django.test.utils import CaptureQueriesContext

from ccmadmin import models
from ccmadmin.sipservice import durability
from ccmadmin.sipservice import storage as storage_module
from ccmadmin.sipservice.changes import Changes
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.folding import Folded
from ccmadmin.sipservice.storage import ROWS_AT_ONCE, Storage
from sipcore import ports
from sipcore.actions import SaveBindings
from tests.ccmadmin.sipservice.values import attempt, binding, call

pytestmark = pytest.mark.django_db(databases="__all__")


class Times:
    monotonic = 1000.0
    wall = 1_800_000_000.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def storage(times: Times) -> Storage:
    return Storage("node-1", Clock(lambda: times.monotonic, lambda: times.wall))


def save(storage: Storage, *bindings: ports.Binding) -> None:
    storage.save_bindings(Changes.of([SaveBindings(1, bindings)]))


# -- bindings ------------------------------------------------------------------------------------


def test_a_saved_binding_is_loaded_as_it_was(storage: Storage) -> None:
    save(storage, binding())
    assert storage.load_bindings() == [binding()]


def test_a_refresh_replaces_the_row(storage: Storage) -> None:
    save(storage, binding())
    first = models.Binding.objects.get()
    save(storage, binding(cseq=8, call_id="call-2", expires_at=1250.0))
    second = models.Binding.objects.get()
    assert (second.pk, second.cseq, second.call_id) == (first.pk, 8, "call-2")
    assert second.expires_at > first.expires_at
    assert second.registered_at == first.registered_at


def renew(storage: Storage, *bindings: ports.Binding) -> None:
    renewed = tuple(ports.Renewal(each, "swhite", 120, 1000.0) for each in bindings)
    storage.save_bindings(Changes.of([SaveBindings(1, renewed=renewed)]))


def test_a_renewal_writes_what_has_changed_and_nothing_else(storage: Storage) -> None:
    save(storage, binding(), binding(number="1009"))
    first = models.Binding.objects.get(number="1001")
    with CaptureQueriesContext(connections["runtime"]) as queries:
        renew(storage, binding(cseq=8, expires_at=1250.0))
    (statement,) = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    assert "UPDATE" in statement
    assert "INSERT" not in statement
    second = models.Binding.objects.get(number="1001")
    assert (second.pk, second.cseq) == (first.pk, 8)
    assert second.expires_at > first.expires_at
    assert {each.cseq for each in storage.load_bindings()} == {7, 8}


def test_a_renewal_of_what_is_not_there_writes_all_of_it(storage: Storage) -> None:
    save(storage, binding())
    renew(storage, binding(cseq=8), binding(number="1009"))
    assert {each.key: each.cseq for each in storage.load_bindings()} == {
        binding().key: 8,
        binding(number="1009").key: 7,
    }


def test_a_renewal_takes_the_binding_from_the_node_that_had_it(storage: Storage) -> None:
    save(Storage("node-2", storage.clock), binding())
    renew(storage, binding(cseq=8))
    row = models.Binding.objects.get()
    assert (row.node, row.cseq) == ("node-1", 8)


def test_saving_and_removing_is_one_transaction_and_two_statements(storage: Storage) -> None:
    gone, kept = binding(), binding(contact="sip:other@192.0.2.7")
    save(storage, gone, kept)
    fresh = [binding(number=str(number)) for number in range(2000, 2100)]
    with CaptureQueriesContext(connections["runtime"]) as queries:
        storage.save_bindings(Changes.of([SaveBindings(1, tuple(fresh), (gone.key,))]))
    statements = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    assert len(statements) == 2
    assert {each.key for each in storage.load_bindings()} == {each.key for each in (kept, *fresh)}


def test_a_binding_with_octets_that_are_no_text_can_be_saved_and_removed(storage: Storage) -> None:
    odd = binding(contact="sip:m\udcff@192.0.2.7", user_agent="\udcff\0")
    save(storage, odd)
    assert storage.load_bindings()[0].contact == "sip:m%FF@192.0.2.7"
    storage.save_bindings(Changes.of([SaveBindings(1, removed=(odd.key,))]))
    assert storage.load_bindings() == []


def test_expired_bindings_are_removed_and_not_loaded(storage: Storage, times: Times) -> None:
    save(storage, binding(), binding(number="1009", expires_at=1010.0))
    times.monotonic, times.wall = 3.0, times.wall + 60  # another process, a minute later
    loaded = storage.load_bindings()
    assert [each.number for each in loaded] == ["1001"]
    assert loaded[0].expires_at == pytest.approx(3.0 + 135 - 60)
    assert models.Binding.objects.count() == 1


def test_a_node_with_another_name_loads_them_too(storage: Storage) -> None:
    save(storage, binding())
    assert Storage("node-2", storage.clock).load_bindings() == [binding()]


def test_a_failure_leaves_nothing_half_done(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(storage, binding())

    execute = storage._execute

    def fail(sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        if sql.startswith("INSERT"):
            raise DataError("not storable")
        return execute(sql, rows)

    monkeypatch.setattr(storage, "_execute", fail)
    both = Changes.of([SaveBindings(1, (binding(number="1002"),), (binding().key,))])
    with pytest.raises(DataError), transaction.atomic(using="runtime"):
        storage.save_bindings(both)
    assert storage.load_bindings() == [binding()]


# -- durability ----------------------------------------------------------------------------------


def test_what_a_phone_or_a_caller_was_told_waits_for_the_disk_and_nothing_else(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhurried: list[str] = []

    @contextmanager
    def transaction_of(alias: str) -> Iterator[None]:
        unhurried.append(alias)
        yield

    monkeypatch.setattr(durability, "unhurried_transaction", transaction_of)
    monkeypatch.setattr(storage_module, "ATTEMPTS", 0)
    save(storage, binding())
    storage.add_calls([call()])
    assert unhurried == []
    storage.save_state(revision=7, started_at=storage.clock.now(), listening=[])
    storage.count_attempts(add(storage, [attempt()]))
    storage.prune_phone("SEP000000000001")
    storage.prune()
    assert unhurried == ["runtime"] * 5


def test_rows_are_counted_so_that_the_log_is_moved_in_time(storage: Storage) -> None:
    save(storage, binding(), binding(number="1002"))
    assert storage.rows_written == 2
    storage.count_attempts(add(storage, [attempt(), attempt(number="1009")]))
    assert storage.rows_written == 6


# -- what happened -------------------------------------------------------------------------------


def add(storage: Storage, attempts: Iterable[ports.RegistrationAttempt]) -> list[Folded]:
    pairs = [(each, Folded(each.at)) for each in attempts]
    storage.add_attempts(pairs)
    return [folded for _, folded in pairs]


def test_attempts_are_added_and_counted_later(storage: Storage, times: Times) -> None:
    first, second = add(storage, [attempt(), attempt(number="1009")])
    second.repeats, second.last_at = 3, 1007.0
    times.monotonic, times.wall = times.monotonic + 10, times.wall + 10
    storage.count_attempts([second])
    rows = {row.pk: row for row in models.RegistrationAttempt.objects.all()}
    assert rows[first.pk or 0].repeats == 0
    counted = rows[second.pk or 0]
    assert counted.repeats == 3
    assert (counted.last_at - counted.at).total_seconds() == 7
    assert counted.node == "node-1"


def test_each_of_many_attempts_gets_the_key_of_its_own_row(storage: Storage) -> None:
    many = [attempt(number=str(number)) for number in range(2 * ROWS_AT_ONCE + 3)]
    keys = [row.pk for row in add(storage, many)]
    numbers = dict(models.RegistrationAttempt.objects.values_list("pk", "number"))
    assert [numbers[key or 0] for key in keys] == [each.number for each in many]


def test_calls_are_added(storage: Storage) -> None:
    storage.add_calls([call(), call(call_id="call-3", answered_at=992.0)])
    assert models.CallRecord.objects.filter(answered_at=None).count() == 1
    assert models.CallRecord.objects.count() == 2


# -- retention -----------------------------------------------------------------------------------


def test_of_a_phone_the_newest_attempts_are_kept(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "ATTEMPTS_PER_PHONE", 3)
    add(storage, [attempt(at=900.0 + number) for number in range(10)])
    add(storage, [attempt(phone="SEP2")])
    storage.prune_phone(attempt().phone)
    kept = models.RegistrationAttempt.objects.filter(phone=attempt().phone)
    assert [row.at for row in kept] == [storage.clock.date(909.0 - n) for n in range(3)]
    assert models.RegistrationAttempt.objects.filter(phone="SEP2").count() == 1


def test_of_all_attempts_the_newest_are_kept_some_at_a_time(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "ATTEMPTS", 5)
    monkeypatch.setattr(storage_module, "PRUNED_AT_ONCE", 4)
    rows = add(storage, [attempt(number=str(number)) for number in range(12)])
    assert storage.prune()
    assert models.RegistrationAttempt.objects.count() == 8
    assert storage.prune()
    assert not storage.prune()
    kept = set(models.RegistrationAttempt.objects.values_list("pk", flat=True))
    assert kept == {row.pk for row in rows[-5:]}


def test_call_records_have_their_own_limit(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "CALL_RECORDS", 1)
    storage.add_calls([call(), call(), call()])
    assert storage.prune()
    assert models.CallRecord.objects.count() == 1


def test_an_empty_database_needs_no_pruning(storage: Storage) -> None:
    assert not storage.prune()


# -- the process itself --------------------------------------------------------------------------


def test_the_state_of_a_node_is_one_row(storage: Storage, times: Times) -> None:
    started_at = storage.clock.now()
    storage.save_state(revision=7, started_at=started_at, listening=["udp:192.0.2.1:5060"])
    times.wall += 1
    storage.save_state(revision=8, started_at=started_at, listening=[])
    state = models.ServerState.objects.get()
    assert (state.node, state.revision, state.listening) == ("node-1", 8, [])
    assert (state.seen_at - state.started_at).total_seconds() == 1


def test_a_value_of_a_binding_for_every_column() -> None:
    columns = {field.name for field in models.Binding._meta.concrete_fields} - {"id"}
    storage = Storage("n", Clock())
    save(storage, replace(binding(), expires_at=storage.clock.monotonic() + 60))
    row = models.Binding.objects.values().get()
    assert {name for name, value in row.items() if value not in ("", None, [])} >= columns
