"""Undo: one change, a deletion with what hung on it, all that a request changed; and redo."""

import pytest

from ccmadmin.models import (
    ApiToken,
    ApplicationUser,
    CallingSearchSpace,
    ChangeLog,
    DirectoryNumber,
    EndUser,
    LicenseGrant,
    Phone,
    RoutePartition,
    SealedSecrets,
)
from ccmadmin.services import records, undo
from ccmadmin.services.changes import Actor
from ccmadmin.services.undo import UndoRefusedError
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import token_of
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def newest() -> ChangeLog:
    return ChangeLog.objects.latest("sequence")


def take_back(change: ChangeLog | None = None, *, whole_request: bool = False) -> undo.Undone:
    planned = undo.plan(change or newest(), whole_request=whole_request)
    return undo.undo(planned, actor=ACTOR, comment="a mistake")


def refusal(change: ChangeLog | None = None, *, whole_request: bool = False) -> UndoRefusedError:
    revision = records.current_revision()
    with pytest.raises(UndoRefusedError) as raised:
        take_back(change, whole_request=whole_request)
    assert records.current_revision() == revision
    return raised.value


def changed(record: records.Record, **values: object) -> ChangeLog:
    for name, value in values.items():
        setattr(record, name, value)
    entry = records.save(record, actor=ACTOR)
    assert entry is not None
    return entry


# -- one change ----------------------------------------------------------------------------------


def test_a_change_is_put_back_and_the_log_says_what_was_undone_and_why() -> None:
    partition = site.add_partition("PT_A")
    entry = changed(partition, description="Inside")
    done = take_back(entry)
    assert RoutePartition.by_key("PT_A").description == ""
    (written,) = done.changes
    assert (written.undoes, written.comment) == (entry.sequence, "a mistake")
    assert (written.action, written.after["description"]) == ("update", "")


def test_an_addition_is_taken_away_again() -> None:
    site.add_partition("PT_A")
    take_back()
    assert not RoutePartition.objects.exists()


def test_a_deletion_brings_back_record_and_lists() -> None:
    partitions = [site.add_partition("PT_A"), site.add_partition("PT_B")]
    space = site.add_search_space("CSS", partitions[::-1])
    records.delete(space, actor=ACTOR)
    take_back()
    members = CallingSearchSpace.by_key("CSS").members.all()
    assert [member.partition.name for member in members] == ["PT_B", "PT_A"]


def test_an_undoing_can_be_undone_and_that_again() -> None:
    entry = changed(site.add_partition("PT_A"), description="Inside")
    for expected in ("", "Inside", ""):
        take_back(newest())
        assert RoutePartition.by_key("PT_A").description == expected
    assert set(undo.undone_by([entry])) == {entry.sequence}


def test_a_change_is_undone_once() -> None:
    entry = changed(site.add_partition("PT_A"), description="Inside")
    take_back(entry)
    error = refusal(entry)
    assert str(error) == f"Revision {entry.sequence} is undone already."
    assert error.obstacles[0].change == newest()


def test_a_plan_that_somebody_else_carried_out_first_says_so() -> None:
    entry = changed(site.add_partition("PT_A"), description="Inside")
    planned = undo.plan(entry)
    undo.undo(planned, actor=ACTOR)
    with pytest.raises(UndoRefusedError, match="is undone already") as raised:
        undo.undo(planned, actor=ACTOR)
    assert [obstacle.change for obstacle in raised.value.obstacles] == [newest()]


def test_what_somebody_else_changed_meanwhile_stays() -> None:
    phone = site.add_phone()
    entry = changed(phone, description="Hall")
    changed(phone, is_active=False)
    take_back(entry)
    phone = Phone.by_key(phone.key)
    assert (phone.description, phone.is_active) == (phone.name, False)


def test_a_later_change_of_the_same_field_is_in_the_way_and_is_named() -> None:
    partition = site.add_partition("PT_A")
    entry = changed(partition, description="Inside")
    later = changed(partition, description="Outside")
    error = refusal(entry)
    assert "Description changed since revision" in str(error)
    assert [obstacle.change for obstacle in error.obstacles] == [later]


