"""What every answer of the API has in common."""

from tests.ccmadmin.pages.api.caller import Caller


def test_answers_stay_out_of_caches(script: Caller) -> None:
    for path in ("", "phones/", "phones/nothing/", "nowhere/"):
        assert script.get(path).headers["Cache-Control"] == "no-store"


def test_a_comment_may_be_latin_1_too(script: Caller) -> None:
    script.put("route-partitions/PT/", {}, X_Comment="für")
    history = script.get("route-partitions/PT/-/history/").json()["results"]
    assert history[0]["comment"] == "für"


def test_options_tells_the_methods(script: Caller) -> None:
    answer = script.call("OPTIONS", "phones/SEP000000000001/")
    assert answer.json()["title"] == "Phones"
    assert answer.json()["schema"].endswith("/api/v1/schema/")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
