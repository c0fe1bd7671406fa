"""SIP Profile: which section third-party phones use."""

from django.urls import reverse

from ccmadmin.device.sip_profile import PAGE
from ccmadmin.models import SipProfile
from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_the_second_section_is_said_to_be_for_cisco_phones_only(installed: None) -> None:
    url = reverse("device/sip_profile configure", args=["Standard SIP Profile"])
    text = text_of(sign_in().get(url))
    assert "Used for every SIP phone, third-party ones included." in text
    assert "Nothing here is read for third-party phones" in text


def test_every_field_of_the_model_stands_on_the_page() -> None:
    fields = {field.name for field in SipProfile._meta.fields if field.editable}
    assert set(PAGE.fields) == fields - {"id"}


def test_a_copy_of_the_standard_profile_can_be_changed(installed: None) -> None:
    client = sign_in()
    url = reverse("device/sip_profile copy", args=["Standard SIP Profile"])
    client.post(url, typed(client.get(url), name="Mine", disable_early_media_on_180="on"))
    assert SipProfile.by_key("Mine").disable_early_media_on_180


def test_a_number_out_of_range_is_refused_beside_its_field(installed: None) -> None:
    client = sign_in()
    url = reverse("device/sip_profile add")
    name = "default_mtp_telephony_event_payload_type"
    refused = client.post(url, typed(client.get(url), name="Mine", **{name: "20"}))
    assert refused.status_code == 422
    assert f"#id_{name}" in [problem["href"] for problem in refused.context["problems"]]
