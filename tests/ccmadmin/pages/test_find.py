"""Find and List over HTTP: search, order, pages, memory, and a fixed number of queries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import SipProfile
from ccmadmin.pages import registry
from ccmadmin.pages.query import LONGEST_TEXT
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of

PARTITIONS = reverse("callrouting/route_partition")


def keys(response: Any) -> list[str]:
    return [row.key for row in response.context["rows"]]


@pytest.fixture
def client(installed: None) -> Client:
    for index in range(12):
        site.add_partition(f"PT_{index:02}")
    return sign_in()


@pytest.mark.parametrize("key", [key for key, page in registry.pages().items() if page.find_by])
def test_every_list_sorts_by_each_of_its_columns(installed: None, key: str) -> None:
    client, page = sign_in(), registry.pages()[key]
    for column in page.list_columns:
        for sort in (column.sort, f"-{column.sort}"):
            assert client.get(reverse(key), {"sort": sort}).status_code == 200


@pytest.mark.parametrize("key", [key for key, page in registry.pages().items() if page.find_by])
@pytest.mark.parametrize("operator", ["contains", "empty", "notempty"])
def test_every_list_searches_each_of_its_fields(installed: None, key: str, operator: str) -> None:
    client, page = sign_in(), registry.pages()[key]
    for search in page.searches:
        query = {"field": search.path, "operator": operator, "text": "e"}
        assert client.get(reverse(key), query).status_code == 200


def test_the_first_visit_lists_everything(client: Client) -> None:
    assert len(keys(client.get(PARTITIONS))) == 12


def test_a_search_shows_what_matches_and_keeps_its_rows(client: Client) -> None:
    response = client.get(PARTITIONS, {"field": "name", "operator": "ends", "text": "7"})
    assert keys(response) == ["PT_07"]
    assert '<option value="ends" selected>' in response.content.decode()


def test_nothing_found_offers_to_clear_the_filter(client: Client) -> None:
    response = client.get(PARTITIONS, {"field": "name", "operator": "exactly", "text": "x"})
    assert "No records found" in text_of(response)


def test_an_empty_list_offers_to_add(installed: None) -> None:
    response = sign_in().get(PARTITIONS)
    assert "There are no Partitions yet" in text_of(response)
    assert response.context["add_href"]


def test_the_last_search_comes_back_until_it_is_cleared(client: Client) -> None:
    client.get(PARTITIONS, {"field": "name", "operator": "ends", "text": "7"})
    again = client.get(PARTITIONS)
    assert again.status_code == 302
    assert "operator=ends&text=7" in again.headers["Location"]
    assert client.get(PARTITIONS, {"clear": "1"}).headers["Location"] == PARTITIONS
    assert client.get(PARTITIONS).status_code == 200


def test_plus_adds_a_row_and_minus_removes_it(client: Client) -> None:
    search = {"field": "name", "operator": "begins", "text": "PT"}
    more = client.get(PARTITIONS, {**search, "more": "1"}, follow=True)
    assert len(more.context["query"].criteria) == 2
    assert "more=" not in more.request["QUERY_STRING"]
    less = client.get(PARTITIONS + more.context["query"].url() + "&less=1", follow=True)
    assert len(less.context["query"].criteria) == 1


def test_pages_and_their_links(client: Client) -> None:
    response = client.get(PARTITIONS, {"rows": "10", "page": "2"})
    assert keys(response) == ["PT_10", "PT_11"]
    assert "11 - 12 of 12" in text_of(response)
    assert response.context["pager"]["next"] == ""
    assert response.context["pager"]["first"]


def test_a_page_beyond_the_last_shows_the_last(client: Client) -> None:
    assert keys(client.get(PARTITIONS, {"rows": "10", "page": "9"})) == ["PT_10", "PT_11"]


def test_a_heading_sorts_up_and_then_down(client: Client) -> None:
    first = client.get(PARTITIONS, {"sort": "name"}).context["headings"][0]
    assert (first.direction, "sort=-name" in first.href) == ("ascending", True)
    down = client.get(PARTITIONS, {"sort": "-name"})
    assert keys(down)[0] == "PT_11"
    assert down.context["headings"][0].direction == "descending"


def test_hostile_text_is_text(client: Client) -> None:
    query = {"field": "name", "operator": "contains", "text": '"><script>alert(1)</script>'}
    assert b"<script>alert" not in client.get(PARTITIONS, query).content


def test_the_list_of_phones_asks_the_same_whatever_its_length(
    installed: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = sign_in(), reverse("device/phone")
    for index in range(3):
        number = site.add_number(f"100{index}")
        user = site.add_user(f"user{index}")
        site.add_phone(f"SEP00000000000{index}", [number], digest_user=user)
    client.get(url)  # the session notes the visit
    with django_assert_num_queries(QUERIES_OF_PHONE_LIST, using="default"):
        client.get(url)
    for index in range(3, 9):
        number = site.add_number(f"100{index}")
        site.add_phone(f"SEP00000000000{index}", [number], digest_user=site.add_user(f"u{index}"))
    with django_assert_num_queries(QUERIES_OF_PHONE_LIST, using="default"):
        client.get(url)


# Session, user, permissions, count, rows, lines, the states' lines and digest users, cluster,
# revision.
QUERIES_OF_PHONE_LIST = 9


def test_standard_records_cannot_be_ticked_for_deletion(installed: None) -> None:
    client, url = sign_in(), reverse("device/sip_profile")
    only_standard = client.get(url)
    assert not only_standard.context["may_select"]
    assert b"Delete Selected" not in only_standard.content
    profile = site.records.copy_of(SipProfile.by_key("Standard SIP Profile"))
    profile.name = "Mine"
    site.records.save(profile, actor=site.ACTOR)
    listed = client.get(url).content.decode()
    assert 'value="Mine"' in listed
    assert 'name="key" value="Standard SIP Profile"' not in listed


def test_a_search_text_is_cut_to_what_a_url_can_hold(client: Client) -> None:
    query = {"field": "name", "operator": "contains", "text": "x" * 3000}
    response = client.get(PARTITIONS, query)
    assert len(response.context["query"].criteria[0].text) == LONGEST_TEXT
    assert f'maxlength="{LONGEST_TEXT}"' in response.content.decode()
