"""Saved searches and columns over REST: the same that the user's pages show."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.services import preferences
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, problems, token_of
from tests.ccmadmin.pages.test_guard import group_for

SEARCHES, COLUMNS = "lists/phones/searches/", "lists/phones/columns/"
HALL = "field=description&operator=begins&text=Hall"


def shown(script: Caller) -> list[str]:
    return [each["name"] for each in script.get(COLUMNS).json()["columns"] if each["is_shown"]]


def test_a_saved_search_is_on_the_page_of_its_user(script: Caller) -> None:
    saved = script.post(SEARCHES, {"name": " In the  hall ", "query": f"?{HALL}"})
    assert saved.status_code == 201
    expected = {"name": "In the hall", "query": HALL, "href": f"/device/phone/?{HALL}"}
    assert saved.json() == expected
    assert script.get(SEARCHES).json() == {"results": [expected]}
    (kept,) = preferences.searches_of("admin", "device/phone")
    assert kept.query == f"?{HALL}"


def test_a_saved_search_of_the_page_is_there_over_rest(script: Caller) -> None:
    client = Client()
    client.force_login(site.administrator("other"))
    form = {"name": "Hall", "query": f"?{HALL}"}
    client.post(reverse("device/phone searches"), form)
    other = Caller(token_of(site.ApplicationUser.by_key("other")))
    assert [each["name"] for each in other.get(SEARCHES).json()["results"]] == ["Hall"]
    assert script.get(SEARCHES).json() == {"results": []}


def test_a_saved_search_is_deleted_by_its_name(script: Caller) -> None:
    script.post(SEARCHES, {"name": "In the hall", "query": HALL})
    wrong = script.delete(f"{SEARCHES}In%20a%20hall/")
    assert wrong.status_code == 404
    assert "Did you mean In the hall?" in wrong.json()["errors"][0]["message"]
    assert script.delete(f"{SEARCHES}In%20the%20hall/").status_code == 204
    assert script.get(SEARCHES).json() == {"results": []}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": "", "query": HALL}, "name"),
        ({"name": "x" * 51, "query": HALL}, "name"),
        ({"query": HALL}, "name"),
        ({"name": "A", "query": "field=colour&operator=begins&text=red"}, "query"),
        ({"name": "A", "query": "field=name&operator=like&text=red"}, "query"),
        ({"name": "A", "query": "sort=colour"}, "query"),
        ({"name": "A", "query": HALL, "page": "x"}, "page"),
    ],
)
def test_a_search_that_the_list_does_not_know_is_refused(
    script: Caller, body: dict[str, Any], path: str
) -> None:
    refused = script.post(SEARCHES, body)
    assert refused.status_code == 400
    assert path in problems(refused)
    assert script.get(SEARCHES).json() == {"results": []}


def test_columns_are_chosen_by_name_and_given_back(script: Caller) -> None:
    standard = shown(script)
    chosen = script.put(COLUMNS, {"columns": ["description"]})
    assert chosen.status_code == 200
    assert shown(script) == [standard[0], "description"]
    assert script.put(COLUMNS, {"columns": []}).status_code == 200
    assert shown(script) == standard


def test_a_column_that_is_not_on_offer_is_refused(script: Caller) -> None:
    refused = script.put(COLUMNS, {"columns": ["description", "descriptoin"]})
    assert refused.status_code == 400
    assert problems(refused)["columns.1"].endswith("Did you mean description?")
    assert script.put(COLUMNS, {}).status_code == 400


def test_a_list_that_is_none_is_named_with_those_that_look_like_it(script: Caller) -> None:
    missing = script.get("lists/phone/columns/")
    assert missing.status_code == 404
    assert "Did you mean phones" in missing.json()["errors"][0]["message"]


def test_who_may_read_a_list_may_keep_searches_of_it_and_of_no_other(installed: None) -> None:
    group = group_for("device/phone", may_update=False)
    reader = site.administrator("reader", [group])
    caller = Caller(token_of(reader))
    assert caller.post(SEARCHES, {"name": "A", "query": HALL}).status_code == 201
    assert caller.get("lists/regions/searches/").status_code == 403
    assert Caller().get(SEARCHES).status_code == 401
    by_reading = Caller(token_of(reader, scope="read"))
    assert by_reading.get(SEARCHES).status_code == 200
    assert by_reading.post(SEARCHES, {"name": "B", "query": HALL}).status_code == 403
