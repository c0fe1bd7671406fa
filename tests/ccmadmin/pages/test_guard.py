"""Who gets in, and what a page shows to whom; every URL and role: test_matrix."""

from typing import Any

from django.test import Client
from django.urls import reverse

from ccmadmin.models import Role, UserGroup
from ccmadmin.pages import registry
from ccmadmin.pages.guard import KEEP_EVERY_S
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in


def group_for(key: str, *, may_update: bool) -> str:
    """Make a group whose only role reads, or updates, one page."""
    role = Role(name="One page")
    rows = [{"page": key, "may_read": True, "may_update": may_update}]
    records.save(role, actor=site.ACTOR, lists={"permissions": rows})
    group = UserGroup(name="One page")
    records.save(group, actor=site.ACTOR, lists={"roles": [role]})
    return group.name


def test_a_role_for_one_page_opens_no_other(installed: None) -> None:
    client = sign_in(groups=[group_for("system/region", may_update=False)])
    for page in registry.pages().values():
        expected = 200 if page.key == "system/region" or page.menu == "help" else 403
        assert client.get(reverse(page.key)).status_code == expected, page.key


def test_the_menu_shows_only_what_opens(installed: None) -> None:
    client = sign_in(groups=[group_for("system/region", may_update=False)])
    menus = client.get(reverse("home")).context["frame"].menus
    entries = [item.title for shown in menus for group in shown.groups for item in group.entries]
    assert entries == ["Region", "For This Page", "About"]


def test_buttons_that_change_something_are_not_shown_to_readers(installed: None) -> None:
    site.add_partition("PT_A")
    client = sign_in(groups=[READ_ONLY])
    listed = client.get(reverse("callrouting/route_partition"))
    assert listed.context["add_href"] == listed.context["delete_href"] == ""
    shown = client.get(reverse("callrouting/route_partition configure", args=["PT_A"]))
    assert not shown.context["may_save"]
    assert all(field.field.disabled for field in shown.context["form"].visible_fields())
    assert b">Save<" not in shown.content


def test_signing_in_leads_to_the_page_that_was_asked_for(installed: None) -> None:
    response: Any = Client().get("/device/phone/?field=name&operator=begins&text=SEP")
    assert response.headers["Location"].startswith("/sign-in/?next=/device/phone/%3Ffield")


def test_a_poll_of_a_signed_out_page_is_told_so_instead_of_redirected(installed: None) -> None:
    answer = Client().get(reverse("live"), headers={"X-Requested-With": "live.js"})
    assert answer.status_code == 401


def test_only_what_a_person_does_keeps_the_session_alive(installed: None) -> None:
    client = sign_in()
    session = client.session
    session["seen"] = 1
    session.save()
    client.get(reverse("live"), headers={"X-Requested-With": "live.js"})
    assert client.session["seen"] == 1
    client.get(reverse("home"))
    assert client.session["seen"] > KEEP_EVERY_S


def test_what_was_shown_to_one_user_is_kept_by_no_cache(installed: None) -> None:
    shown = sign_in().get(reverse("home"))
    assert shown.headers["Cache-Control"] == "private, no-cache"
