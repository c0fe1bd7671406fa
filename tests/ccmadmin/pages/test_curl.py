"""Copy as curl: the calls are what the page is, and REST understands each of them."""

import html
import json
import re
import shlex
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from ccmadmin.device.phone import PAGE as PHONES
from ccmadmin.models import ApplicationUser, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.curl import parameters_of
from ccmadmin.pages.query import OPERATORS, Query
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in


def commands(response: Any) -> list[list[str]]:
    found = re.findall(r"<pre[^>]*><code>(.*?)</code>", response.content.decode(), re.DOTALL)
    return [shlex.split(html.unescape(command)) for command in found]


def call(client: Client, words: list[str]) -> Any:
    """Send what a command line says, as the user of the pages."""
    assert words[0] == "curl"
    assert "Authorization: Bearer $CCMADMIN_TOKEN" in words
    url = words[-1].removeprefix("http://testserver")
    if "-X" not in words:
        return client.get(url)
    method, body = words[words.index("-X") + 1], words[words.index("-d") + 1]
    return client.generic(method, url, body, content_type="application/json")


@pytest.fixture
def client(installed: None) -> Client:
    site.add_phone("SEP000000000001", [site.add_number("1001")], description="Anna's desk")
    site.add_phone("SEP000000000002", [site.add_number("1002")], description="Hall $HOME")
    return sign_in()


@pytest.mark.parametrize(
    "query",
    [
        {"field": "name", "operator": "ends", "text": "1"},
        {"field": "description", "operator": "exactly", "text": "anna's DESK"},
        {"field": "lines__directory_number__number", "operator": "begins", "text": "1001"},
        {"field": "digest_user__userid", "operator": "empty", "text": ""},
        {"sort": "-device_pool__name"},
        {"rows": "10", "page": "1"},
    ],
)
def test_the_call_of_a_list_finds_what_the_list_shows(
    client: Client, query: dict[str, str]
) -> None:
    page = client.get(reverse("device/phone"), query)
    as_json, as_csv = commands(page)
    answer = call(client, as_json)
    names = [document["name"] for document in answer.json()["results"]]
    assert names == [row.key for row in page.context["rows"]]
    assert call(client, as_csv).headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("key", [key for key, page in registry.pages().items() if page.find_by])
@pytest.mark.parametrize("operator", OPERATORS)
def test_rest_understands_every_search_of_every_list(
    installed: None, key: str, operator: str
) -> None:
    page, client = registry.pages()[key], sign_in()
    if not page.api:
        return
    for search in page.searches:
        query = {"field": search.path, "operator": operator, "text": "x"}
        for words in commands(client.get(reverse(key), query)):
            assert call(client, words).status_code == 200, words


def test_a_record_is_read_and_changed_by_its_calls(client: Client) -> None:
    page = client.get(reverse("device/phone configure", args=["SEP000000000002"]))
    read, change = commands(page)
    assert call(client, read).json()["description"] == "Hall $HOME"
    words = [word.replace("Hall $HOME", "It's changed") for word in change]
    assert call(client, words).status_code == 200
    assert Phone.by_key("SEP000000000002").description == "It's changed"


def test_a_quote_in_a_value_does_not_end_the_quotes_of_the_shell(client: Client) -> None:
    page = client.get(reverse("device/phone configure", args=["SEP000000000001"]))
    _read, change = commands(page)
    assert json.loads(change[change.index("-d") + 1]) == {"description": "Anna's desk"}


def test_a_change_never_shows_a_secret(client: Client) -> None:
    page = client.get(reverse("usermgmt/application_user configure", args=["tester"]))
    assert "password" not in str(commands(page))
    assert ApplicationUser.by_key("tester").password not in page.content.decode()


def test_a_record_that_is_not_added_yet_has_no_call_of_its_own(client: Client) -> None:
    add = reverse("callrouting/route_partition add")
    refused = client.post(add, {"name": "PT_A", "description": "x" * 51})
    assert refused.status_code == 422
    assert [words[-1] for words in commands(refused)] == [
        "http://testserver/api/v1/route-partitions/"
    ]


def test_who_only_reads_is_shown_no_change(client: Client) -> None:
    reader = sign_in("reader", groups=(READ_ONLY,))
    page = reader.get(reverse("device/phone configure", args=["SEP000000000001"]))
    assert len(commands(page)) == 1


def test_a_page_without_rest_has_no_calls(client: Client) -> None:
    assert commands(client.get(reverse("home"))) == []


def test_two_rows_that_rest_cannot_take_at_once_have_no_call() -> None:
    row = "field=name&operator=contains&text="
    query = Query.read(PHONES, QueryDict(f"{row}1&{row}2"))
    assert parameters_of(PHONES, query) is None


def test_later_pages_are_offsets() -> None:
    query = Query.read(PHONES, QueryDict("rows=20&page=3"))
    assert parameters_of(PHONES, query) == {"limit": "20", "offset": "40"}
