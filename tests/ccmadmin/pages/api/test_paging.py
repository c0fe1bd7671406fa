"""A collection comes in parts that never overlap."""

from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.site import add_partition


def test_the_parts_lead_through_the_whole_collection(script: Caller) -> None:
    names = [f"PT_{index}" for index in range(5)]
    for name in names:
        add_partition(name)
    found: list[str] = []
    path: str | None = "route-partitions/?limit=2&name__startswith=PT&ordering=name"
    while path:
        part = script.get(path).json()
        assert part["count"] == 5
        found += [record["name"] for record in part["results"]]
        path = part["next"] and part["next"].partition("/api/v1/")[2]
    assert found == names


def test_a_part_knows_the_one_before(script: Caller) -> None:
    for index in range(5):
        add_partition(f"PT_{index}")
    part = script.get("route-partitions/?limit=2&offset=3").json()
    assert "offset=1" in part["previous"]
    assert part["next"] is None
    assert script.get("route-partitions/?limit=2").json()["previous"] is None


def test_beyond_the_end_there_is_nothing(script: Caller) -> None:
    part = script.get("route-partitions/?offset=1000").json()
    assert part["results"] == []
    assert part["next"] is None
