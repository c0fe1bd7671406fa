"""A record through the change log: former names, today's names, and what happened since."""

import pytest
from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import ChangeLog, DirectoryNumber, Phone, RoutePartition
from ccmadmin.services import records, undo
from ccmadmin.services.trail import (
    changes_of,
    key_now,
    keys_now,
    later,
    model_named,
    names_of,
    needed_by,
)
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def newest() -> ChangeLog:
    return ChangeLog.objects.latest("sequence")


def rename(record: RoutePartition | DirectoryNumber, name: str) -> ChangeLog:
    setattr(record, record.KEY, name)
    entry = records.save(record, actor=ACTOR)
    assert entry is not None
    return entry


def test_former_names_are_found_with_the_revision_that_ended_them() -> None:
    partition = site.add_partition("PT_1")
    first, second = rename(partition, "PT_2"), rename(partition, "PT_3")
    assert list(names_of("RoutePartition", "PT_3")) == [
        ("PT_3", None),
        ("PT_2", second.sequence),
        ("PT_1", first.sequence),
    ]


def test_a_number_has_former_names_through_its_partition() -> None:
    partition = site.add_partition("PT_1")
    number = site.add_number("1001", partition)
    rename(partition, "PT_2")
    number = DirectoryNumber.by_key("1001@PT_2")
    rename(number, "1002")
    names = [name for name, _until in names_of("DirectoryNumber", "1002@PT_2")]
    assert names == ["1002@PT_2", "1001@PT_2", "1001@PT_1"]
    keys = {change.key for change in changes_of("DirectoryNumber", "1002@PT_2")}
    assert keys == {"1002@PT_2", "1001@PT_1"}


def test_todays_name_is_found_from_a_former_one() -> None:
    partition = site.add_partition("PT_1")
    created = newest().sequence
    number = site.add_number("1001", partition)
    rename(partition, "PT_2")
    rename(DirectoryNumber.by_key("1001@PT_2"), "1002")
    rename(partition, "PT_3")
    assert number is not None
    assert key_now(RoutePartition, "PT_1", created) == "PT_3"
    assert key_now(DirectoryNumber, "1001@PT_1", created) == "1002@PT_3"
    assert key_now(RoutePartition, "PT_3", newest().sequence) == "PT_3"


def test_a_name_that_became_free_is_not_followed_to_its_next_owner() -> None:
    partition = site.add_partition("PT_1")
    created = newest().sequence
    records.delete(partition, actor=ACTOR)
    rename(site.add_partition("PT_1"), "PT_2")
    assert key_now(RoutePartition, "PT_1", created) == "PT_1"


def test_many_names_take_as_many_queries_as_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    keys = [f"PT_{number}" for number in range(50)]
    with django_assert_max_num_queries(2):
        assert keys_now(RoutePartition, keys, 0) == {key: key for key in keys}


def test_what_happened_since_ends_with_the_deletion_unless_that_was_undone() -> None:
    partition = site.add_partition("PT_1")
    created = newest()
    rename(partition, "PT_2")
    gone = records.delete(partition, actor=ACTOR)
    assert [entry.action for entry in later(created)] == ["update", "delete"]
    undo.undo(undo.plan(gone), actor=ACTOR)
    rename(RoutePartition.by_key("PT_2"), "PT_3")
    assert [entry.key for entry in later(created)][-1] == "PT_3"


def test_what_happened_to_the_next_owner_of_a_name_is_not_told() -> None:
    partition = site.add_partition("PT_1")
    created = newest()
    gone = records.delete(partition, actor=ACTOR)
    site.add_partition("PT_1")
    assert later(created) == [gone]


def test_a_kind_of_record_that_is_no_more_has_only_its_own_name() -> None:
    assert list(names_of("Forgotten", "1@x")) == [("1@x", None)]
    with pytest.raises(LookupError):
        model_named("Forgotten")


def test_only_keys_of_two_parts_need_another_record() -> None:
    assert needed_by(DirectoryNumber) is RoutePartition
    assert needed_by(Phone) is None
