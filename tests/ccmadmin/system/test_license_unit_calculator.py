"""License Unit Calculator: numbers in, units out, nothing stored."""

from django.urls import reverse

from ccmadmin.models import ChangeLog
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, problems
from tests.ccmadmin.visitor import sign_in, text_of

URL = reverse("system/license_unit_calculator")


def test_it_begins_with_the_phones_that_exist(installed: None) -> None:
    site.add_phone("SEP000000001001", model=site.ADVANCED)
    shown = sign_in().get(URL)
    assert "6 Units Needed 50 Units Authorized 0 Units Missing" in text_of(shown)
    assert shown.context["calculation"].rows[0].model == site.ADVANCED


def test_what_is_typed_is_added_up_and_stored_nowhere(installed: None) -> None:
    client = sign_in()
    before = ChangeLog.objects.count()
    text = text_of(client.get(URL, {site.BASIC: "10", site.ADVANCED: "5"}))
    assert "60 Units Needed 50 Units Authorized 10 Units Missing" in text
    assert "Add a license grant" in text
    assert ChangeLog.objects.count() == before


def test_what_is_no_number_is_told_beside_it_and_kept(installed: None) -> None:
    refused = sign_in().get(URL, {site.BASIC: "many", site.ADVANCED: "2"})
    assert refused.status_code == 422
    assert f"{site.BASIC}: “many” is not a number of phones" in text_of(refused)
    assert b'value="many"' in refused.content
    assert b'value="2"' in refused.content


def test_rest_calculates_the_same_and_refuses_alike(script: Caller) -> None:
    asked = f"license-unit-calculator/?{site.BASIC}=10&{site.ADVANCED}=5"
    found = script.get(asked).json()
    assert (found["units"], found["missing"]) == (60, 10)
    refused = problems(script.get(f"license-unit-calculator/?{site.BASIC}=many&Brick=1"))
    assert "not a number of phones" in refused[site.BASIC]
    assert "There is no phone type “Brick”." in refused["Brick"]
