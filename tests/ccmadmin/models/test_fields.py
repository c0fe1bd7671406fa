"""Character rules, device names, secrets at rest."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import connection

from ccmadmin.models import (
    CredentialKeyError,
    DirectoryNumber,
    EndUser,
    LineAppearance,
    Phone,
    PhoneSecurityProfile,
    Record,
    RoutePartition,
    device_name,
)
from ccmadmin.models.base import Guarded
from ccmadmin.models.fields import cipher
from tests.ccmadmin.site import add_user


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (RoutePartition, "name", "PT@Internal"),
        (RoutePartition, "name", 'PT"Internal'),
        (RoutePartition, "name", "PT\nInternal"),
        (RoutePartition, "name", "x" * 51),
        (RoutePartition, "name", ""),
        (RoutePartition, "name", ".."),
        (RoutePartition, "description", "50% off"),
        (RoutePartition, "description", "a < b"),
        (RoutePartition, "description", "x" * 51),
        (PhoneSecurityProfile, "name", "x" * 76),
        (LineAppearance, "display", "Sam [White]"),
        (LineAppearance, "display", 'Sam "White"'),
        (LineAppearance, "display", "x" * 31),
        (LineAppearance, "ascii_display", "Zoë"),
        (LineAppearance, "line_text_label", "A & B"),
        (LineAppearance, "external_phone_number_mask", "0711-55XX"),
        (LineAppearance, "external_phone_number_mask", "X" * 25),
        (DirectoryNumber, "alerting_name", "Sam|White"),
        (DirectoryNumber, "ascii_alerting_name", "Zoë"),
        (EndUser, "userid", 'sam"white'),
        (EndUser, "userid", "sam\\white"),
        (EndUser, "userid", "sam\u202ewhite"),
        (EndUser, "userid", "."),
        (EndUser, "userid", "sam/../white"),
        (EndUser, "userid", "sam/-/delete"),
        (EndUser, "userid", "x" * 129),
        (EndUser, "last_name", "x" * 65),
        (EndUser, "mail_id", "no address"),
        (EndUser, "digest_credentials", "pass word"),
        (EndUser, "digest_credentials", "Paßwort"),
        (EndUser, "digest_credentials", "x" * 129),
        (Phone, "name", "SEP00112233445"),
        (Phone, "name", "SEP00112233445G"),
        (Phone, "packet_capture_duration", 301),
    ],
)
def test_a_value_against_the_rules_of_its_field_is_refused(
    model: type[Guarded], field: str, value: object
) -> None:
    record = model(**{field: value})
    others = [other.name for other in model._meta.fields if other.name != field]
    with pytest.raises(ValidationError) as raised:
        record.clean_fields(exclude=others)
    assert list(raised.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (RoutePartition, "name", "PT_Internal-2 (old).x"),
        (RoutePartition, "name", "Büro"),
        (LineAppearance, "display", "Zoë O'Hara-Smith"),
        (LineAppearance, "external_phone_number_mask", "+4971155XXXX"),
        (EndUser, "userid", "1002"),
        (EndUser, "userid", "sam.white@example.com"),
        (EndUser, "digest_credentials", "s3cret!~\"'"),
    ],
)
def test_a_value_within_the_rules_is_accepted(
    model: type[Record], field: str, value: object
) -> None:
    others = [other.name for other in model._meta.fields if other.name != field]
    model(**{field: value}).clean_fields(exclude=others)


def test_an_error_names_field_value_character_and_cure() -> None:
    with pytest.raises(ValidationError) as raised:
        RoutePartition(name="PT@Internal").clean_fields()
    assert raised.value.message_dict["name"] == [
        "Name “PT@Internal” must not contain “@”. Use letters, digits, space, dot, hyphen, "
        "underscore and parentheses."
    ]


@pytest.mark.parametrize(
    "typed", ["00:1b:2a:89:36:98", "001B2A893698", "sep001b2a893698", "SEP-001B.2A89.3698"]
)
def test_a_mac_address_may_be_typed_in_any_form(typed: str) -> None:
    assert device_name(typed) == "SEP001B2A893698"
    phone = Phone(name=typed)
    phone.clean_fields(
        exclude=[field.name for field in Phone._meta.fields if field.name != "name"]
    )
    assert phone.name == "SEP001B2A893698"


@pytest.mark.usefixtures("installed")
def test_digest_credentials_are_encrypted_at_rest() -> None:
    user = add_user(digest_credentials="s3cret")
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest_credentials FROM ccmadmin_enduser")
        (stored,) = cursor.fetchone()
    assert "s3cret" not in stored
    assert cipher().decrypt(stored) == b"s3cret"
    assert EndUser.objects.get(pk=user.pk).digest_credentials == "s3cret"
    assert "s3cret" not in repr(user)


@pytest.mark.usefixtures("installed")
def test_no_credentials_are_stored_as_nothing() -> None:
    add_user()
    assert EndUser.objects.filter(digest_credentials="").count() == 1


@pytest.mark.usefixtures("installed")
def test_secrets_can_be_read_after_a_new_key_was_put_in_front(
    tmp_path: Path, settings: LazySettings
) -> None:
    path = settings.CREDENTIAL_KEY_FILE = tmp_path / "credentials.key"
    old = Fernet.generate_key()
    path.write_bytes(old)
    path.chmod(0o600)
    add_user(digest_credentials="s3cret")
    path.write_bytes(Fernet.generate_key() + b"\n" + old + b"\n")
    assert EndUser.by_key("swhite").digest_credentials == "s3cret"
    path.write_bytes(Fernet.generate_key())
    with pytest.raises(CredentialKeyError, match="restore the key file"):
        EndUser.by_key("swhite")


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (None, 0o600, "cannot read the credential key file"),
        (b"", 0o600, "holds no Fernet key"),
        (b"nonsense", 0o600, "holds no Fernet key"),
        (b"\xff\xfe", 0o600, "holds no Fernet key"),
        (b"A" * 43 + b"=", 0o640, "is open to other users"),
    ],
)
def test_a_key_file_that_cannot_be_used_says_so_in_one_line(
    tmp_path: Path, settings: LazySettings, content: bytes | None, mode: int, message: str
) -> None:
    path = settings.CREDENTIAL_KEY_FILE = tmp_path / "credentials.key"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(CredentialKeyError, match=message) as raised:
        cipher()
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)
