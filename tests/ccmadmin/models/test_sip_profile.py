"""SIP Profile."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import SipProfile
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"default_mtp_telephony_event_payload_type": 95}, None),
        ({"default_mtp_telephony_event_payload_type": 128}, None),
        ({"timer_t1": 0}, None),
        ({"timer_subscribe_delta": 2}, None),
        ({"timer_subscribe_delta": 16}, None),
        ({"off_hook_to_first_digit_timer": 15001}, None),
        ({"start_media_port": 16383}, None),
        ({"start_media_port": 16385}, None),
        ({"start_media_port": None}, None),
        ({"stop_media_port": 32768}, None),
        ({"stop_media_port": 16384}, None),
        ({"call_pickup_uri": ""}, None),
        ({"call_pickup_uri": "x" * 129}, None),
        ({"user_info": "Email"}, None),
        ({"telnet_level": "Root"}, None),
        ({"start_media_port": 20000, "stop_media_port": 18000}, "stop_media_port"),
    ],
)
def test_a_value_outside_its_limits_is_refused(
    values: dict[str, object], field: str | None
) -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(SipProfile(name="Lab", **values), actor=ACTOR)
    assert list(raised.value.message_dict) == [field or next(iter(values))]


def test_the_standard_profile_has_callmanagers_defaults() -> None:
    profile = SipProfile.by_key("Standard SIP Profile")
    assert profile.is_standard
    assert profile.default_mtp_telephony_event_payload_type == 101
    assert (profile.timer_register_expires, profile.timer_t2) == (3600, 4000)
    assert (profile.start_media_port, profile.stop_media_port) == (16384, 32766)
    assert profile.call_forward_uri == "x-cisco-serviceuri-cfwdall"
