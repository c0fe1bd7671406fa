"""Phone Types: Table C-1, to read only."""

from django.urls import reverse

from ccmadmin.device.phone_model import CAPABILITIES, PAGE
from ccmadmin.models import PhoneModel
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of


def test_the_six_capabilities_of_each_type_are_shown(installed: None) -> None:
    client = sign_in()
    for model in PhoneModel.objects.all():
        text = text_of(client.get(reverse("device/phone_model configure", args=[model.name])))
        for name in CAPABILITIES:
            answer = "Yes" if getattr(model, name) else "No"
            assert f"{PAGE.label_of(name)} {answer}" in text


def test_nothing_on_the_page_can_be_changed(installed: None) -> None:
    client = sign_in()
    listed = client.get(reverse("device/phone_model"))
    assert listed.context["add_href"] == listed.context["delete_href"] == ""
    url = reverse("device/phone_model configure", args=[site.BASIC])
    assert client.post(url, {"name": "Mine"}).status_code == 405
