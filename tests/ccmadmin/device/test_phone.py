"""The phone's page: two-step Add New, lines, choices of its type, and why it is not registered."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import LineAppearance, Phone
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of, typed

NAME = "SEP000000001001"
URL = reverse("device/phone configure", args=[NAME])


def add_url(phone_type: str) -> str:
    return reverse("device/phone add") + "?" + urlencode({"type": phone_type})


def options(response: Any, name: str) -> list[str]:
    field = response.context["form"].fields[name]
    return [record.key for record in field.queryset]


def test_the_type_brings_its_template_profile_and_the_standard_records(installed: None) -> None:
    opened = sign_in().get(add_url(site.BASIC))
    form = opened.context["form"]
    chosen = {
        name: form[name].field.prepare_value(form[name].value())
        for name in ("phone_button_template", "phone_security_profile", "sip_profile", "location")
    }
    assert chosen == {
        "phone_button_template": site.BASIC,
        "phone_security_profile": "Third-party SIP Device Basic - Standard SIP Non-Secure Profile",
        "sip_profile": "Standard SIP Profile",
        "location": "Hub_None",
    }


def test_a_phone_is_added_by_its_mac_address_however_typed(installed: None) -> None:
    client = sign_in()
    opened = client.get(add_url(site.BASIC))
    saved = client.post(add_url(site.BASIC), typed(opened, name="00:00:00:00:10:01"))
    assert saved.headers["Location"] == URL
    assert client.get(URL).context["form"]["name"].value() == NAME.removeprefix("SEP")


def test_only_templates_and_profiles_of_the_type_are_offered(installed: None) -> None:
    site.add_security_profile("For Advanced", site.ADVANCED)
    site.add_security_profile("For all")
    opened = sign_in().get(add_url(site.BASIC))
    assert options(opened, "phone_button_template") == [site.BASIC]
    profiles = options(opened, "phone_security_profile")
    assert "For Advanced" not in profiles
    assert "For all" in profiles
    assert site.AUTO_REGISTRATION in profiles


def test_a_basic_phone_has_one_line_button_and_no_video(installed: None) -> None:
    site.add_phone(NAME)
    shown = sign_in().get(URL)
    assert [line.text for line in shown.context["lines"]] == ["Line [1] - Add a new DN"]
    assert "retry_video_call_as_audio" not in shown.context["form"].fields


def test_an_advanced_phone_has_eight_and_shows_what_is_on_them(installed: None) -> None:
    number = site.add_number("1002", site.add_partition("PT_A"))
    site.add_phone(NAME, [number], model=site.ADVANCED)
    shown = sign_in().get(URL)
    lines = shown.context["lines"]
    assert len(lines) == 8
    assert lines[0].text == "Line [1] - 1002 in PT_A"
    assert lines[0].href == (f"/callrouting/directory_number/1002@PT_A/?phone={NAME}&line=1")
    assert lines[1].href == f"/callrouting/directory_number/-/add/?phone={NAME}&line=2"
    assert "retry_video_call_as_audio" in shown.context["form"].fields


def test_a_phone_that_cannot_be_reset_has_no_button_but_a_sentence(installed: None) -> None:
    site.add_phone(NAME)
    text = text_of(sign_in().get(URL))
    assert "cannot be reset from here: restart the phone itself" in text
    assert "No: Supports Reset and Restart" in text


def test_a_phone_without_digest_user_or_line_is_warned_about(installed: None) -> None:
    site.add_phone(NAME)
    text = text_of(sign_in().get(URL))
    assert "has no Digest User: without one it cannot register" in text
    site.add_phone("SEP000000001002", digest_user=site.add_user())
    other = sign_in("other").get(reverse("device/phone configure", args=["SEP000000001002"]))
    assert "has no line" in text_of(other)


def test_a_shared_digest_user_is_saved_with_a_warning_naming_both_phones(installed: None) -> None:
    client = sign_in()
    user = site.add_user("swhite")
    site.add_phone(NAME, digest_user=user)
    site.add_phone("SEP000000001002")
    url = reverse("device/phone configure", args=["SEP000000001002"])
    saved = client.post(url, typed(client.get(url), digest_user="swhite"), follow=True)
    assert saved.status_code == 200
    text = text_of(saved)
    assert "swhite is the Digest User of more than one phone" in text
    assert f"{NAME}, SEP000000001002" in text


def test_more_license_units_than_granted_are_refused_with_the_figures(installed: None) -> None:
    client = sign_in()
    for index in range(16):  # 48 of 50 units
        site.add_phone(f"SEP0000000020{index:02}")
    opened = client.get(add_url(site.BASIC))
    refused = client.post(add_url(site.BASIC), typed(opened, name="000000001001"))
    assert refused.status_code == 422
    assert "48" in text_of(refused)
    assert "50" in text_of(refused)
    assert not Phone.lookup(NAME).exists()


def test_saving_the_phone_leaves_its_lines_alone(installed: None) -> None:
    client = sign_in()
    site.add_phone(NAME, [site.add_number("1002")])
    client.post(URL, typed(client.get(URL), description="Hall"))
    assert Phone.by_key(NAME).description == "Hall"
    assert LineAppearance.objects.filter(phone__name=NAME).count() == 1


def test_a_copy_takes_type_and_profiles_but_neither_lines_nor_digest_user(
    installed: None,
) -> None:
    client = sign_in()
    user = site.add_user()
    site.add_phone(NAME, [site.add_number("1002")], digest_user=user)
    url = reverse("device/phone copy", args=[NAME])
    client.post(url, typed(client.get(url), name="000000001009"))
    copied = Phone.by_key("SEP000000001009")
    assert copied.phone_model.name == site.BASIC
    assert copied.digest_user is None
    assert not copied.lines.exists()


def test_renaming_to_a_taken_mac_address_keeps_the_page_usable(installed: None) -> None:
    client = sign_in()
    site.add_phone(NAME, [site.add_number("1002")])
    site.add_phone("SEP000000001002")
    refused = client.post(URL, typed(client.get(URL), name="000000001002"))
    assert refused.status_code == 422
    assert "belongs to another Phone already" in text_of(refused)
    assert [line.text for line in refused.context["lines"]] == ["Line [1] - 1002"]


@pytest.mark.parametrize("name", ["sep000000001001", "000000001001"])
def test_a_phone_is_found_by_its_name_in_any_spelling(installed: None, name: str) -> None:
    site.add_phone(NAME)
    assert sign_in().get(reverse("device/phone configure", args=[name])).status_code == 200


def test_a_reader_sees_the_phone_and_no_way_to_change_it(installed: None) -> None:
    site.add_phone(NAME)
    client = sign_in(groups=[READ_ONLY])
    assert b">Save<" not in client.get(URL).content
    assert client.post(URL, {}).status_code == 403


def test_somebody_else_is_sent_to_sign_in(installed: None) -> None:
    assert Client().get(URL).headers["Location"].startswith("/sign-in/")


def test_the_page_of_a_phone_asks_a_bounded_number_of_times(
    installed: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in()
    numbers = [site.add_number(f"100{index}") for index in range(8)]
    site.add_phone(NAME, numbers, model=site.ADVANCED)
    with django_assert_max_num_queries(30, using="default"):
        client.get(URL)
