"""Location."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_bandwidth_of_nothing_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/location add")
    refused = client.post(url, typed(client.get(url), name="Shed", audio_bandwidth="0"))
    assert refused.status_code == 422
    assert "greater than or equal to 1" in text_of(refused)


def test_the_list_says_what_a_blank_and_a_zero_mean(installed: None) -> None:
    client = sign_in()
    url = reverse("system/location add")
    client.post(
        url, typed(client.get(url), name="Shed", audio_bandwidth="80", video_bandwidth="0")
    )
    assert "Hub_None Unlimited Unlimited Copy Shed 80 None" in text_of(
        client.get(reverse("system/location"))
    )
