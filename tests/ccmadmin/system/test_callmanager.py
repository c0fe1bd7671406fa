"""Cisco CallManager."""

from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_port_outside_its_range_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/callmanager add")
    refused = client.post(
        url, typed(client.get(url), name="n", host_name="192.0.2.9", sip_phone_port="80")
    )
    assert refused.status_code == 422
    assert "greater than or equal to 1024" in text_of(refused)
