"""Role: a table of pages, each read, updated or neither."""

from django.urls import reverse

from ccmadmin.models import Role
from ccmadmin.pages import registry
from ccmadmin.usermgmt.role import levels_of, privileges
from tests.ccmadmin.visitor import sign_in, text_of, typed

ADD = reverse("usermgmt/role add")


def levels(name: str) -> dict[str, str]:
    return levels_of(Role.by_key(name))


def test_every_page_and_every_menu_has_a_row() -> None:
    pages = [privilege.page for privilege in privileges({})]
    assert pages[0] == "*"
    assert {key for key in registry.pages() if not key.startswith("help/")} < set(pages)
    assert "device/*" in pages


def test_help_needs_no_row_because_everybody_may_read_it(installed: None) -> None:
    assert not [row.page for row in privileges({}) if row.page.startswith("help/")]
    assert sign_in("nobody", groups=()).get(reverse("help/about")).status_code == 200


def test_what_is_ticked_is_what_the_role_allows(installed: None) -> None:
    client = sign_in()
    ticked = {"page:device/phone": "update", "page:system/*": "read", "page:*": ""}
    client.post(ADD, typed(client.get(ADD), name="Phones", **ticked))
    assert levels("Phones") == {"device/phone": "update", "system/*": "read"}


def test_the_page_shows_what_is_stored(installed: None) -> None:
    client = sign_in()
    client.post(ADD, typed(client.get(ADD), name="Phones", **{"page:device/phone": "read"}))
    shown = client.get(reverse("usermgmt/role configure", args=["Phones"]))
    stored = {row.page: row.level for row in shown.context["privileges"] if row.level}
    assert stored == {"device/phone": "read"}


def test_a_copy_allows_the_same(installed: None) -> None:
    client = sign_in()
    url = reverse("usermgmt/role copy", args=["Standard CCM Read Only"])
    shown = client.get(url).context["privileges"]
    assert {row.page: row.level for row in shown if row.level} == {"*": "read"}


def test_a_page_that_does_not_exist_is_not_stored(installed: None) -> None:
    client = sign_in()
    client.post(ADD, typed(client.get(ADD), name="Odd", **{"page:no/page": "read"}))
    assert levels("Odd") == {}


def test_an_error_keeps_what_was_ticked(installed: None) -> None:
    client = sign_in()
    refused = client.post(ADD, typed(client.get(ADD), **{"page:device/phone": "update"}))
    assert refused.status_code == 422
    shown = {row.page: row.level for row in refused.context["privileges"] if row.level}
    assert shown == {"device/phone": "update"}


def test_what_comes_from_a_row_above_is_marked_apart(installed: None) -> None:
    rows = {
        row.page: (row.level, row.follows)
        for row in privileges({"*": "read", "device/*": "update"})
    }
    assert rows["*"] == ("read", "")
    assert rows["system/*"] == rows["system/region"] == ("", "read")
    assert rows["device/*"] == ("update", "")
    assert rows["device/phone"] == ("", "update")


def test_a_standard_role_shows_what_it_allows_on_each_page(installed: None) -> None:
    url = reverse("usermgmt/role configure", args=["Standard CCM Read Only"])
    assert "Regions (✓) Yes, through a row above" in text_of(sign_in().get(url))
