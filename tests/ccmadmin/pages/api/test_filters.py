"""Filters, order and free text of the collections."""

import pytest

from ccmadmin.pages import registry
from ccmadmin.pages.api.filters import filters_of
from tests.ccmadmin.pages.api.caller import Caller, problems
from tests.ccmadmin.site import ADVANCED, add_number, add_partition, add_phone, add_user

PAGES = [page for page in registry.pages().values() if page.api and page.model is not None]


@pytest.fixture
def site(script: Caller) -> Caller:
    internal = add_partition("PT_Internal")
    add_user("swhite", first_name="Sam", department="Sales")
    add_user("bjones", first_name="Bea")
    add_number("1001", internal, description="Reception_1")
    add_number("1002", internal)
    add_number("1002", None)
    add_phone("SEP000000000001", ["1001@PT_Internal"], description="Hall")
    add_phone(
        "SEP000000000002",
        ["1001@PT_Internal", "1002"],
        model=ADVANCED,
        description="Desk",
        is_active=False,
    )
    return script


def keys(script: Caller, path: str, name: str = "name") -> list[str]:
    response = script.get(path)
    assert response.status_code == 200, response.content
    return [record[name] for record in response.json()["results"]]


ONE, TWO = "SEP000000000001", "SEP000000000002"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [ONE, TWO]),
        ("name=SEP000000000001", [ONE]),
        ("name__endswith=02", [TWO]),
        ("description__startswith=hal", [ONE]),
        ("description__contains=s", [TWO]),
        ("is_active=false", [TWO]),
        ("phone_model=Third-party SIP Device (Basic)", [ONE]),
        ("phone_model__contains=advanced", [TWO]),
        ("digest_user__isempty=true", [ONE, TWO]),
        ("digest_user__isempty=false", []),
        ("lines__directory_number__number=1001", [ONE, TWO]),
        ("lines__directory_number__number__startswith=1002", [TWO]),
        ("is_active=true&description__contains=s", []),
        ("packet_capture_duration=0&packet_capture_duration__lte=5", [ONE, TWO]),
        ("packet_capture_duration__gte=1", []),
        ("q=desk", [TWO]),
        ("q=1001", [ONE, TWO]),
        ("q=1001 hall", [ONE]),
        ("q=default nothing", []),
        ("ordering=-name", [TWO, ONE]),
        ("ordering=is_active,name", [TWO, ONE]),
        ("ordering=phone_model", [TWO, ONE]),
    ],
)
def test_phones_are_found(site: Caller, query: str, found: list[str]) -> None:
    assert keys(site, f"phones/?{query}") == found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("route_partition=PT_Internal", 2),
        ("route_partition__isempty=true", 1),
        ("number=1002", 2),
        ("description__contains=n_", 1),
        ("description__contains=e_c", 0),
        ("calling_search_space__isempty=true", 3),
    ],
)
def test_numbers_are_found(site: Caller, query: str, count: int) -> None:
    assert len(keys(site, f"directory-numbers/?{query}", "number")) == count


@pytest.mark.parametrize(
    ("query", "parameter", "text"),
    [
        ("nam=x", "nam", "Did you mean name"),
        ("name__like=x", "name__like", "name__contains"),
        ("is_active=yes", "is_active", "neither true nor false"),
        ("is_active__contains=t", "is_active__contains", "Use is_active"),
        ("packet_capture_duration=soon", "packet_capture_duration", "not a whole number"),
        ("packet_capture_mode=Non", "packet_capture_mode", "Did you mean None?"),
        ("device_pool=Defalt", "device_pool", "Did you mean Default?"),
        ("digest_user__isempty=1", "digest_user__isempty", "neither true nor false"),
        ("ordering=nam", "ordering", "Did you mean name?"),
        ("ordering=lines__directory_number__number", "ordering", "Cannot order"),
        ("name=a&name=b", "name", "more than once"),
        ("name=%00", "name", "not a text"),
        ("q=" + "x" * 501, "q", "too long"),
        ("digest_credentials=x", "digest_credentials", "no such parameter"),
        ("limit=0", "limit", "1 to 1000"),
        ("limit=many", "limit", "1 to 1000"),
        ("offset=-1", "offset", "whole number"),
    ],
)
def test_what_is_not_understood_is_refused(
    site: Caller, query: str, parameter: str, text: str
) -> None:
    response = site.get(f"phones/?{query}")
    assert response.status_code == 400, response.content
    assert text in problems(response)[parameter]


def test_secrets_are_no_filters(site: Caller) -> None:
    for query in ("digest_credentials=x", "digest_credentials__startswith=a"):
        assert site.get(f"end-users/?{query}").status_code == 400


def test_times_limit_a_log(site: Caller) -> None:
    everything = site.get("change-log/").json()["count"]
    assert site.get("change-log/?at__gte=2020-01-01T00:00:00Z").json()["count"] == everything
    assert site.get("change-log/?at__gte=2999-01-01").json()["count"] == 0
    assert site.get("change-log/?at__gte=soon").status_code == 400
    assert site.get("change-log/?at__lte=2020-01-01T00:00:00").json()["count"] == 0
    assert site.get("change-log/?action=create&model=Phone").json()["count"] == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.api)
def test_every_filter_of_every_collection_is_carried_out(
    script: Caller, page: registry.Page
) -> None:
    values = {"isempty": "true", "gte": "0", "lte": "0"}
    for found in filters_of(page).values():
        for operation in found.operations:
            value = values.get(operation, "a")
            if operation in ("gte", "lte") and "Date" in type(found.field).__name__:
                value = "2030-01-01T00:00:00Z"
            response = script.get(f"{page.api}/?{found.name}__{operation}={value}")
            assert response.status_code == 200, (found.name, operation, response.content)
        if "__" not in found.name:
            assert script.get(f"{page.api}/?ordering={found.name}").status_code == 200
