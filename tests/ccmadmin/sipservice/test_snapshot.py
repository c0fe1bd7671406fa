import pytest

from ccmadmin.sipservice.derived import octets_of
from ccmadmin.sipservice.rows import (
    Delta,
    NumberRow,
    PartitionRow,
    SipProfileRow,
    SpaceRow,
    UserRow,
)
from ccmadmin.sipservice.snapshot import Snapshot
from sipcore.digest import ha1
from sipcore.ports import Configuration, SecurityProfileRecord, UnavailableError, UserRecord
from tests.ccmadmin.sipservice.values import tables


@pytest.fixture
def snapshot() -> Snapshot:
    return Snapshot(tables())


def test_it_is_a_configuration(snapshot: Snapshot) -> None:
    configuration: Configuration = snapshot
    assert configuration.revision == 10
    assert configuration.settings.realm == "ccmsipline"


def test_nothing_loaded_is_not_nothing_found() -> None:
    snapshot = Snapshot()
    with pytest.raises(UnavailableError):
        snapshot.user("swhite")
    with pytest.raises(UnavailableError):
        snapshot.find_number("1001", [])
    snapshot.replace(tables())
    assert snapshot.user("swhite")


def test_a_phone_is_put_together_with_all_that_it_refers_to(snapshot: Snapshot) -> None:
    phone = snapshot.phone("SEP1")
    assert phone is not None
    assert (phone.name, phone.model, phone.digest_user) == ("SEP1", "Advanced", "swhite")
    assert phone.allows_video
    assert phone.security_profile.name == "Standard"
    assert phone.calling_search_space == ("PT_B", "PT_A")
    assert phone.rerouting_calling_search_space is None
    first, second = phone.lines
    assert (first.index, first.display, first.max_calls, first.busy_trigger) == (1, "W", 4, 3)
    assert first.number.partition == "PT_A"
    assert first.number.calling_search_space == ("PT_B", "PT_A")
    assert (second.number.number, second.number.partition) == ("1009", "")


def test_phones_that_are_set_up_alike_are_not_mixed_up(snapshot: Snapshot) -> None:
    assert snapshot.tables
    white = snapshot.tables.phones.rows[1]
    snapshot.apply(Delta(11, phones={2: white._replace(name="SEP2", displays=("G", "H"))}))
    first, second = snapshot.phone("SEP1"), snapshot.phone("SEP2")
    assert first
    assert second
    assert [line.display for line in first.lines] == ["W", ""]
    assert [line.display for line in second.lines] == ["G", "H"]
    assert first.security_profile is second.security_profile


def test_rerouting_space_of_its_own(snapshot: Snapshot) -> None:
    assert snapshot.tables
    row = snapshot.tables.phones.rows[1]
    snapshot.apply(
        Delta(11, phones={1: row._replace(setup=row.setup._replace(rerouting_space_id=1))})
    )
    phone = snapshot.phone("SEP1")
    assert phone is not None
    assert phone.rerouting_calling_search_space == ("PT_B", "PT_A")


def test_a_basic_phone_has_no_video(snapshot: Snapshot) -> None:
    phone = snapshot.phone("SEP2")
    assert phone
    assert not phone.allows_video


def test_what_is_not_there_is_none(snapshot: Snapshot) -> None:
    assert snapshot.phone("SEP9") is None
    assert snapshot.user("nobody") is None
    assert snapshot.phones_of_digest_user("nobody") == []


def test_a_digest_user_names_its_phones_in_order(snapshot: Snapshot) -> None:
    assert snapshot.tables
    green = snapshot.tables.phones.rows[2]
    snapshot.apply(Delta(11, phones={2: green._replace(digest_user_id=1)}))
    assert [phone.name for phone in snapshot.phones_of_digest_user("swhite")] == ["SEP1", "SEP2"]
    assert snapshot.phones_of_digest_user("mgreen") == []


# -- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partitions", "expected"),
    [(("PT_A", "PT_B"), "PT_A"), (("PT_B", "PT_A"), "PT_B"), (("PT_X", "PT_B"), "PT_B")],
)
def test_a_number_is_looked_up_in_the_order_of_the_partitions(
    snapshot: Snapshot, partitions: tuple[str, ...], expected: str
) -> None:
    found = snapshot.find_number("1001", partitions)
    assert found
    assert found.partition == expected


def test_the_number_without_partition_is_found_by_everybody_at_last(snapshot: Snapshot) -> None:
    assert snapshot.find_number("1009", [])
    assert snapshot.find_number("1001", []) is None
    snapshot.apply(Delta(11, numbers={4: NumberRow("1001", None, "", None, True)}))
    found = snapshot.find_number("1001", ["PT_B"])
    assert found
    assert found.partition == "PT_B"


def test_every_partition_of_a_number_is_named(snapshot: Snapshot) -> None:
    assert snapshot.partitions_of("1001") == ["PT_A", "PT_B"]
    assert snapshot.partitions_of("1009") == [""]
    assert snapshot.partitions_of("7") == []


