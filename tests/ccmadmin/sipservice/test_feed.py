from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from ccmadmin.models import ChangeLog, ServiceParameter
from ccmadmin.models.base import allow_writes
from ccmadmin.models.parameters import REALM
from ccmadmin.services import records
from ccmadmin.services.changes import current_revision, writing
from ccmadmin.sipservice import feed, loader
from ccmadmin.sipservice.snapshot import Snapshot
from sipcore.ports import PhoneRecord
from tests.ccmadmin import site

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001001"
Follow = Callable[[], int]


@pytest.fixture
def snapshot() -> Snapshot:
    """A site with one phone: swhite, 1001 in PT_A, its own security profile."""
    partition = site.add_partition("PT_A")
    space = site.add_search_space("CSS_A", ["PT_A"])
    number = site.add_number("1001", partition)
    site.add_phone(
        NAME,
        [number],
        digest_user=site.add_user("swhite", digest_credentials="secret1"),
        phone_security_profile=site.add_security_profile("Digest"),
        calling_search_space=space,
    )
    return Snapshot(loader.load_tables())


@pytest.fixture
def follow(snapshot: Snapshot) -> Follow:
    """Bring the snapshot up to date as the watcher does; return the number of queries."""

    def catch_up() -> int:
        assert snapshot.tables
        with CaptureQueriesContext(connection) as queries:
            for delta in feed.read_changes(snapshot.tables):
                snapshot.apply(delta)
        assert snapshot.revision == current_revision()
        return len(queries)

    return catch_up


def phone(snapshot: Snapshot, name: str = NAME) -> PhoneRecord:
    found = snapshot.phone(name)
    assert found
    return found


def test_nothing_new_costs_one_query(follow: Follow) -> None:
    assert follow() == 1


def test_one_phone_is_read_alone_whatever_else_there_is(
    snapshot: Snapshot, follow: Follow
) -> None:
    record = site.Phone.by_key(NAME)
    record.is_active = False
    records.save(record, actor=site.ACTOR)
    # newest sequence, changes, key to id, phone, its lines
    assert follow() == 5
    assert not phone(snapshot).is_active


def test_a_new_phone_is_found(snapshot: Snapshot, follow: Follow) -> None:
    site.add_phone("SEP000000001002", ["1001@PT_A"])
    follow()
    assert phone(snapshot, "SEP000000001002").lines[0].number.number == "1001"
    assert len(snapshot.appearances("1001", "PT_A")) == 2


def test_a_deleted_phone_is_gone(snapshot: Snapshot, follow: Follow) -> None:
    records.delete(site.Phone.by_key(NAME), actor=site.ACTOR)
    follow()
    assert snapshot.phone(NAME) is None
    assert snapshot.phones_of_digest_user("swhite") == []


def test_a_renamed_phone_has_its_new_name_only(snapshot: Snapshot, follow: Follow) -> None:
    record = site.Phone.by_key(NAME)
    record.name = "SEP0000000010FF"
    records.save(record, actor=site.ACTOR)
    follow()
    assert snapshot.phone(NAME) is None
    assert [each.name for each in snapshot.phones_of_digest_user("swhite")] == ["SEP0000000010FF"]


def test_two_phones_can_swap_their_names(snapshot: Snapshot, follow: Follow) -> None:
    other = site.add_phone("SEP000000001002")
    follow()
    record = site.Phone.by_key(NAME)
    for each, name in ((other, "SEP00000000FFFF"), (record, "SEP000000001002"), (other, NAME)):
        each.name = name
        records.save(each, actor=site.ACTOR)
    follow()
    assert phone(snapshot, "SEP000000001002").digest_user == "swhite"
    assert phone(snapshot).digest_user == ""


def test_new_credentials_are_read_and_derived(snapshot: Snapshot, follow: Follow) -> None:
    before = snapshot.user("swhite")
    record = phone_user()
    record.digest_credentials = "other"
    records.save(record, actor=site.ACTOR)
    # newest sequence, changes, key to id, user
    assert follow() == 4
    after = snapshot.user("swhite")
    assert before
    assert after
    assert before.ha1 != after.ha1


def phone_user() -> site.EndUser:
    return site.EndUser.by_key("swhite")


def test_a_profile_is_one_row_however_many_phones_use_it(
    snapshot: Snapshot, follow: Follow
) -> None:
    record = site.PhoneSecurityProfile.by_key("Digest")
    record.name, record.enable_digest_authentication = "Open", False
    records.save(record, actor=site.ACTOR)
    assert follow() == 4
    assert phone(snapshot).security_profile.name == "Open"
    assert not phone(snapshot).security_profile.is_digest_enabled


