"""`GET /api/v1/search/`: what the box of the pages finds."""

import pytest

from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, codes, token_of


def test_what_is_found_comes_by_collection_with_addresses(script: Caller) -> None:
    site.add_phone("SEP000000001002", [site.add_number("1002")], description="Hall")
    answer = script.get("search/?q=1002").json()
    assert answer["q"] == "1002"
    phones, numbers = answer["groups"]
    assert (phones["collection"], numbers["collection"]) == ("phones", "directory-numbers")
    (hit,) = numbers["results"]
    assert hit["note"] == "SEP000000001002"
    assert script.get(hit["url"].partition("/api/v1/")[2]).json()["number"] == "1002"


def test_a_limit_says_that_there_is_more(script: Caller) -> None:
    for index in range(3):
        site.add_partition(f"PT_{index}")
    (group,) = script.get("search/?q=PT_&limit=2").json()["groups"]
    assert (len(group["results"]), group["has_more"]) == (2, True)


def test_only_what_the_user_may_read_is_found(installed: None) -> None:
    site.add_partition("PT_Secret")
    caller = Caller(token_of(site.administrator("nobody", groups=()), scope="read"))
    assert caller.get("search/?q=PT_Secret").json()["groups"] == []
    assert Caller().get("search/?q=PT_Secret").status_code == 401


@pytest.mark.parametrize(
    ("query", "name"),
    [("", "q"), ("q=+", "q"), (f"q={'x' * 101}", "q"), ("q=a&limit=0", "limit"),
     ("q=a&limit=101", "limit"), ("q=a&limit=x", "limit"), ("q=a&page=2", "page"),
     ("q=a%00", "q")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(script: Caller, query: str, name: str) -> None:
    refused = script.get(f"search/?{query}")
    assert refused.status_code == 400
    assert name in codes(refused)
