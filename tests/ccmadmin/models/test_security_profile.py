"""SIP Phone Security Profile."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import PhoneModel, PhoneSecurityProfile
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, ADVANCED, BASIC, add_phone, add_security_profile

pytestmark = pytest.mark.usefixtures("installed")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (BASIC, "not available to third-party SIP phones"),
        (ADVANCED, "not available to third-party SIP phones"),
        (None, "not available to third-party SIP phones"),
        ("Cisco 7961", "needs a Device Security Mode"),
    ],
)
def test_tls_is_refused_with_the_reason(model: str | None, reason: str) -> None:
    with pytest.raises(ValidationError) as raised:
        add_security_profile(model=model, transport_type="TLS")
    (text,) = raised.value.message_dict["transport_type"]
    assert reason in text
    assert "Choose TCP, UDP or TCP+UDP" in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("transport_type", "SCTP"),
        ("digest_algorithm", "MD4"),
        ("nonce_validity_time", 0),
        ("sip_phone_port", 1023),
        ("sip_phone_port", 49152),
    ],
)
def test_values_outside_the_limits_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as raised:
        add_security_profile(**{field: value})
    assert list(raised.value.message_dict) == [field]


def test_digest_cannot_be_switched_on_in_a_standard_profile() -> None:
    profile = PhoneSecurityProfile.objects.filter(phone_model__name=BASIC).get()
    profile.enable_digest_authentication = True
    with pytest.raises(ValidationError, match="Copy it, and change the copy"):
        records.save(profile, actor=ACTOR)


def test_the_type_of_a_profile_in_use_can_change_only_to_one_that_fits() -> None:
    profile = add_security_profile(model=BASIC)
    add_phone(phone_security_profile=profile)
    profile.phone_model = PhoneModel.by_key(ADVANCED)
    with pytest.raises(ValidationError, match="SEP000000001002"):
        records.save(profile, actor=ACTOR)
    profile.phone_model = None
    assert records.save(profile, actor=ACTOR)


def test_defaults_are_callmanagers() -> None:
    profile = PhoneSecurityProfile()
    assert (
        profile.nonce_validity_time,
        profile.transport_type,
        profile.enable_digest_authentication,
        profile.digest_algorithm,
        profile.sip_phone_port,
    ) == (600, "TCP+UDP", False, "MD5", 5060)
