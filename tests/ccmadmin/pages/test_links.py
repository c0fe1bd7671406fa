"""URLs of screens and records, whatever a record is called."""

from urllib.parse import unquote

import pytest
from django.test import RequestFactory
from django.urls import resolve

from ccmadmin.models import EndUser, Phone, RoutePartition
from ccmadmin.pages import registry
from ccmadmin.pages.links import (
    find_href,
    href_of,
    local_href,
    model_href,
    record_href,
    screen_href,
)

USERS = registry.pages()["usermgmt/end_user"]


@pytest.mark.parametrize("key", ["swhite", "a/b", "add", "-", "100%", "a b", "x#y?z", "ü@x"])
@pytest.mark.parametrize("screen", ["configure", "history", "delete"])
def test_any_key_makes_a_url_that_leads_back_to_it(key: str, screen: str) -> None:
    match = resolve(unquote(screen_href(USERS, screen, key)))
    assert (match.url_name, match.kwargs) == (f"usermgmt/end_user {screen}", {"key": key})


def test_a_record_is_linked_by_its_natural_key() -> None:
    assert href_of(EndUser(userid="swhite")) == "/usermgmt/end_user/swhite/"
    assert model_href(Phone, "SEP000000001001") == "/device/phone/SEP000000001001/"
    assert record_href(USERS, "swhite") == href_of(EndUser(userid="swhite"))
    assert href_of(RoutePartition(name="PT_A")) == "/callrouting/route_partition/PT_A/"


def test_the_key_of_a_page_is_its_url() -> None:
    assert [find_href(page) for page in registry.pages().values()] == [
        f"/{key}/" for key in registry.pages()
    ]


@pytest.mark.parametrize("href", ["https://example.test/", "//example.test/", "?page=2", "x", ""])
def test_only_whole_paths_of_this_site_are_followed(href: str) -> None:
    request = RequestFactory().get("/")
    assert local_href(request, href, "/device/phone/") == "/device/phone/"
    assert local_href(request, "/a/?b=c", "/") == "/a/?b=c"
