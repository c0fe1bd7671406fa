"""Saving, deleting, copying: one transaction, one entry in the change log."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import (
    ApiToken,
    CallingSearchSpace,
    CallManagerGroup,
    ChangeLog,
    DevicePool,
    EndUser,
    LineAppearance,
    Location,
    Phone,
    Region,
    RoutePartition,
    SipProfile,
)
from ccmadmin.services import records
from ccmadmin.services.changes import Actor
from tests.ccmadmin.site import (
    ACTOR,
    ADVANCED,
    add_number,
    add_partition,
    add_phone,
    add_search_space,
    add_user,
    administrator,
)

pytestmark = pytest.mark.usefixtures("installed")


def last() -> ChangeLog:
    return ChangeLog.objects.latest("sequence")


def test_a_new_record_is_logged_with_who_and_what() -> None:
    actor = Actor(user="admin", source="page", request_id="r1", address="192.0.2.7")
    partition = RoutePartition(name="PT_Internal", description="Inside")
    entry = records.save(partition, actor=actor, comment="first")
    assert entry == last()
    assert (entry.user, entry.source, entry.request_id, entry.address, entry.comment) == (
        "admin",
        "page",
        "r1",
        "192.0.2.7",
        "first",
    )
    assert (entry.action, entry.model, entry.key) == ("create", "RoutePartition", "PT_Internal")
    assert entry.before is None
    assert entry.after == {"name": "PT_Internal", "description": "Inside"}


def test_a_change_is_logged_with_both_documents_and_a_rename_with_both_keys() -> None:
    partition = add_partition("PT_Internal")
    partition.name = "PT_House"
    entry = records.save(partition, actor=ACTOR)
    assert entry is not None
    assert (entry.action, entry.key, entry.previous_key) == ("update", "PT_House", "PT_Internal")
    assert entry.before["name"] == "PT_Internal"
    assert entry.after["name"] == "PT_House"


def test_nothing_is_logged_when_nothing_was_different() -> None:
    phone = add_phone(numbers=[add_number()])
    revision = records.current_revision()
    lines = records.list_document(phone, "lines")
    assert records.save(phone, actor=ACTOR, lists={"lines": lines}) is None
    assert records.save(Phone.by_key(phone.key), actor=ACTOR) is None
    assert records.current_revision() == revision


def test_a_deletion_is_logged_with_what_was_there() -> None:
    partition = add_partition("PT_Internal")
    entry = records.delete(partition, actor=ACTOR)
    assert (entry.action, entry.key) == ("delete", "PT_Internal")
    assert entry.before == {"name": "PT_Internal", "description": ""}
    assert entry.after is None
    assert not RoutePartition.objects.exists()


def test_a_secret_is_logged_as_set_and_changed_and_never_told() -> None:
    user = add_user(digest_credentials="s3cret")
    created = last()
    user.digest_credentials = "other"
    changed = records.save(user, actor=ACTOR)
    user.digest_credentials = ""
    removed = records.save(user, actor=ACTOR)
    assert changed is not None
    assert removed is not None
    assert created.after["has_digest_credentials"] is True
    assert changed.before["has_digest_credentials"] is changed.after["has_digest_credentials"]
    assert changed.after["digest_credentials"] == "changed"
    assert removed.after["has_digest_credentials"] is False
    for entry in (created, changed, removed):
        told = f"{entry.before}{entry.after}"
        assert "s3cret" not in told
        assert "other" not in told


def test_an_error_writes_nothing_and_leaves_a_new_record_new() -> None:
    revision = records.current_revision()
    group = CallManagerGroup(name="Empty")
    with pytest.raises(ValidationError) as raised:
        records.save(group, actor=ACTOR, lists={"members": []})
    assert list(raised.value.message_dict) == ["members"]
    assert group.pk is None
    assert group._state.adding
    assert not CallManagerGroup.objects.filter(name="Empty").exists()
    assert records.current_revision() == revision


def test_an_error_in_a_list_names_list_row_and_field() -> None:
    number = add_number()
    with pytest.raises(ValidationError) as raised:
        records.save(
            add_phone(model=ADVANCED),
            actor=ACTOR,
            lists={
                "lines": [
                    {"index": 1, "directory_number": number},
                    {"index": 2, "directory_number": "9999@PT_None"},
                    {"index": 3, "directory_number": "1002", "ring": "loud"},
                ]
            },
        )
    assert set(raised.value.message_dict) == {"lines.1.directory_number", "lines.2.ring"}


def test_a_list_that_the_record_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="has no list"):
        records.save(RoutePartition(name="PT"), actor=ACTOR, lists={"lines": []})


def test_lists_that_are_not_named_stay() -> None:
    phone = add_phone(numbers=[add_number()])
    phone.description = "Workshop"
    records.save(phone, actor=ACTOR)
    assert phone.lines.count() == 1


def test_two_rows_can_swap_places() -> None:
    first, second = add_number("1001"), add_number("1002")
    phone = add_phone(numbers=[first, second], model=ADVANCED)
    rows = [{"index": 1, "directory_number": second}, {"index": 2, "directory_number": first}]
    entry = records.save(phone, actor=ACTOR, lists={"lines": rows})
    assert entry is not None
    assert [row["directory_number"] for row in entry.after["lines"]] == ["1002", "1001"]


def test_the_order_of_a_list_of_references_is_kept_and_logged() -> None:
    names = ("PT_C", "PT_A", "PT_B")
    partitions = [add_partition(name) for name in names]
    search_space = add_search_space("CSS", partitions)
    assert records.document(search_space)["members"] == list(names)
    entry = records.save(search_space, actor=ACTOR, lists={"members": reversed(partitions)})
    assert entry is not None
    assert entry.after["members"] == ["PT_B", "PT_A", "PT_C"]


def test_a_record_that_was_deleted_meanwhile_is_not_written_anew() -> None:
    partition = add_partition()
    stale = RoutePartition.by_key(partition.key)
    records.delete(partition, actor=ACTOR)
    with pytest.raises(ValidationError, match="has been deleted in the meantime"):
        records.save(stale, actor=ACTOR)


def test_a_record_in_use_is_not_deleted_and_the_error_lists_who_uses_it() -> None:
    partition = add_partition("PT_Internal")
    number = add_number("1002", partition)
    add_search_space("CSS_Internal", [partition])
    phone = add_phone(numbers=[number])
    with pytest.raises(records.StillUsedError, match="1002 in PT_Internal") as raised:
        records.delete(partition, actor=ACTOR)
    assert {dependent.key for dependent in raised.value.dependents} == {
        "1002@PT_Internal",
        "CSS_Internal",
    }
    with pytest.raises(
        records.StillUsedError, match=r"Phone SEP000000001002 \(Directory Number\)"
    ):
        records.delete(number, actor=ACTOR)
    records.delete(phone, actor=ACTOR)
    records.delete(number, actor=ACTOR)


def test_deleting_a_phone_keeps_its_number_unassigned() -> None:
    number = add_number()
    records.delete(add_phone(numbers=[number]), actor=ACTOR)
    assert list(type(number).objects.unassigned()) == [number]
    assert not LineAppearance.objects.exists()


def test_a_digest_user_cannot_be_deleted_while_phones_name_it() -> None:
    user = add_user()
    add_phone(digest_user=user)
    with pytest.raises(records.StillUsedError, match=r"SEP000000001002 \(Digest User\)"):
        records.delete(user, actor=ACTOR)
    assert EndUser.objects.filter(pk=user.pk).exists()


def test_deleting_a_phone_releases_the_user_who_controls_it_and_says_so() -> None:
    number = add_number()
    phone = add_phone(numbers=[number])
    user = add_user()
    user.primary_extension = number
    records.save(user, actor=ACTOR, lists={"controlled_devices": [phone]})
    records.delete(phone, actor=ACTOR)
    user.refresh_from_db()
    assert user.primary_extension is None
    released, deleted = ChangeLog.objects.order_by("sequence").reverse()[:2][::-1]
    assert (released.model, released.action) == ("EndUser", "update")
    assert released.after["controlled_devices"] == []
    assert released.after["primary_extension"] is None
    assert (deleted.model, deleted.action) == ("Phone", "delete")


def test_removing_a_line_takes_it_from_the_user_whose_primary_extension_it_was() -> None:
    number = add_number()
    phone = add_phone(numbers=[number])
    user = add_user()
    user.primary_extension = number
    records.save(user, actor=ACTOR, lists={"controlled_devices": [phone]})
    records.save(phone, actor=ACTOR, lists={"lines": []})
    user.refresh_from_db()
    assert user.primary_extension is None
    assert ChangeLog.objects.filter(model="EndUser", key=user.key).count() == 3


def test_deleting_a_region_takes_it_out_of_the_relationships_of_others() -> None:
    near, far = Region(name="Near"), Region(name="Far")
    records.save(far, actor=ACTOR)
    rows = [{"other_region": "Far", "audio_codec": "G.729"}]
    records.save(near, actor=ACTOR, lists={"relationships": rows})
    records.delete(far, actor=ACTOR)
    assert records.document(near)["relationships"] == []
    assert ChangeLog.objects.filter(model="Region", key="Near", action="update").count() == 1


def test_a_region_related_to_itself_can_be_deleted() -> None:
    region = Region(name="Near")
    records.save(region, actor=ACTOR)
    records.save(region, actor=ACTOR, lists={"relationships": [{"other_region": "Near"}]})
    assert records.dependents(region) == []
    records.delete(region, actor=ACTOR)


def test_deleting_a_user_deletes_and_logs_its_tokens() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from ccmadmin.services import tokens

    user = administrator()
    expires_at = timezone.now() + timedelta(days=1)
    tokens.create(user=user, name="script", scope="read", expires_at=expires_at, actor=ACTOR)
    records.delete(user, actor=ACTOR)
    assert not ApiToken.objects.exists()
    assert ChangeLog.objects.filter(model="ApiToken", action="delete").count() == 1


def test_a_predefined_record_of_the_site_can_be_changed_but_not_renamed_or_deleted() -> None:
    location = Location.by_key("Hub_None")
    location.audio_bandwidth = 1000
    assert records.save(location, actor=ACTOR) is not None
    location.name = "Hub"
    with pytest.raises(ValidationError) as raised:
        records.save(location, actor=ACTOR)
    assert list(raised.value.message_dict) == ["name"]
    with pytest.raises(ValidationError, match="cannot be deleted"):
        records.delete(DevicePool.by_key("Default"), actor=ACTOR)


def test_a_copy_of_a_standard_record_can_be_changed() -> None:
    copy = records.copy_of(SipProfile.by_key("Standard SIP Profile"))
    assert isinstance(copy, SipProfile)
    assert (copy.pk, copy.name, copy.is_standard) == (None, "", False)
    copy.name = "With early media off"
    copy.disable_early_media_on_180 = True
    records.save(copy, actor=ACTOR)
    assert copy.timer_t1 == 500


def test_a_copy_of_a_phone_has_neither_its_name_nor_its_digest_user() -> None:
    user = add_user()
    copy = records.copy_of(add_phone(digest_user=user, owner_user=user))
    assert isinstance(copy, Phone)
    assert (copy.name, copy.digest_user, copy.owner_user) == ("", None, user)


def test_a_copy_of_a_user_has_no_secret() -> None:
    copy = records.copy_of(add_user(digest_credentials="s3cret", department="Sales"))
    assert isinstance(copy, EndUser)
    assert (copy.userid, copy.digest_credentials, copy.department) == ("", "", "Sales")


def test_a_search_space_without_partitions_is_possible() -> None:
    assert records.document(add_search_space("CSS", []))["members"] == []
    assert CallingSearchSpace.objects.count() == 1
