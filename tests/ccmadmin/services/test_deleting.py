"""Deleting many records: as if each had been deleted by itself, in fewer questions."""

from collections.abc import Callable

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from ccmadmin.models import (
    ChangeLog,
    DirectoryNumber,
    EndUser,
    LicenseGrant,
    Phone,
    Record,
    Region,
    RoutePartition,
    SealedSecrets,
)
from ccmadmin.services import deleting, records, undo
from ccmadmin.services.deleting import Deletion, delete_all, has_own_rules
from tests.ccmadmin import site

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture(autouse=True)
def units(installed: None) -> None:
    records.save(LicenseGrant(name="Test", units=3000), actor=site.ACTOR)


def delete(model: type[Record]) -> Deletion:
    return delete_all(model._default_manager.complete().order_by("pk"), actor=site.ACTOR)


def one_by_one(model: type[Record]) -> Deletion:
    for record in model._default_manager.complete().order_by("pk"):
        records.delete(record, actor=site.ACTOR)
    return Deletion()


def phones_of_users() -> None:
    """Make a user with two phones, one with an extension on a phone, and a phone of nobody."""
    numbers = [site.add_number(f"100{index}") for index in range(4)]
    phones = [site.add_phone(f"SEP00000000000{i}", [number]) for i, number in enumerate(numbers)]
    many, one = site.add_user("many"), site.add_user("one")
    devices = [{"phone": phones[0]}, {"phone": phones[1]}]
    records.save(many, actor=site.ACTOR, lists={"controlled_devices": devices})
    one.primary_extension = numbers[2]
    lists = {"controlled_devices": [{"phone": phones[2]}]}
    records.save(one, actor=site.ACTOR, lists=lists)


def written(since: int) -> list[tuple[object, ...]]:
    """Return what the log says, with the key of what a change is a part of."""
    found = list(ChangeLog.objects.filter(sequence__gt=since).order_by("sequence"))
    keys = {entry.sequence: entry.key for entry in found}
    return sorted(
        (e.model, e.key, e.action, str(e.before), str(e.after), keys.get(e.part_of or 0, ""))
        for e in found
    )


@pytest.mark.parametrize("way", [delete, one_by_one])
def test_together_and_one_by_one_write_the_same_changes(
    way: Callable[[type[Record]], Deletion],
) -> None:
    phones_of_users()
    since = records.current_revision()
    way(Phone)
    assert not Phone.objects.exists()
    parts = [row for row in written(since) if row[5]]
    assert [(row[1], row[5]) for row in parts] == [
        ("many", "SEP000000000000"),
        ("many", "SEP000000000001"),
        ("one", "SEP000000000002"),
    ]
    assert EndUser.by_key("one").primary_extension is None
    pins = [row[:3] for row in written(since) if not row[5]]
    assert pins == [("Phone", f"SEP00000000000{index}", "delete") for index in range(4)]


def test_the_documents_are_those_of_single_deletions() -> None:
    phones_of_users()
    expected = {record.key: records.document(record) for record in Phone.objects.all()}
    delete(Phone)
    logged = ChangeLog.objects.filter(model="Phone", action="delete")
    assert {entry.key: entry.before for entry in logged} == expected


def test_one_undo_brings_all_of_it_back() -> None:
    phones_of_users()
    users = {each.key: records.document(each) for each in EndUser.objects.all()}
    phones = {each.key: records.document(each) for each in Phone.objects.all()}
    since = records.current_revision()
    delete(Phone)
    undo.undo(
        list(ChangeLog.objects.filter(sequence__gt=since).order_by("-sequence")), actor=site.ACTOR
    )
    assert {each.key: records.document(each) for each in EndUser.objects.all()} == users
    assert {each.key: records.document(each) for each in Phone.objects.all()} == phones


def test_one_of_them_is_undone_alone_with_what_it_brought_about() -> None:
    phones_of_users()
    delete(Phone)
    (change,) = ChangeLog.objects.filter(key="SEP000000000002", action="delete")
    undo.undo(undo.plan(change), actor=site.ACTOR)
    assert str(EndUser.by_key("one").primary_extension) == "1002"
    assert [each.key for each in Phone.objects.all()] == ["SEP000000000002"]


def test_what_others_need_stays_and_names_them() -> None:
    phones_of_users()
    site.add_number("2000")
    done = delete(DirectoryNumber)
    assert done.count == 1
    assert set(done.stayed) == {"1000", "1001", "1002", "1003"}
    assert "SEP000000000001" in done.stayed["1001"][0]


def test_only_the_first_that_stay_are_told_by_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "EXPLAINED", 1)
    phones_of_users()
    texts = [texts[0] for texts in delete(DirectoryNumber).stayed.values()]
    assert "SEP000000000000" in texts[0]
    assert texts[1:] == ["Other records need it."] * 3


def test_a_user_goes_with_the_manager_who_is_selected_too() -> None:
    manager = site.add_user("boss")
    site.add_user("clerk", manager=manager)
    assert delete(EndUser) == Deletion(2)


def test_secrets_are_kept_for_undoing() -> None:
    site.add_user("swhite", digest_credentials="12345")
    delete(EndUser)
    change = ChangeLog.objects.get(key="swhite", action="delete")
    assert SealedSecrets.objects.filter(change=change).exists()
    undo.undo([change], actor=site.ACTOR)
    assert EndUser.by_key("swhite").digest_credentials == "12345"


def test_what_came_with_the_product_stays() -> None:
    done = delete(Region)
    assert "came with the product" in done.stayed["Default"][0]


def test_records_with_rules_of_their_own_are_deleted_one_by_one() -> None:
    assert has_own_rules(LicenseGrant)
    assert has_own_rules(Region)
    assert not has_own_rules(Phone)


def test_ten_times_as_many_ask_no_more() -> None:
    def asked(count: int) -> int:
        for index in range(count):
            site.add_partition(f"PT_{index:03}")
        with CaptureQueriesContext(connections["default"]) as queries:
            assert delete(RoutePartition).count == count
        return len(queries)

    assert asked(3) == asked(30)


def test_a_failure_leaves_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "ROWS_AT_ONCE", 2)
    for index in range(5):
        site.add_partition(f"PT_{index}")
    before, batches = ChangeLog.objects.count(), iter((None,))

    def failing(pairs: object) -> None:
        next(batches)

    monkeypatch.setattr(deleting, "seal_all", failing)
    with pytest.raises(StopIteration):
        delete(RoutePartition)
    assert RoutePartition.objects.count() == 5
    assert ChangeLog.objects.count() == before
