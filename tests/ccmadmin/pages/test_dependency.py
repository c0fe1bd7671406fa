"""Dependency Records: grouped by type, linked where this user may go."""

import pytest
from django.apps import apps
from django.urls import reverse

from ccmadmin.models import Record, Row
from ccmadmin.pages import registry
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import token_of
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of

URL = reverse("callrouting/route_partition dependents", args=["PT_A"])
NUMBER = reverse("callrouting/directory_number configure", args=["1002@PT_A"])


def test_dependents_are_grouped_by_type_with_links(installed: None) -> None:
    partition = site.add_partition("PT_A")
    site.add_number("1002", partition)
    site.add_search_space("CSS_A", [partition])
    response = sign_in().get(URL)
    groups = [(group.title, group.count) for group in response.context["dependents"]]
    assert groups == [("Calling Search Spaces", "1"), ("Directory Numbers", "1")]
    assert NUMBER in response.content.decode()


def test_a_page_that_may_not_be_read_is_named_without_a_link(installed: None) -> None:
    site.add_number("1002", site.add_partition("PT_A"))
    group = group_for("callrouting/route_partition", may_update=False)
    response = sign_in(groups=[group]).get(URL)
    assert "Directory Numbers 1 1002 in PT_A (Route Partition)" in text_of(response)
    assert NUMBER not in response.content.decode()


def test_a_record_that_nothing_needs_says_so(installed: None) -> None:
    site.add_partition("PT_A")
    assert "Nothing depends on this record" in text_of(sign_in().get(URL))


def test_a_standard_record_that_nothing_needs_stays_all_the_same(installed: None) -> None:
    url = reverse("device/phone_button_template dependents", args=["Standard 7905 SIP"])
    text = text_of(sign_in().get(url))
    assert "it can be copied, not deleted" in text
    assert "without an effect" not in text


def test_a_number_is_named_in_words_not_by_its_key(installed: None) -> None:
    site.add_number("1002", site.add_partition("PT_A"))
    client = sign_in()
    for screen in ("dependents", "delete", "history"):
        url = reverse(f"callrouting/directory_number {screen}", args=["1002@PT_A"])
        assert "Directory Numbers / 1002 in PT_A" in text_of(client.get(url)), screen


def test_what_goes_on_without_the_record_is_not_said_to_keep_it(installed: None) -> None:
    phone, user = site.add_phone("SEP000000001001"), site.add_user("swhite")
    site.records.save(user, actor=site.ACTOR, lists={"controlled_devices": [phone]})
    shown = sign_in().get(reverse("device/phone dependents", args=[phone.name]))
    assert shown.context["dependents"] == []
    assert "cannot be deleted" not in text_of(shown)
    assert "will go on without it when it is deleted. End Users 1" in text_of(shown)


def test_a_record_that_names_another_twice_is_one_record(installed: None) -> None:
    user = site.add_user("swhite")
    site.add_phone("SEP000000001001", digest_user=user, owner_user=user)
    shown = sign_in().get(reverse("usermgmt/end_user dependents", args=["swhite"]))
    (group,) = shown.context["dependents"]
    assert group.count == "1"
    assert "SEP000000001001 (Digest User, Owner User ID)" in text_of(shown)


RECORDS = [m for m in apps.get_app_config("ccmadmin").get_models() if issubclass(m, Record)]


@pytest.mark.parametrize("model", RECORDS, ids=[model.__name__ for model in RECORDS])
def test_whatever_may_name_a_record_has_a_page_to_link_to(model: type[Record]) -> None:
    assert registry.page_about(model) is not None
    for relation in model._meta.related_objects:
        other = relation.related_model
        if issubclass(other, Row):
            other = other._meta.get_field(other.PARENT).related_model
        if issubclass(other, Record):
            assert registry.page_about(other) is not None, (model, other)


def test_a_token_is_shown_on_the_page_of_all_tokens(installed: None) -> None:
    user = site.administrator("script")
    token_of(user)
    shown = sign_in().get(reverse("usermgmt/application_user dependents", args=["script"]))
    (group,) = shown.context["owned"]
    assert "deleted together with Application User script" in text_of(shown)
    assert group.title == "API Tokens"
    assert [entry.href for entry in group.entries] == [reverse("usermgmt/api_token")]
