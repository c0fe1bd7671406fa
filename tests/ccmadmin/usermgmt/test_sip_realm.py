"""SIP Realm: user and password for a realm of another server."""

import pytest
from django.urls import reverse

from ccmadmin.models import SipRealm
from tests.ccmadmin.visitor import sign_in, text_of, typed

ADD = reverse("usermgmt/sip_realm add")
TWICE = {"digest_credentials": "Secret-77", "confirm_digest_credentials": "Secret-77"}


def test_a_realm_is_added_and_its_password_never_shown(installed: None) -> None:
    client = sign_in()
    client.post(ADD, typed(client.get(ADD), realm="carrier.example", user="us", **TWICE))
    stored = SipRealm.by_key("carrier.example")
    assert (stored.user, stored.digest_credentials) == ("us", "Secret-77")
    shown = client.get(reverse("usermgmt/sip_realm configure", args=["carrier.example"]))
    assert b"Secret-77" not in shown.content


def test_the_page_says_what_uses_it(installed: None) -> None:
    assert "There are no SIP trunks yet" in text_of(sign_in().get(ADD))


@pytest.mark.parametrize("field", ["realm", "user"])
def test_what_cannot_stand_between_quotes_is_refused(installed: None, field: str) -> None:
    client = sign_in()
    data = {"realm": "carrier.example", "user": "us", **TWICE, field: 'a"b'}
    refused = client.post(ADD, typed(client.get(ADD), **data))
    assert refused.status_code == 422
    assert "must not contain a quote" in text_of(refused)
