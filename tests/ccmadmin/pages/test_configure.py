"""The configuration page, on every page of the registry whose records can be added."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from ccmadmin.models import ChangeLog, PhoneButtonTemplate, RoutePartition
from ccmadmin.pages import registry
from ccmadmin.pages.page import Page
from ccmadmin.pages.values import key_of
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed

# What a person must type before Save, by page; "?" is the question of the first of two steps.
REQUIRED: Mapping[str, Mapping[str, str]] = {
    "system/callmanager": {"name": "node-9", "host_name": "192.0.2.9"},
    "system/callmanager_group": {
        "name": "Group 9",
        "members-total": "1",
        "members-0-callmanager": "node-1",
    },
    "system/date_time_group": {"name": "Berlin", "time_zone": "Europe/Berlin"},
    "system/region": {"name": "Region 9"},
    "system/device_pool": {
        "name": "Pool 9",
        "callmanager_group": "Default",
        "date_time_group": "CMLocal",
        "region": "Default",
    },
    "system/location": {"name": "Location 9"},
    "system/phone_security_profile": {"?": site.BASIC, "name": "Profile 9"},
    "system/license_grant": {"name": "Grant 9", "units": "10"},
    "callrouting/route_partition": {"name": "PT_9"},
    "callrouting/calling_search_space": {"name": "CSS_9"},
    "callrouting/directory_number": {"number": "1009"},
    "device/phone": {"?": site.BASIC, "name": "000000001009"},
    "device/phone_button_template": {"name": "Template 9", "phone_model": site.BASIC},
    "device/sip_profile": {"name": "SIP 9"},
    "device/common_phone_profile": {"name": "Common 9"},
    "usermgmt/application_user": {
        "userid": "admin9",
        "password": site.PASSWORD,
        "confirm_password": site.PASSWORD,
    },
    "usermgmt/end_user": {"userid": "user9", "last_name": "Nine"},
    "usermgmt/role": {"name": "Role 9"},
    "usermgmt/user_group": {"name": "User Group 9"},
    "usermgmt/sip_realm": {
        "realm": "sip.example.net",
        "user": "ours",
        "digest_credentials": "nine-9999",
        "confirm_digest_credentials": "nine-9999",
    },
}
ADDABLE = [page for page in registry.pages().values() if page.can_add and page.model]
every_page = pytest.mark.parametrize("page", ADDABLE, ids=[page.key for page in ADDABLE])


def add(client: Any, page: Page, **changes: str) -> Any:
    """Open Add New, type what is required, and save."""
    values = {**REQUIRED[page.key], **changes}
    question = values.pop("?", "")
    url = reverse(f"{page.key} add") + (f"?{urlencode({'type': question})}" if question else "")
    return client.post(url, typed(client.get(url), **values))


def newest(page: Page) -> Any:
    assert page.model is not None
    return page.model._default_manager.order_by("-pk").first()


def record_url(page: Page, record: Any, screen: str = "configure") -> str:
    return reverse(f"{page.key} {screen}", args=[key_of(record)])


@every_page
def test_a_new_record_is_saved_logged_and_shown(installed: None, page: Page) -> None:
    client = sign_in()
    response = add(client, page)
    record = newest(page)
    assert response.status_code == 302, text_of(response)
    assert response.headers["Location"] == record_url(page, record)
    change = ChangeLog.objects.latest("sequence")
    assert (change.action, change.key, change.user, change.source) == (
        "create",
        record.key,
        "tester",
        "page",
    )
    shown = client.get(response.headers["Location"])
    assert f"Add successful. In force as revision {change.sequence}." in text_of(shown)


@every_page
def test_saving_without_a_change_writes_nothing(installed: None, page: Page) -> None:
    client = sign_in()
    add(client, page)
    url = record_url(page, newest(page))
    before = ChangeLog.objects.count()
    response = client.post(url, typed(client.get(url)), follow=True)
    assert "Nothing was changed." in text_of(response)
    assert ChangeLog.objects.count() == before


@every_page
def test_an_empty_form_comes_back_with_errors_beside_the_fields(
    installed: None, page: Page
) -> None:
    client = sign_in()
    add(client, page)
    url = record_url(page, newest(page))
    shown = client.get(url)
    emptied = {
        name: ""
        for name, field in shown.context["form"].fields.items()
        if field.required and not field.disabled
    }
    response = client.post(url, typed(shown, **emptied))
    if not emptied:
        return
    assert response.status_code == 422
    problems = response.context["problems"]
    assert {problem["href"] for problem in problems} >= {f"#id_{name}" for name in emptied}
    for name in emptied:
        assert f'id="id_{name}_error"' in response.content.decode()


@every_page
def test_a_copy_opens_unsaved_with_the_same_values(installed: None, page: Page) -> None:
    client = sign_in()
    add(client, page)
    record = newest(page)
    response = client.get(record_url(page, record, "copy"))
    assert response.status_code == 200
    assert response.context["key"] == ""
    assert not response.context["form"][record.KEY].value()
    assert newest(page) == record


@every_page
def test_a_record_is_deleted_after_asking(installed: None, page: Page) -> None:
    client = sign_in()
    add(client, page)
    record = newest(page)
    url = record_url(page, record, "delete")
    assert f"You are about to delete {page.singular}" in text_of(client.get(url))
    response = client.post(url, follow=True)
    assert f"{page.singular} {record.key} deleted." in text_of(response)
    assert client.get(record_url(page, record)).status_code == 404
    history = client.get(record_url(page, record, "history"))
    assert [entry.change.action for entry in history.context["changes"]] == ["delete", "create"]


def test_what_was_typed_is_kept_beside_an_error(installed: None) -> None:
    client, page = sign_in(), registry.pages()["callrouting/route_partition"]
    response = add(client, page, name="no/slash", description="kept")
    assert response.status_code == 422
    form = response.context["form"]
    assert (form["name"].value(), form["description"].value()) == ("no/slash", "kept")
    assert "“no/slash” must not contain “/”" in text_of(response)
    assert not RoutePartition.objects.exists()


def test_a_name_that_is_taken_is_refused_beside_the_field(installed: None) -> None:
    client, page = sign_in(), registry.pages()["callrouting/route_partition"]
    site.add_partition("PT_9")
    assert "belongs to another Partition already" in text_of(add(client, page))


def test_a_record_can_be_renamed_and_keeps_its_history(installed: None) -> None:
    client, page = sign_in(), registry.pages()["callrouting/route_partition"]
    url = record_url(page, site.add_partition("PT_Old"))
    response = client.post(url, typed(client.get(url), name="PT_New"))
    renamed = RoutePartition.objects.get(name="PT_New")
    assert response.headers["Location"] == record_url(page, renamed)
    history = client.get(record_url(page, renamed, "history"))
    changes = [(each.change.action, each.change.key) for each in history.context["changes"]]
    assert changes == [("update", "PT_New"), ("create", "PT_Old")]


def test_a_standard_record_can_be_copied_but_not_saved(installed: None) -> None:
    client, page = sign_in(), registry.pages()["device/sip_profile"]
    url = reverse(f"{page.key} configure", args=["Standard SIP Profile"])
    shown = client.get(url)
    assert "it can be copied, not changed" in text_of(shown)
    assert not shown.context["may_save"]
    assert shown.context["delete_href"] == ""
    assert shown.context["copy_href"]
    refused = client.post(url, {"name": "Mine"})
    assert refused.status_code == 422
    assert "came with the product and cannot be changed" in text_of(refused)


def test_a_standard_record_that_may_be_edited_keeps_its_name(installed: None) -> None:
    client, page = sign_in(), registry.pages()["system/device_pool"]
    shown = client.get(reverse(f"{page.key} configure", args=["Default"]))
    assert shown.context["may_save"]
    assert shown.context["form"]["name"].field.disabled


def test_a_record_that_is_not_there_is_named(installed: None) -> None:
    url = reverse("callrouting/route_partition configure", args=["PT_None"])
    response = sign_in().get(url)
    assert response.status_code == 404
    assert "There is no Partition “PT_None”." in text_of(response)


def test_the_title_of_a_required_choice_says_that_nothing_is_selected(installed: None) -> None:
    page = text_of(sign_in().get(reverse("system/device_pool add")))
    assert "-- Not Selected --" in page


def test_a_template_stays_with_its_phone_type_on_a_copy(installed: None) -> None:
    client = sign_in()
    url = reverse("device/phone_button_template copy", args=[site.BASIC])
    response = client.post(url, typed(client.get(url), name="Basic again"))
    assert response.status_code == 302
    assert PhoneButtonTemplate.by_key("Basic again").phone_model.name == site.BASIC


@pytest.mark.parametrize("key", ["device/phone", "device/sip_profile"])
def test_a_long_page_begins_with_links_to_its_sections(installed: None, key: str) -> None:
    url = f"{reverse(f'{key} add')}?{urlencode({'type': site.ADVANCED})}"
    content = sign_in().get(url).text
    nav = content.partition('class="jumps"')[2].partition("</nav>")[0]
    anchors = re.findall(r'href="#([^"]+)"', nav)
    assert len(anchors) > 1
    assert all(content.count(f'id="{anchor}"') == 1 for anchor in anchors)


def test_a_short_page_has_no_such_links(installed: None) -> None:
    assert 'class="jumps"' not in sign_in().get(reverse("callrouting/route_partition add")).text


def test_the_page_says_whether_a_record_is_new_or_a_copy_of_which(installed: None) -> None:
    client = sign_in()
    assert "Regions / New" in text_of(client.get(reverse("system/region add")))
    copy = client.get(reverse("system/region copy", args=["Default"]))
    assert "Regions / Copy of Default" in text_of(copy)


def test_a_standard_record_says_what_can_be_done_with_it(installed: None) -> None:
    page = sign_in().get(reverse("system/region configure", args=["Default"]))
    assert "it can be changed and copied, not renamed or deleted" in text_of(page)