def test_a_later_change_that_was_undone_itself_is_not_in_the_way() -> None:
    partition = site.add_partition("PT_A")
    entry = changed(partition, description="Inside")
    take_back(changed(partition, description="Outside"))
    take_back(entry)
    assert RoutePartition.by_key("PT_A").description == ""


def test_a_record_that_was_deleted_since_is_in_the_way() -> None:
    partition = site.add_partition("PT_A")
    entry = changed(partition, description="Inside")
    gone = records.delete(partition, actor=ACTOR)
    site.add_partition("PT_A")
    error = refusal(entry)
    assert str(error) == "Partition “PT_A” has been deleted since."
    assert error.obstacles[0].change == gone


def test_a_record_that_was_deleted_and_brought_back_is_still_the_same() -> None:
    partition = site.add_partition("PT_A")
    entry = changed(partition, description="Inside")
    records.delete(partition, actor=ACTOR)
    take_back()
    changed(RoutePartition.by_key("PT_A"), name="PT_B")
    take_back(entry)
    assert RoutePartition.by_key("PT_B").description == ""


def test_nothing_is_undone_where_a_rule_says_no_and_the_rule_is_told() -> None:
    phone = site.add_phone()
    records.delete(phone, actor=ACTOR)
    grant = LicenseGrant.objects.get()
    changed(grant, units=1)
    gone = ChangeLog.objects.get(action="delete")
    error = refusal(gone)
    assert "Not enough license units" in str(error)
    assert error.obstacles[0].key == phone.name


def test_a_name_that_another_record_has_by_now_is_in_the_way() -> None:
    gone = records.delete(site.add_partition("PT_A"), actor=ACTOR)
    site.add_partition("PT_A")
    error = refusal(gone)
    assert "There is another Partition “PT_A” by now." in str(error)
    assert error.obstacles[0].change == newest()


def test_an_addition_that_is_used_by_now_stays() -> None:
    site.add_partition("PT_A")
    entry = newest()
    site.add_number("1002", RoutePartition.by_key("PT_A"))
    assert "“PT_A” is in use by Directory Number 1002 in PT_A" in str(refusal(entry))


def test_an_addition_that_was_changed_since_stays() -> None:
    partition = site.add_partition("PT_A")
    entry = newest()
    later = changed(partition, description="Inside")
    error = refusal(entry)
    assert error.obstacles[0].change == later


# -- names ---------------------------------------------------------------------------------------


def test_the_record_and_what_it_names_may_have_other_names_by_now() -> None:
    partition = site.add_partition("PT_A")
    number = site.add_number("1002", partition)
    entry = changed(number, route_partition=None, description="Moved")
    changed(partition, name="PT_B")
    take_back(entry)
    number = DirectoryNumber.by_key("1002@PT_B")
    assert number.description == ""


def test_a_rename_is_undone_under_the_name_of_today() -> None:
    partition = site.add_partition("PT_A")
    first = changed(partition, description="Inside")
    changed(partition, name="PT_B")
    take_back(first)
    assert RoutePartition.by_key("PT_B").description == ""


def test_a_reference_to_a_record_that_is_no_more_is_refused_by_name() -> None:
    partition = site.add_partition("PT_A")
    number = site.add_number("1002", partition)
    entry = changed(number, route_partition=None)
    records.delete(partition, actor=ACTOR)
    error = refusal(entry)
    assert str(error) == "There is no Partition “PT_A”."
    assert error.obstacles[0].path == "route_partition"


# -- with what hung on it ------------------------------------------------------------------------


def associated() -> tuple[Phone, EndUser]:
    """A phone with a line, and its user, whose primary extension it carries."""
    number = site.add_number("1002")
    phone = site.add_phone(numbers=[number])
    user = site.add_user("swhite")
    user.primary_extension = number
    records.save(user, actor=ACTOR, lists={"controlled_devices": [phone]})
    return phone, user


