"""The one form for a phone's site, by itself."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from ccmadmin.device.site_form import KEPT, Site
from ccmadmin.models import PhoneModel
from tests.ccmadmin import site as records
from tests.ccmadmin.site import ADVANCED, BASIC

pytestmark = pytest.mark.usefixtures("installed")

TYPED = {
    "userid": "bjones",
    "last_name": "Jones",
    "generate": "on",
    "device_pool": "Default",
    "phone_security_profile": "Third-party SIP Device Basic - Standard SIP Non-Secure Profile",
    "sip_profile": "Standard SIP Profile",
    "lines-total": "1",
    "lines-0-number": "1002",
    "lines-0-display": "Bea Jones",
}


def form(model: str = BASIC, **changes: str) -> Site:
    data = QueryDict(mutable=True)
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    data.update({**TYPED, **named})
    return Site(PhoneModel.by_key(model), data)


def numbers(site: Site) -> list[Any]:
    return [line["number"].value() for line in site.lines]


def test_what_was_typed_becomes_the_services_values() -> None:
    site = form()
    assert site.is_valid()
    values = site.values()
    assert values["end_user"]["userid"] == "bjones"
    assert values["phone"]["phone_model"] == BASIC
    assert values["phone"]["device_pool"].key == "Default"
    assert values["lines"] == [
        {"number": "1002", "route_partition": None, "display": "Bea Jones", "is_shared": False}
    ]
    assert values["generate"] is True


def test_a_new_form_has_what_fits_the_type_filled_in() -> None:
    site = Site(PhoneModel.by_key(BASIC), None)
    assert str(site.form["sip_profile"].value()) == "Standard SIP Profile"
    assert "Basic" in str(site.form["phone_security_profile"].value())
    assert len(site.lines) == 1
    assert not site.may_add_line


def test_only_security_profiles_of_the_type_are_offered() -> None:
    records.add_security_profile("For Advanced", ADVANCED)
    records.add_security_profile("For all")
    offered = str(Site(PhoneModel.by_key(BASIC), None).form["phone_security_profile"])
    assert "For all" in offered
    assert "For Advanced" not in offered


def test_a_typed_password_is_used_instead_of_a_generated_one() -> None:
    site = form(digest_credentials="Secret-77", confirm_credentials="Secret-77")
    assert site.is_valid()
    assert site.values()["generate"] is False
    assert site.values()["end_user"]["digest_credentials"] == "Secret-77"


def test_a_password_that_comes_back_is_kept_but_not_shown() -> None:
    first = form(userid="", digest_credentials="Secret-77", confirm_credentials="Secret-77")
    assert not first.is_valid()
    shown = str(first.form["digest_credentials"]) + str(first.form[KEPT])
    assert "Secret-77" not in shown
    again = form(**{KEPT: str(first.form[KEPT].value())})
    assert again.is_valid()
    assert again.values()["end_user"]["digest_credentials"] == "Secret-77"


def test_two_passwords_that_differ_are_refused() -> None:
    site = form(digest_credentials="Secret-77", confirm_credentials="Secret-78")
    assert not site.is_valid()
    assert [problem["href"] for problem in site.problems()] == ["#id_confirm_credentials"]


def test_lines_are_added_and_removed_without_losing_any() -> None:
    added = form(ADVANCED, rows="add")
    assert numbers(added) == ["1002", None]
    assert added.may_add_line
    two = {"lines__total": "3", "lines__1__number": "1003", "lines__2__number": "1004"}
    assert numbers(form(ADVANCED, rows="remove:1", **two)) == ["1002", "1004"]
    for place in ("9", "x", "9" * 5000):
        assert numbers(form(ADVANCED, rows=f"remove:{place}", **two)) == ["1002", "1003", "1004"]


def test_there_are_no_more_lines_than_the_type_has() -> None:
    assert len(form(lines__total="5").lines) == 1
    assert len(form(ADVANCED, lines__total="99").lines) == 8
    assert len(form(ADVANCED, lines__total="x").lines) == 1


def test_a_button_that_does_not_save_judges_nothing() -> None:
    site = form(userid="", rows="add")
    site.keep_errors_back()
    assert site.problems() == []


def test_errors_of_the_service_stand_at_their_fields() -> None:
    site = form()
    assert site.is_valid()
    site.take(
        ValidationError(
            {
                "end_user.userid": "taken",
                "phone": "no units",
                "lines": "too few",
                "lines.0.number": "on another phone",
                "lines.0": "odd",
            }
        )
    )
    found = [(problem["href"], problem["text"]) for problem in site.problems()]
    assert found == [
        ("#id_userid", "taken"),
        ("", "no units"),
        ("", "too few"),
        ("#id_lines-0-number", "on another phone"),
        ("", "odd"),
    ]
