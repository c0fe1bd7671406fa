import hashlib
import logging
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from ccmadmin.models import ServiceParameter
from ccmadmin.models.base import allow_writes
from ccmadmin.models.parameters import (
    ALERTING_TIMER,
    HEADER_SIZE,
    KEEPALIVE_INTERVAL,
    MESSAGE_HEADERS,
    MESSAGE_SIZE,
    MIN_SE,
    REALM,
    SESSION_EXPIRES,
    URI_SIZE,
)
from ccmadmin.services import records
from ccmadmin.services.changes import current_revision
from ccmadmin.sipservice import loader
from ccmadmin.sipservice.derived import Derived, octets_of
from ccmadmin.sipservice.rows import Button, NumberRow, SpaceRow
from sipcore.message import Limits
from sipcore.ports import SecurityProfileRecord, Settings
from tests.ccmadmin import site

pytestmark = pytest.mark.usefixtures("installed")


def set_parameter(name: str, value: str) -> None:
    parameter = ServiceParameter.by_key(name)
    parameter.value = value
    records.save(parameter, actor=site.ACTOR)


def test_everything_is_loaded_with_the_revision_it_had_at_the_start() -> None:
    user = site.add_user("swhite", digest_credentials="secret1")
    partition = site.add_partition("PT_A")
    space = site.add_search_space("CSS_A", ["PT_A"])
    number = site.add_number("1001", partition, calling_search_space=space, alerting_name="White")
    site.add_phone(
        "SEP000000001001",
        [number],
        model=site.ADVANCED,
        digest_user=user,
        calling_search_space=space,
        rerouting_calling_search_space=space,
    )
    tables = loader.load_tables()
    assert tables.revision == current_revision()
    phone = tables.phones.find("SEP000000001001")
    assert phone
    assert (phone.number_ids, phone.displays) == ((number.pk,), ("",))
    assert phone.setup.buttons == (Button(1, 2, 2),)
    assert phone.digest_user_id == user.pk
    assert phone.setup.rerouting_space_id == space.pk
    assert tables.numbers.rows[number.pk] == NumberRow(
        "1001", partition.pk, "White", space.pk, True
    )
    assert tables.spaces.rows[space.pk] == SpaceRow("CSS_A", (partition.pk,))
    model = tables.models.rows[phone.setup.model_id]
    assert (model.name, model.supports_video) == (site.ADVANCED, True)
    assert tables.sip_profiles.find("Standard SIP Profile")


def test_credentials_become_a_hash_for_each_algorithm() -> None:
    user = site.add_user("swhite", digest_credentials="secret1")
    text = b"swhite:a realm:secret1"
    assert loader.read_users([user.pk], "a realm")[user.pk].ha1 == {
        "MD5": hashlib.md5(text).hexdigest(),
        "SHA-256": hashlib.sha256(text).hexdigest(),
        "SHA-512-256": hashlib.new("sha512_256", text).hexdigest(),
    }


def test_a_secret_is_opened_once_and_with_the_key_of_when_it_was_read(
    settings: LazySettings, tmp_path: Path
) -> None:
    user = site.add_user("swhite", digest_credentials="secret1")
    row = loader.read_users([user.pk], "a realm")[user.pk]
    settings.CREDENTIAL_KEY_FILE = tmp_path / "gone"
    expected = octets_of("swhite", "a realm", "secret1")
    assert row.octets != expected
    assert row.ha1 == row.ha1 == Derived(expected)
    assert (row.octets, row.vault) == (expected, None)


def test_no_secret_and_no_key_is_in_repr() -> None:
    user = site.add_user("swhite", digest_credentials="secret1")
    row = loader.read_users([user.pk], "a realm")[user.pk]
    assert repr(row) == "UserRow(userid='swhite')"
    assert repr(row.vault) == "Vault(realm='a realm')"


def test_a_user_without_credentials_has_no_hash() -> None:
    user = site.add_user("swhite")
    assert loader.read_users(None, "r")[user.pk].ha1 == {}


