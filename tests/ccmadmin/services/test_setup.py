import stat
from pathlib import Path
from unittest.mock import MagicMock, Mock

import pytest
from django.conf import LazySettings

from ccmadmin.models import (
    ApplicationUser,
    CallManagerGroup,
    ChangeLog,
    CredentialKeyError,
    LicenseGrant,
    PhoneModel,
    PhoneSecurityProfile,
    ServiceParameter,
)
from ccmadmin.models.fields import cipher
from ccmadmin.services import records, setup
from tests.ccmadmin.site import ACTOR


@pytest.mark.usefixtures("empty")
def test_a_fresh_installation_has_every_record_and_one_password() -> None:
    password = setup.install()
    assert password
    assert ApplicationUser.by_key("ccmadministrator").check_password(password)
    assert PhoneModel.objects.count() == 13
    assert PhoneSecurityProfile.objects.count() == 14
    assert [str(row.callmanager) for row in CallManagerGroup.by_key("Default").members.all()]
    assert ServiceParameter.read("SIP Station KeepAlive Interval") == 120
    assert LicenseGrant.objects.authorized_units() == 50


@pytest.mark.usefixtures("empty")
def test_running_again_changes_nothing_and_makes_no_password() -> None:
    setup.install()
    revision = records.current_revision()
    assert setup.install() is None
    assert records.current_revision() == revision


@pytest.mark.usefixtures("installed")
def test_what_an_administrator_deleted_stays_deleted() -> None:
    records.delete(LicenseGrant.by_key("Starter"), actor=ACTOR)
    setup.install()
    assert not LicenseGrant.objects.exists()


@pytest.mark.usefixtures("installed")
def test_a_standard_record_that_is_missing_after_an_upgrade_is_added() -> None:
    before = ChangeLog.objects.count()
    with pytest.raises(PhoneModel.DoesNotExist, match="Cisco 9971"):
        PhoneModel.by_key("Cisco 9971")
    values = {"name": "Cisco 9971", "number": 493, "license_units": 5, "max_lines": 6}
    setup.load({"model": "PhoneModel", "records": [values]}, actor=ACTOR, standard=True)
    setup.load({"model": "PhoneModel", "records": [values]}, actor=ACTOR, standard=True)
    assert ChangeLog.objects.count() == before + 1


@pytest.mark.usefixtures("installed")
def test_table_c1_is_what_the_phone_types_can_do() -> None:
    names = (
        "uses_central_tftp",
        "sends_mac_address",
        "downloads_softkey_file",
        "downloads_dial_plan_file",
        "supports_failover",
        "supports_reset",
    )
    table = {
        model.name: "".join("X" if getattr(model, name) else "-" for name in names)
        for model in PhoneModel.objects.all()
    }
    assert table == {
        "Cisco 7905": "XX--XX",
        "Cisco 7911": "XXXXXX",
        "Cisco 7912": "XX--XX",
        "Cisco 7940": "XX-XXX",
        "Cisco 7941": "XXXXXX",
        "Cisco 7941G-GE": "XXXXXX",
        "Cisco 7960": "XX-XXX",
        "Cisco 7961": "XXXXXX",
        "Cisco 7961G-GE": "XXXXXX",
        "Cisco 7970": "XXXXXX",
        "Cisco 7971": "XXXXXX",
        "Third-party SIP Device (Advanced)": "------",
        "Third-party SIP Device (Basic)": "------",
    }


def test_the_key_file_is_made_once_and_for_its_owner_only(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.CREDENTIAL_KEY_FILE = tmp_path / "keys" / "credentials.key"
    assert setup.make_key_file()
    key = settings.CREDENTIAL_KEY_FILE.read_bytes()
    assert stat.S_IMODE(settings.CREDENTIAL_KEY_FILE.stat().st_mode) == 0o600
    assert not setup.make_key_file()
    assert settings.CREDENTIAL_KEY_FILE.read_bytes() == key
    assert cipher().decrypt(cipher().encrypt(b"secret")) == b"secret"


def test_a_key_file_that_others_can_read_is_refused(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.CREDENTIAL_KEY_FILE = tmp_path / "credentials.key"
    setup.make_key_file()
    settings.CREDENTIAL_KEY_FILE.chmod(0o644)
    with pytest.raises(CredentialKeyError, match="chmod 600"):
        setup.make_key_file()


@pytest.mark.parametrize(
    ("listen", "name", "address"),
    [
        ("192.0.2.7:5060", "pbx", "192.0.2.7"),
        ("udp:192.0.2.7:5060", "pbx", "192.0.2.7"),
        ("0.0.0.0:5060", "pbx.example.org", "pbx.example.org"),
        ("[::]:5060", "pbx.example.org", "pbx.example.org"),
        ("0.0.0.0:5060", "pbx", "198.51.100.3"),
    ],
)
def test_phones_are_told_an_address_that_they_can_find(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings, listen: str, name: str, address: str
) -> None:
    settings.SIP_LISTEN = [listen]
    monkeypatch.setattr(setup.os, "uname", lambda: Mock(nodename=name))
    way_out = MagicMock()
    way_out.__enter__().getsockname.return_value = ("198.51.100.3", 40000)
    monkeypatch.setattr(setup.socket, "socket", lambda *kind: way_out)
    assert setup.own_address() == address


def test_without_a_network_phones_are_told_the_name(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.SIP_LISTEN = ["0.0.0.0:5060"]
    monkeypatch.setattr(setup.os, "uname", lambda: Mock(nodename="pbx"))
    monkeypatch.setattr(setup.socket, "socket", Mock(side_effect=OSError("unreachable")))
    assert setup.own_address() == "pbx"
