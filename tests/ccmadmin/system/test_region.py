"""Region."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_name_beyond_thirty_characters_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/region add")
    refused = client.post(url, typed(client.get(url), name="R" * 31))
    assert refused.status_code == 422
    assert "at most 30 characters" in text_of(refused)
