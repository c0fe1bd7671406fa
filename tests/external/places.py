"""Every place of the product that a person can open, found in its URLs: nothing is left out.

A place is a page's screen, with the record that comes first in its list. What answers to no GET,
or with a fragment, is no place.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.urls import URLPattern, get_resolver
from playwright.sync_api import BrowserContext, Page

from ccmadmin.pages import registry
from tests.phones.product import Product

REVISION = "revision"
PREFERRED = {"device/phone": "SEP000000001001", "usermgmt/end_user": "swhite"}
"""Records that show more than the first of their list does."""
EXTRA = {
    "search found": "/search/?q=White",
    "help/this_page of phones": "/help/this_page/?page=device/phone",
    "callrouting/directory_number on a line": (
        "/callrouting/directory_number/1001@PT_Internal/?phone=SEP000000001001&line=1"
    ),
    "device/phone add Advanced": "/device/phone/-/add/?type=Third-party+SIP+Device+%28Advanced%29",
    "device/checklist add Advanced": (
        "/device/checklist/-/add/?type=Third-party+SIP+Device+%28Advanced%29"
    ),
    "device/phone refused": "/device/phone/SEP000000001003/",
    "no such page": "/nowhere/",
    "no page to open": "/usermgmt/end_user/-/delete-selected/",
}
ERRORS = {"no such page": 404, "no page to open": 405}
"""Places that answer with an error page; test_error_pages has those that no address brings up."""


@dataclass(frozen=True)
class Place:
    """A page by a speaking name ("device/phone copy"), and where it stands."""

    name: str
    path: str

    @property
    def file_name(self) -> str:
        """Return the name of its screenshot."""
        return self.name.replace("/", "-").replace(" ", "-")


def places(site: Product, page: Page) -> list[Place]:
    """List the places that answer with a page; `page` is a browser page of the signed-in user."""
    keys = {key: first_key(site, page, key) for key in registry.pages()}
    keys[REVISION] = newest_revision(site)
    found = [*named_places(keys), *(Place(name, path) for name, path in EXTRA.items())]
    return [place for place in found if is_page(page.context, place, site.url + place.path)]


def first_key(site: Product, page: Page, key: str) -> str:
    """Return the natural key of the first record in the list of a page, "" for an empty list."""
    if key in PREFERRED:
        return PREFERRED[key]
    base = f"/{key}/"
    page.goto(site.url + base)
    hrefs = page.locator("main td a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    records = (href for href in hrefs if href.startswith(base) and "/-/" not in href)
    return unquote(next(records, base).removeprefix(base).partition("?")[0].rstrip("/"))


def newest_revision(site: Product) -> str:
    """Return the change that can be undone for certain: nothing has changed since."""
    newest = site.rest("GET", "change-log/?ordering=-sequence&limit=1")[1]["results"][0]
    return str(newest["sequence"])


def named_places(keys: Mapping[str, str]) -> Iterator[Place]:
    """Turn every URL of the pages into a place; the REST interface has its own viewer."""
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern) or not pattern.name:
            continue
        route = str(pattern.pattern)
        wanted = list(pattern.pattern.converters)
        page_key = "/".join(route.split("/")[:2])
        if not wanted:
            yield Place(pattern.name, f"/{route}")
        elif wanted == ["key"]:
            if keys.get(page_key):
                yield Place(pattern.name, "/" + route.replace("<path:key>", quote(keys[page_key])))
        else:
            values = route.replace("<int:revision>", keys[REVISION])
            yield Place(pattern.name, "/" + re.sub("<.*?>", "1", values))
    yield Place("api docs", "/api/v1/docs/")


def is_page(context: BrowserContext, place: Place, url: str) -> bool:
    """Whether the URL answers with a whole page, and one of its own.

    What is sent to (405), answers a script (400), leads elsewhere or is a fragment is none.
    """
    answer = context.request.get(url)
    expected = ERRORS.get(place.name, 200)
    if (
        answer.status in {400, 405} - {expected}
        or answer.url != url
        or "html" not in answer.headers["content-type"]
    ):
        return False
    assert answer.status == expected, f"{url}: {answer.status}; name what to show for it"
    return "<!doctype html>" in answer.text().lower()
