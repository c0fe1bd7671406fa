"""License Grant."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_grant_adds_at_least_one_unit(installed: None) -> None:
    client = sign_in()
    url = reverse("system/license_grant add")
    refused = client.post(url, typed(client.get(url), name="None", units="0"))
    assert refused.status_code == 422
    assert "greater than or equal to 1" in text_of(refused)
