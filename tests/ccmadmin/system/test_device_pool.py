"""Device Pool."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_pool_needs_a_group(installed: None) -> None:
    client = sign_in()
    url = reverse("system/device_pool add")
    refused = client.post(url, typed(client.get(url), name="Pool 9"))
    assert refused.status_code == 422
    assert "Cisco CallManager Group : This field is required" in text_of(refused)
