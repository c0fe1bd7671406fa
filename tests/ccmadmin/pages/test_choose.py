"""The first step of Add New, where the phone type is asked for."""

import pytest
from django.urls import reverse

from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of


@pytest.mark.parametrize("key", ["device/phone", "system/phone_security_profile"])
def test_the_type_is_asked_for_third_party_types_first(installed: None, key: str) -> None:
    response = sign_in().get(reverse(f"{key} add"))
    assert "Add a New" in text_of(response)
    names = [phone_type.name for phone_type in response.context["types"]]
    assert names[:2] == [site.ADVANCED, site.BASIC]


@pytest.mark.parametrize("typed", ["", "No such type"])
def test_next_without_a_type_asks_again(installed: None, typed: str) -> None:
    response = sign_in().get(reverse("device/phone add"), {"type": typed})
    assert response.status_code == 422
    assert "Select a phone type first." in text_of(response)


def test_the_checklist_asks_under_its_own_heading(installed: None) -> None:
    text = text_of(sign_in().get(reverse("device/checklist add")))
    assert "Start a phone Back to the checklist" in text
    assert "Add a New" not in text
