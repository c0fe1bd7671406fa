"""Every control that a person fills in is explained, on the page and to a screen reader.

The text is the model's help text; REST has the same in its schema (test_schema).
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.models import Record
from ccmadmin.pages import registry
from ccmadmin.pages.api.examples import EXAMPLES
from ccmadmin.pages.api.root import schema
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from tests.ccmadmin import authenticator, site
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.visitor import sign_in

EDITED = [
    page
    for page in registry.pages().values()
    if page.model is not None and issubclass(page.model, Record) and not page.is_read_only
]
OWN = ["password", "second-factor"]
CONTROLS = ("input", "select", "textarea")
SEEN = ("hidden", "submit", "radio")  # radios stand in a table whose headings explain them


@dataclass
class Controls(HTMLParser):
    """Collects the controls of forms that are sent by POST, and the text of every id."""

    described: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    open_ids: list[tuple[str, str]] = field(default_factory=list)
    is_in_form: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_in_form = found.get("method") == "post" and found.get("id") != "selection"
        is_asked = tag in CONTROLS and found.get("type") not in SEEN
        if is_asked and self.is_in_form and "aria-label" not in found:
            self.described[found.get("name", "?")] = found.get("aria-describedby", "")
        if "id" in found and tag in ("span", "dd", "p"):
            self.open_ids.append((tag, found["id"]))
            self.texts[found["id"]] = ""

    def handle_data(self, data: str) -> None:
        if self.open_ids:
            self.texts[self.open_ids[-1][1]] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if self.open_ids and self.open_ids[-1][0] == tag:
            self.open_ids.pop()

    def unexplained(self) -> list[str]:
        return [
            name
            for name, ids in self.described.items()
            if not any(self.texts.get(each) for each in ids.split())
        ]


def controls_of(client: Client, url: str) -> Controls:
    response = client.get(url)
    assert response.status_code == 200, url
    parser = Controls()
    parser.feed(response.content.decode())
    return parser


@pytest.fixture
def furnished(script: Caller) -> Client:
    """A browser at an installation with one record of each kind, as in the examples."""
    for collection, record in EXAMPLES.items():
        made = script.post(f"{collection}/", record)
        assert made.status_code == 201, made.content
    return sign_in()


def test_every_control_of_every_configuration_page_is_explained(furnished: Client) -> None:
    missing: dict[str, list[str]] = {}
    for page in EDITED:
        controls = controls_of(furnished, url_of(page))
        assert controls.described, page.key
        if controls.unexplained():
            missing[page.key] = controls.unexplained()
    assert missing == {}


def url_of(page: Page) -> str:
    """Return the page of the record that was added last, or of all parameters together."""
    if not page.can_add:
        return find_href(page)
    newest = page.record_model.objects.order_by("-pk").first()
    return record_href(page, newest.key)


@pytest.mark.parametrize("name", OWN)
def test_every_control_of_the_own_account_is_explained(installed: None, name: str) -> None:
    controls = controls_of(sign_in(), reverse(name))
    assert controls.described
    assert controls.unexplained() == []


def test_the_token_page_explains_its_controls(installed: None) -> None:
    assert controls_of(sign_in(), reverse("usermgmt/api_token")).unexplained() == []


def test_the_code_of_the_second_step_is_explained(installed: None) -> None:
    authenticator.set_up(site.administrator())
    client = Client()
    client.post(reverse("sign-in"), {"username": "admin", "password": site.PASSWORD})
    assert controls_of(client, reverse("sign-in-code")).unexplained() == []


@pytest.mark.parametrize("page", EDITED, ids=lambda page: page.key)
def test_the_schema_has_the_same_text(page: Page) -> None:
    described = schema()["components"]["schemas"][f"{page.record_model.__name__}Request"]
    for name in page.fields:
        if name in described["properties"]:
            assert page.help_of(name) in described["properties"][name]["description"], name
