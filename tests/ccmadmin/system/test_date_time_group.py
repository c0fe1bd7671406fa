"""Date/Time Group."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_time_zone_that_does_not_exist_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/date_time_group add")
    refused = client.post(url, typed(client.get(url), name="Mars", time_zone="Mars/Base"))
    assert refused.status_code == 422
    assert "not one of the available choices" in text_of(refused)
