"""Help for a page: each field with its meaning, made from the page itself."""

import pytest
from django.urls import reverse

from ccmadmin.help.this_page import chapters
from ccmadmin.pages import registry
from ccmadmin.pages.page import Page
from tests.ccmadmin.visitor import sign_in, text_of

URL = reverse("help/this_page")


def test_every_field_is_explained_with_its_name_in_rest(installed: None) -> None:
    text = text_of(sign_in().get(URL, {"page": "callrouting/directory_number"}))
    assert "Alerting Name The name that a caller sees while the phone rings. alerting_name" in text
    assert "/api/v1/directory-numbers/" in text


def test_parameters_are_explained_one_by_one(installed: None) -> None:
    text = text_of(sign_in().get(URL, {"page": "system/service_parameter"}))
    assert "SIP Station Realm The realm of the challenge" in text


def test_rows_of_lists_are_explained_too(installed: None) -> None:
    text = text_of(sign_in().get(URL, {"page": "system/region"}))
    assert "Audio Codec The best codec that a call between the two regions may use." in text


def test_the_menu_leads_from_a_page_to_its_help(installed: None) -> None:
    menus = sign_in().get(reverse("device/phone")).context["frame"].menus
    hrefs = [item.href for menu in menus for group in menu.groups for item in group.entries]
    assert f"{URL}?page=device/phone" in hrefs


def test_a_page_that_one_may_not_read_is_not_explained(installed: None) -> None:
    client = sign_in("nobody", groups=())
    assert client.get(URL, {"page": "device/phone"}).status_code == 404
    assert "Your roles allow no page yet." in text_of(client.get(URL))


@pytest.mark.parametrize("page", registry.pages().values(), ids=registry.pages())
def test_no_field_of_any_page_is_without_help(page: Page) -> None:
    for chapter in chapters(page):
        for entry in chapter.entries:
            assert len(entry.help) > 3, f"{page.key}: {entry.label}"
            assert entry.help.rstrip()[-1] in ".:", f"{page.key}: {entry.label}: {entry.help}"


def test_the_pages_are_listed_under_their_menus(installed: None) -> None:
    menus = dict(sign_in().get(URL).context["menus"])
    assert list(menus)[:2] == ["System", "Call Routing"]
    assert "device/phone" in [page.key for page in menus["Device"]]


def test_required_fields_are_those_that_the_form_requires(installed: None) -> None:
    (device, protocol) = chapters(registry.pages()["device/phone"])[:2]
    required = {entry.name for entry in (*device.entries, *protocol.entries) if entry.is_required}
    assert {"name", "packet_capture_mode", "sip_profile"} <= required
    assert not {"is_active", "digest_user", "description"} & required
