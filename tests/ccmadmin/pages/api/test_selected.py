"""Delete Selected over REST: by keys, or all that the filters find."""

import pytest

from ccmadmin.models import ChangeLog, RoutePartition
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, codes, problems, token_of

ADDRESS = "route-partitions/-/delete-selected/"


@pytest.fixture
def partitions(installed: None) -> None:
    for index in range(4):
        site.add_partition(f"PT_{index}")
    site.add_partition("Other")


def names() -> set[str]:
    return set(RoutePartition.objects.values_list("name", flat=True))


@pytest.mark.usefixtures("partitions")
def test_all_that_is_found_goes_in_one_request_and_comes_back_in_one(script: Caller) -> None:
    done = script.post(f"{ADDRESS}?name__startswith=PT_", {"all": 4}, X_Comment="moved")
    assert done.status_code == 200
    answer = done.json()
    newest = ChangeLog.objects.latest("sequence")
    assert answer == {"deleted": 4, "revision": newest.sequence, "stayed": []}
    assert names() == {"Other"}
    assert newest.comment == "moved"
    undo = f"change-log/{answer['revision']}/-/undo/?whole_request=true"
    assert len(script.post(undo, None).json()["changes"]) == 4
    assert len(names()) == 5


@pytest.mark.usefixtures("partitions")
def test_what_others_need_or_what_is_gone_is_told(script: Caller) -> None:
    site.add_search_space("CSS_A", ["PT_1"])
    done = script.post(ADDRESS, {"keys": ["PT_1", "PT_2", "PT_9"]}).json()
    assert done["deleted"] == 1
    stayed = {each["key"]: each["messages"][0] for each in done["stayed"]}
    assert "CSS_A" in stayed["PT_1"]
    assert stayed["PT_9"] == "It is gone already."
    nothing = script.post(ADDRESS, {"keys": ["PT_9"]}).json()
    assert (nothing["deleted"], nothing["revision"]) == (0, None)


@pytest.mark.usefixtures("partitions")
def test_nothing_goes_when_more_are_found_than_expected(script: Caller) -> None:
    refused = script.post(f"{ADDRESS}?name__startswith=PT_", {"all": 3})
    assert (refused.status_code, codes(refused)) == (409, {"all": "count-changed"})
    assert "4 records now, not 3" in refused.json()["errors"][0]["message"]
    assert len(names()) == 5


@pytest.mark.usefixtures("partitions")
@pytest.mark.parametrize(
    ("query", "body", "path"),
    [
        ("", {}, ""),
        ("", {"keys": ["PT_1"], "all": 1}, ""),
        ("", {"all": 0}, "all"),
        ("", {"all": "many"}, "all"),
        ("", {"names": ["PT_1"]}, "names"),
        ("", {"keys": "PT_1"}, "keys"),
        ("", {"keys": ["x"] * 1001}, "keys"),
        ("?limit=1", {"all": 5}, "limit"),
        ("?nam=PT_1", {"all": 1}, "nam"),
        ("?name=PT_1", {"keys": ["PT_2"]}, "name"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    script: Caller, query: str, body: object, path: str
) -> None:
    refused = script.post(ADDRESS + query, body)
    assert refused.status_code == 400
    assert path in problems(refused)
    assert len(names()) == 5


@pytest.mark.usefixtures("partitions")
def test_who_only_reads_deletes_nothing() -> None:
    reader = Caller(token_of(site.administrator("reader"), scope="read"))
    assert reader.post(ADDRESS, {"all": 5}).status_code == 403
    assert len(names()) == 5


def test_a_list_from_which_nothing_is_deleted_has_no_such_address(script: Caller) -> None:
    assert script.post("change-log/-/delete-selected/", {"all": 1}).status_code in (404, 405)
