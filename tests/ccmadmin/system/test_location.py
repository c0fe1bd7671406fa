"""Location."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_bandwidth_of_nothing_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/location add")
    refused = client.post(url, typed(client.get(url), name="Shed", audio_bandwidth="0"))
    assert refused.status_code == 422
    assert "greater than or equal to 1" in text_of(refused)
