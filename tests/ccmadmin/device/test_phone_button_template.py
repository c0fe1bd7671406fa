"""Phone Button Template: no more lines than its phone type has."""

from django.urls import reverse

from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_basic_template_cannot_have_two_lines(installed: None) -> None:
    client = sign_in()
    url = reverse("device/phone_button_template copy", args=[site.BASIC])
    refused = client.post(url, typed(client.get(url), name="Two", lines="2"))
    assert refused.status_code == 422
    assert "2 are too many" in text_of(refused)