def test_a_number_that_is_renumbered_is_so_on_its_phones(
    snapshot: Snapshot, follow: Follow
) -> None:
    record = site.DirectoryNumber.by_key("1001@PT_A")
    record.number = "2001"
    records.save(record, actor=site.ACTOR)
    follow()
    assert phone(snapshot).lines[0].number.number == "2001"
    assert snapshot.find_number("1001", ["PT_A"]) is None
    assert snapshot.find_number("2001", ["PT_A"])


def test_a_number_changed_before_its_partition_was_renamed_is_still_there(
    snapshot: Snapshot, follow: Follow
) -> None:
    number = site.DirectoryNumber.by_key("1001@PT_A")
    number.alerting_name = "White"
    records.save(number, actor=site.ACTOR)
    partition = site.RoutePartition.by_key("PT_A")
    partition.name = "PT_New"
    records.save(partition, actor=site.ACTOR)
    follow()
    found = snapshot.find_number("1001", ["PT_New"])
    assert found
    assert found.alerting_name == "White"
    assert phone(snapshot).calling_search_space == ("PT_New",)


def test_a_number_deleted_before_its_partition_was_renamed_is_gone(
    snapshot: Snapshot, follow: Follow
) -> None:
    number = site.add_number("1005", site.RoutePartition.by_key("PT_A"))
    follow()
    records.delete(number, actor=site.ACTOR)
    partition = site.RoutePartition.by_key("PT_A")
    partition.name = "PT_New"
    records.save(partition, actor=site.ACTOR)
    follow()
    assert snapshot.find_number("1005", ["PT_New"]) is None
    assert snapshot.partitions_of("1005") == []


def test_a_record_made_and_deleted_at_once_leaves_nothing(
    snapshot: Snapshot, follow: Follow
) -> None:
    records.delete(site.add_number("1005"), actor=site.ACTOR)
    records.delete(site.add_user("gone"), actor=site.ACTOR)
    follow()
    assert snapshot.user("gone") is None
    assert snapshot.find_number("1005", []) is None


def test_search_spaces_and_sip_profiles_follow(snapshot: Snapshot, follow: Follow) -> None:
    site.add_partition("PT_B")
    space = site.CallingSearchSpace.by_key("CSS_A")
    records.save(space, actor=site.ACTOR, lists={"members": ["PT_B", "PT_A"]})
    profile = records.copy_of(site.SipProfile.by_key("Standard SIP Profile"))
    assert isinstance(profile, site.SipProfile)
    profile.name, profile.disable_early_media_on_180 = "Quiet", True
    records.save(profile, actor=site.ACTOR)
    record = site.Phone.by_key(NAME)
    record.sip_profile = profile
    records.save(record, actor=site.ACTOR)
    follow()
    assert phone(snapshot).calling_search_space == ("PT_B", "PT_A")
    assert phone(snapshot).ignores_early_media_on_180


def test_another_realm_makes_every_hash_another_one(snapshot: Snapshot, follow: Follow) -> None:
    before = snapshot.user("swhite")
    record = ServiceParameter.by_key(REALM)
    record.value = "other"
    records.save(record, actor=site.ACTOR)
    follow()
    after = snapshot.user("swhite")
    assert before
    assert after
    assert before.ha1 != after.ha1
    assert snapshot.settings.realm == "other"


def test_a_change_that_concerns_no_phone_moves_the_revision_only(follow: Follow) -> None:
    site.administrator()
    assert follow() == 2


def test_an_import_comes_in_slices(
    snapshot: Snapshot, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "CHANGES_AT_ONCE", 4)
    with writing():
        for number in range(3000, 3010):
            site.add_number(str(number))
    assert snapshot.tables
    seen = []
    for delta in feed.read_changes(snapshot.tables):
        snapshot.apply(delta)
        seen.append(len(delta.numbers))
    assert seen == [4, 4, 2]
    assert snapshot.find_number("3009", [])


@pytest.fixture
def rewound(snapshot: Snapshot) -> Snapshot:
    with allow_writes():
        ChangeLog.objects.filter(sequence__gt=snapshot.revision - 2).delete()
    return snapshot


def test_a_shorter_log_than_we_know_is_another_database(rewound: Snapshot) -> None:
    assert rewound.tables
    with pytest.raises(feed.RewoundError):
        list(feed.read_changes(rewound.tables))


def test_the_question_for_news_names_the_right_table() -> None:
    assert feed.latest_revision() == current_revision()
    assert ChangeLog._meta.db_table in connections["default"].introspection.table_names()