def test_a_deleted_phone_comes_back_with_its_lines_and_to_its_user() -> None:
    phone, user = associated()
    gone = records.delete(phone, actor=ACTOR)
    assert EndUser.by_key(user.key).primary_extension is None
    assert ChangeLog.objects.get(part_of=gone.sequence).model == "EndUser"
    done = take_back(gone)
    assert [change.model for change in done.changes] == ["Phone", "EndUser"]
    phone = Phone.by_key(phone.key)
    user = EndUser.by_key(user.key)
    assert [line.directory_number.key for line in phone.lines.all()] == ["1002"]
    assert [row.phone for row in user.controlled_devices.all()] == [phone]
    assert str(user.primary_extension) == "1002"


def test_a_line_comes_back_with_the_extension_that_went_with_it() -> None:
    phone, user = associated()
    entry = records.save(phone, actor=ACTOR, lists={"lines": []})
    assert entry is not None
    assert EndUser.by_key(user.key).primary_extension is None
    take_back(entry)
    assert str(EndUser.by_key(user.key).primary_extension) == "1002"


def test_an_addition_that_somebody_was_given_since_stays() -> None:
    phone = site.add_phone()
    entry = newest()
    user = site.add_user("swhite")
    records.save(user, actor=ACTOR, lists={"controlled_devices": [phone]})
    assert "in use by End User swhite (Controlled Device)" in str(refusal(entry))


def test_a_list_that_grew_meanwhile_keeps_what_is_new() -> None:
    phone, user = associated()
    gone = records.delete(phone, actor=ACTOR)
    other = site.add_phone("SEP000000001003")
    records.save(EndUser.by_key(user.key), actor=ACTOR, lists={"controlled_devices": [other]})
    take_back(gone)
    rows = EndUser.by_key(user.key).controlled_devices.all()
    assert [row.phone.name for row in rows] == ["SEP000000001002", "SEP000000001003"]


def test_a_deleted_user_comes_back_with_password_and_tokens() -> None:
    user = site.administrator("script")
    token = token_of(user)
    before = ApiToken.objects.get()
    gone = records.delete(user, actor=ACTOR)
    assert not ApiToken.objects.exists()
    take_back(gone)
    user = ApplicationUser.by_key("script")
    assert user.check_password(site.PASSWORD)
    assert [row.digest for row in user.password_changes.all()] == [user.password]
    after = ApiToken.objects.get()
    assert (after.application_user, after.prefix) == (user, token.split("_")[1])
    assert (after.digest, after.created_at) == (before.digest, before.created_at)


# -- secrets -------------------------------------------------------------------------------------


def test_secrets_are_kept_sealed_and_come_back() -> None:
    user = site.add_user("swhite", digest_credentials="first-1")
    second = changed(user, digest_credentials="second-2")
    third = changed(user, digest_credentials="")
    sealed = SealedSecrets.objects.get(pk=third.sequence)
    assert sealed.secrets == '{"digest_credentials": "second-2"}'
    take_back(third)
    assert EndUser.by_key("swhite").digest_credentials == "second-2"
    take_back(second)
    assert EndUser.by_key("swhite").digest_credentials == "first-1"
    take_back()
    assert EndUser.by_key("swhite").digest_credentials == "second-2"


def test_an_administrators_old_password_does_not_come_back() -> None:
    user = site.administrator("script")
    user.set_secret("password", "another-Password-1")
    change = records.save(user, actor=ACTOR)
    assert change is not None
    assert not SealedSecrets.objects.filter(pk=change.sequence).exists()
    assert "nothing is left" in str(refusal(change)).lower()
    assert ApplicationUser.by_key("script").check_password("another-Password-1")


def test_a_secret_that_was_changed_again_is_in_the_way() -> None:
    user = site.add_user("swhite", digest_credentials="first-1")
    second = changed(user, digest_credentials="second-2")
    third = changed(user, digest_credentials="third-3")
    error = refusal(second)
    assert "Digest Credentials changed since revision" in str(error)
    assert [obstacle.change for obstacle in error.obstacles] == [third]


def test_an_addition_whose_secret_was_changed_since_stays() -> None:
    user = site.add_user("swhite", digest_credentials="first-1")
    added = newest()
    second = changed(user, digest_credentials="second-2")
    error = refusal(added)
    assert "Digest Credentials changed since revision" in str(error)
    assert [obstacle.change for obstacle in error.obstacles] == [second]