def test_appearances_are_the_phones_that_carry_the_number(snapshot: Snapshot) -> None:
    shared = snapshot.appearances("1009", "")
    assert [(phone.name, line.index) for phone, line in shared] == [("SEP1", 2), ("SEP2", 1)]
    assert [phone.name for phone, _ in snapshot.appearances("1001", "PT_A")] == ["SEP1"]
    assert snapshot.appearances("1001", "PT_B") == []
    assert snapshot.appearances("1001", "PT_X") == []
    assert snapshot.appearances("7", "") == []


# -- changes -------------------------------------------------------------------------------------


def test_a_record_is_made_once_until_something_changes(snapshot: Snapshot) -> None:
    first = snapshot.phone("SEP1")
    assert snapshot.phone("SEP1") is first
    snapshot.apply(Delta(11, numbers={3: NumberRow("1001", 2, "x", None, True)}))
    assert snapshot.phone("SEP1") is first


def test_a_number_that_changes_is_new_on_every_phone_that_carries_it(snapshot: Snapshot) -> None:
    before = snapshot.phone("SEP1"), snapshot.phone("SEP2")
    snapshot.apply(Delta(11, numbers={2: NumberRow("1009", None, "Group", None, False)}))
    for name, old in zip(("SEP1", "SEP2"), before, strict=True):
        phone = snapshot.phone(name)
        assert phone is not old
        assert phone
        assert phone.lines[-1].number.alerting_name == "Group"
    found = snapshot.find_number("1009", [])
    assert found
    assert not found.is_active


def test_a_number_that_is_gone_is_on_no_phone(snapshot: Snapshot) -> None:
    assert snapshot.phone("SEP1")
    snapshot.apply(Delta(11, numbers={1: None}))
    phone = snapshot.phone("SEP1")
    assert phone
    assert [line.number.number for line in phone.lines] == ["1009"]
    assert snapshot.appearances("1001", "PT_A") == []


def test_a_profile_that_changes_is_in_force_for_its_phones(snapshot: Snapshot) -> None:
    assert snapshot.phone("SEP1")
    profile = SecurityProfileRecord("Standard", is_digest_enabled=True)
    snapshot.apply(Delta(11, security_profiles={1: profile}))
    phone = snapshot.phone("SEP1")
    assert phone
    assert phone.security_profile is profile


def test_a_phone_whose_profile_is_gone_may_use_no_transport(snapshot: Snapshot) -> None:
    snapshot.apply(Delta(11, security_profiles={1: None}))
    phone = snapshot.phone("SEP1")
    assert phone
    assert phone.security_profile.transports == frozenset()


def test_a_sip_profile_that_changes_is_in_force_for_its_phones(snapshot: Snapshot) -> None:
    snapshot.apply(Delta(11, sip_profiles={1: SipProfileRow("Standard", True)}))
    phone = snapshot.phone("SEP2")
    assert phone
    assert phone.ignores_early_media_on_180


def test_a_partition_that_is_renamed_keeps_its_numbers_and_search_spaces(
    snapshot: Snapshot,
) -> None:
    assert snapshot.phone("SEP1")
    snapshot.apply(Delta(11, partitions={1: PartitionRow("PT_New")}))
    phone = snapshot.phone("SEP1")
    assert phone
    assert phone.lines[0].number.partition == "PT_New"
    assert phone.calling_search_space == ("PT_B", "PT_New")
    assert snapshot.appearances("1001", "PT_New")
    assert snapshot.appearances("1001", "PT_A") == []


def test_a_search_space_that_changes_is_in_force_for_lines_and_phones(snapshot: Snapshot) -> None:
    snapshot.apply(Delta(11, spaces={1: SpaceRow("CSS", (1,))}))
    phone = snapshot.phone("SEP1")
    assert phone
    assert phone.calling_search_space == ("PT_A",)
    assert phone.lines[0].number.calling_search_space == ("PT_A",)


def test_a_user_that_is_gone_is_no_phones_digest_user(snapshot: Snapshot) -> None:
    assert snapshot.phone("SEP1")
    snapshot.apply(Delta(11, users={1: None}))
    phone = snapshot.phone("SEP1")
    assert phone
    assert phone.digest_user == ""
    assert snapshot.phones_of_digest_user("swhite") == []


def test_new_credentials_are_in_force(snapshot: Snapshot) -> None:
    snapshot.apply(Delta(11, users={1: UserRow("swhite", octets_of("swhite", "r", "new"))}))
    user = snapshot.user("swhite")
    assert user
    assert user.ha1["MD5"] == ha1("MD5", "swhite", "r", "new")
    snapshot.apply(Delta(12, users={1: UserRow("swhite")}))
    user = snapshot.user("swhite")
    assert user
    assert user.ha1 == {}


def test_secrets_are_not_in_repr(snapshot: Snapshot) -> None:
    assert "new" not in repr(UserRecord("swhite", {"MD5": "new"}))
    assert repr(UserRow("swhite", b"new")) == "UserRow(userid='swhite')"
