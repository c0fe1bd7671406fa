"""The change log and the one writer at a time."""

import pytest
from django.db import transaction

from ccmadmin.models import ChangeLog, RoutePartition, WrittenAroundServices
from ccmadmin.services import changes, records
from ccmadmin.services.changes import Actor, append, current_revision, tie, writing
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("empty")


def test_the_revision_is_the_newest_sequence() -> None:
    assert current_revision() == 0
    entry = records.save(RoutePartition(name="PT"), actor=ACTOR)
    assert entry is not None
    assert current_revision() == entry.sequence


def test_a_change_that_is_undone_leaves_no_entry() -> None:
    with transaction.atomic():
        records.save(RoutePartition(name="PT"), actor=ACTOR)
        transaction.set_rollback(True)
    assert current_revision() == 0
    assert not RoutePartition.objects.exists()


def test_entries_are_only_ever_added_by_a_writer() -> None:
    keys = ("", "PT")
    arguments = {"model": "RoutePartition", "before": None, "after": {}, "keys": keys}
    with pytest.raises(WrittenAroundServices):
        append(actor=ACTOR, **arguments)
    with writing():
        append(actor=Actor(user="x", source="api"), **arguments)
    with pytest.raises(WrittenAroundServices):
        ChangeLog.objects.all().delete()


def test_writers_of_postgresql_take_a_lock_that_ends_with_the_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    executed: list[str] = []

    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *_rest: object) -> None: ...

        def execute(self, sql: str, _params: object) -> None:
            executed.append(sql)

    class Connection:
        vendor = "postgresql"
        cursor = Cursor

    monkeypatch.setattr(changes, "connections", {"default": Connection})
    with writing():
        assert executed == ["SELECT pg_advisory_xact_lock(%s)"]


def test_parts_are_tied_to_their_change_with_what_they_brought_about() -> None:
    entries = [records.save(RoutePartition(name=name), actor=ACTOR) for name in "ABCD"]
    first, second, unrelated, whole = (entry for entry in entries if entry is not None)
    with writing():
        tie([first], second)
        tie([second], whole)
        tie([], unrelated)
    parts = dict(ChangeLog.objects.values_list("key", "part_of"))
    assert parts == {"A": whole.sequence, "B": whole.sequence, "C": None, "D": None}


def test_the_reason_of_the_actor_stands_unless_a_change_has_its_own() -> None:
    actor = Actor(user="x", source="page", reason="typed")
    typed = records.save(RoutePartition(name="A"), actor=actor)
    own = records.save(RoutePartition(name="B"), actor=actor, comment="own")
    assert typed is not None
    assert own is not None
    assert (typed.comment, own.comment) == ("typed", "own")
