"""License Unit Report."""

from django.urls import reverse

from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of

URL = reverse("system/license_unit_report")


def test_units_authorized_used_and_remaining_add_up(installed: None) -> None:
    site.add_phone("SEP000000001001")
    site.add_phone("SEP000000001002", model=site.ADVANCED)
    text = text_of(sign_in().get(URL))
    assert "50 Units Authorized 9 Units Used 41 Units Remaining" in text
    assert f"{site.BASIC} 3 1 3" in text
    assert f"{site.ADVANCED} 6 1 6" in text


def test_types_with_phones_come_first(installed: None) -> None:
    site.add_phone("SEP000000001002", model=site.ADVANCED)
    rows = sign_in().get(URL).context["rows"]
    assert rows[0].model == site.ADVANCED