def test_the_first_secret_of_a_record_is_undone_to_none() -> None:
    user = site.add_user("swhite")
    take_back(changed(user, digest_credentials="first-1"))
    assert EndUser.by_key("swhite").digest_credentials == ""


def test_a_secret_from_before_secrets_were_kept_is_named() -> None:
    user = site.add_user("swhite", digest_credentials="first-1")
    records.delete(user, actor=ACTOR)
    with records.writing():
        SealedSecrets.objects.all().delete()
    done = take_back()
    assert done.warnings == ["Digest Credentials of End User “swhite” was not kept: set it anew."]
    assert EndUser.by_key("swhite").digest_credentials == ""


# -- all that a request changed ------------------------------------------------------------------


def test_everything_that_a_request_changed_is_undone_together() -> None:
    request = Actor(user="tester", source="api", request_id="r-1")
    partition = RoutePartition(name="PT_A")
    records.save(partition, actor=request)
    number = DirectoryNumber(number="1002", route_partition=partition)
    records.save(number, actor=request)
    records.save(
        site.phone(), actor=request, lists={"lines": [{"index": 1, "directory_number": number}]}
    )
    take_back(newest(), whole_request=True)
    assert not Phone.objects.exists()
    assert not DirectoryNumber.objects.exists()
    assert not RoutePartition.objects.exists()


def test_a_request_of_another_user_under_the_same_id_is_another_request() -> None:
    records.save(
        RoutePartition(name="PT_A"), actor=Actor(user="a", source="api", request_id="same")
    )
    records.save(
        RoutePartition(name="PT_B"), actor=Actor(user="b", source="api", request_id="same")
    )
    take_back(newest(), whole_request=True)
    assert [partition.name for partition in RoutePartition.objects.all()] == ["PT_A"]


def test_one_obstacle_keeps_the_whole_request_as_it_is() -> None:
    request = Actor(user="tester", source="page", request_id="r-1")
    first, second = site.add_partition("PT_A"), site.add_partition("PT_B")
    for partition in (first, second):
        partition.description = "Inside"
        entry = records.save(partition, actor=request)
    assert entry is not None
    later = changed(first, description="Outside")
    error = refusal(entry, whole_request=True)
    assert [obstacle.change for obstacle in error.obstacles] == [later]


def test_what_is_undone_already_is_passed_over() -> None:
    request = Actor(user="tester", source="page", request_id="r-1")
    gone = [records.delete(site.add_partition(name), actor=request) for name in ("PT_A", "PT_B")]
    take_back(gone[0])
    take_back(gone[1], whole_request=True)
    assert [partition.name for partition in RoutePartition.objects.all()] == ["PT_A", "PT_B"]


def test_a_request_that_undid_a_change_of_its_own_id_is_not_turned_round() -> None:
    request = Actor(user="tester", source="api", request_id="same")
    partition = site.add_partition("PT_A")
    partition.description = "Inside"
    entry = records.save(partition, actor=request)
    assert entry is not None
    undo.undo(undo.plan(entry), actor=request)
    assert "undone already" in str(refusal(entry, whole_request=True))


def test_a_request_too_large_for_a_page_names_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(undo, "LARGEST", 1)
    request = Actor(user="tester", source="page", request_id="r-1")
    for name in ("PT_A", "PT_B"):
        records.save(RoutePartition(name=name), actor=request)
    error = refusal(newest(), whole_request=True)
    assert f"manage.py undo {newest().sequence} --whole-request" in str(error)
    assert len(undo.plan(newest(), whole_request=True, is_limited=False)) == 2


def test_what_came_with_the_product_stays() -> None:
    entry = ChangeLog.objects.filter(model="DevicePool", action="create").first()
    assert entry is not None
    assert "came with the product and cannot be deleted" in str(refusal(entry))


def test_a_kind_of_record_that_is_no_more_is_said_so() -> None:
    entry = ChangeLog(sequence=0, model="Forgotten", action="create", key="x", after={})
    with pytest.raises(UndoRefusedError, match="no records of the kind “Forgotten”"):
        undo.undo([entry], actor=ACTOR)