def test_a_secret_that_does_not_fit_the_key_takes_nobody_else_with_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = site.add_user("bad")
    good = site.add_user("good", digest_credentials="secret1")
    with allow_writes(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ccmadmin_enduser SET digest_credentials = 'gAAA' WHERE id = %s", [bad.pk]
        )
    users = loader.read_users(None, "r")
    with caplog.at_level(logging.ERROR):
        assert users[bad.pk].ha1 == {}
        assert users[good.pk].ha1
        assert users[bad.pk].ha1 == {}
    assert [record.getMessage() for record in caplog.records] == [
        "the Digest Credentials of bad do not fit the key file"
    ]


@pytest.mark.parametrize(
    ("transport", "expected"),
    [("UDP", {"UDP"}), ("TCP", {"TCP"}), ("TCP+UDP", {"UDP", "TCP"})],
)
def test_a_security_profile_says_what_a_phone_may_use(transport: str, expected: set[str]) -> None:
    profile = site.add_security_profile(
        "Digest", transport_type=transport, digest_algorithm="SHA-256", nonce_validity_time=60
    )
    assert loader.read_security_profiles([profile.pk]) == {
        profile.pk: SecurityProfileRecord("Digest", frozenset(expected), True, "SHA-256", 60)
    }


def test_partitions_of_a_search_space_keep_their_order() -> None:
    first, second = site.add_partition("PT_Z"), site.add_partition("PT_A")
    space = site.add_search_space("CSS", ["PT_Z", "PT_A"])
    assert loader.read_spaces([space.pk])[space.pk].partition_ids == (first.pk, second.pk)


def test_lines_come_in_the_order_of_the_buttons() -> None:
    numbers = [site.add_number(str(number)) for number in (1003, 1001, 1002)]
    phone = site.add_phone("SEP000000001001", numbers, model=site.ADVANCED)
    row = loader.read_phones([phone.pk])[phone.pk]
    assert row.number_ids == tuple(number.pk for number in numbers)
    assert [button.position for button in row.setup.buttons] == [1, 2, 3]


def test_a_phone_without_lines() -> None:
    phone = site.add_phone("SEP000000001001", [])
    row = loader.read_phones([phone.pk])[phone.pk]
    assert (row.number_ids, row.displays, row.setup.buttons) == ((), (), ())


def test_what_phones_have_in_common_is_held_once() -> None:
    for text in ("1001", "1002"):
        user = site.add_user(text)
        site.add_phone(f"SEP00000000{text}", [site.add_number(text)], digest_user=user)
    tables = loader.load_tables()
    first, second = tables.phones.rows.values()
    assert first.setup is second.setup
    assert first.displays is second.displays
    user_row, number_row = tables.users.find("1001"), tables.numbers.rows[first.number_ids[0]]
    assert user_row
    assert user_row.userid is number_row.number


LIMITS = {MESSAGE_SIZE: "3000", MESSAGE_HEADERS: "40", HEADER_SIZE: "500", URI_SIZE: "200"}


def test_service_parameters_become_settings() -> None:
    assert loader.read_settings() == Settings()
    set_parameter(REALM, "a realm")
    set_parameter(KEEPALIVE_INTERVAL, "300")
    set_parameter(ALERTING_TIMER, "20000")
    set_parameter(SESSION_EXPIRES, "3600")
    set_parameter(MIN_SE, "600")
    for name, value in LIMITS.items():
        set_parameter(name, value)
    settings = loader.read_settings()
    assert settings.limits == Limits(3000, 40, 500, 200)
    assert settings.realm == "a realm"
    assert settings.keepalive_interval_s == 300
    assert settings.alerting_timeout_s == 20
    assert (settings.session_expires_s, settings.min_se_s) == (3600, 600)


def test_a_row_that_is_not_there_is_not_in_the_answer() -> None:
    for read in (loader.read_phones, loader.read_numbers, loader.read_partitions):
        assert read([999_999]) == {}


def test_equal_keys_are_one_object_when_all_is_loaded() -> None:
    same = loader.one_for_equals()
    one, other = int("100000"), int("100000")
    assert one is not other
    assert same(one) is one
    assert same(other) is one
