"""Pages that are only read: the same sections, as text."""

from django.urls import reverse

from ccmadmin.models import PhoneModel
from ccmadmin.pages import registry
from ccmadmin.pages.detail import facts
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of


def test_a_phone_type_is_shown_without_a_form(installed: None) -> None:
    response = sign_in().get(reverse("device/phone_model configure", args=[site.BASIC]))
    assert response.status_code == 200
    assert "Supports Reset and Restart No" in text_of(response)
    assert b'id="record"' not in response.content


def test_facts_are_said_in_the_words_of_the_page(installed: None) -> None:
    page, model = registry.pages()["device/phone_model"], PhoneModel.by_key(site.BASIC)
    assert facts(page, model, ("license_units", "is_third_party")) == [
        ("License Units", "3"),
        ("Third-party", "Yes"),
    ]
