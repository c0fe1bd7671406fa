"""SIP Phone Security Profile: for one phone type, and never with TLS for a third-party phone."""

from urllib.parse import urlencode

from django.urls import reverse

from ccmadmin.models import PhoneSecurityProfile
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed

ADD = reverse("system/phone_security_profile add") + "?" + urlencode({"type": site.BASIC})


def test_a_profile_with_digest_authentication_is_added_for_its_type(installed: None) -> None:
    client = sign_in()
    changes = {"name": "Digest", "enable_digest_authentication": "on", "transport_type": "UDP"}
    client.post(ADD, typed(client.get(ADD), **changes))
    profile = PhoneSecurityProfile.by_key("Digest")
    assert profile.enable_digest_authentication
    assert (profile.phone_model.name, profile.transport_type) == (site.BASIC, "UDP")


def test_tls_is_not_on_offer_and_refused_with_the_reason(installed: None) -> None:
    client = sign_in()
    opened = client.get(ADD)
    assert 'value="TLS"' not in opened.content.decode()
    refused = client.post(ADD, typed(opened, name="Secure", transport_type="TLS"))
    assert refused.status_code == 422
    assert "TLS” is not available to third-party SIP phones" in text_of(refused)
    assert not PhoneSecurityProfile.lookup("Secure").exists()


def test_a_copy_of_a_standard_profile_keeps_the_type(installed: None) -> None:
    client = sign_in()
    name = "Third-party SIP Device Basic - Standard SIP Non-Secure Profile"
    url = reverse("system/phone_security_profile copy", args=[name])
    opened = client.get(url)
    assert opened.context["form"].fields["phone_model"].disabled
    client.post(url, typed(opened, name="Mine", enable_digest_authentication="on"))
    assert PhoneSecurityProfile.by_key("Mine").phone_model.name == site.BASIC


def test_the_type_cannot_be_changed_afterwards(installed: None) -> None:
    site.add_security_profile("Mine", site.BASIC)
    url = reverse("system/phone_security_profile configure", args=["Mine"])
    shown = sign_in().get(url)
    assert shown.context["form"].fields["phone_model"].disabled
    assert site.BASIC in text_of(shown)
