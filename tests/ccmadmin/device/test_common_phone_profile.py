"""Common Phone Profile."""

from django.urls import reverse

from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of


def test_the_standard_profile_names_the_phones_that_use_it(installed: None) -> None:
    site.add_phone("SEP000000001001")
    name = "Standard Common Phone Profile"
    url = reverse("device/common_phone_profile dependents", args=[name])
    assert "Phones 1 SEP000000001001 (Common Phone Profile)" in text_of(sign_in().get(url))
