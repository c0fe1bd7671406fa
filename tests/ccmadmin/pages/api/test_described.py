"""What the schema says of views that are no records."""

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

USERS, PHONES = "/api/v1/application-users/{key}/-", "/api/v1/phones/{key}/-"
OPERATIONS = {
    f"{USERS}/second-factor/": {
        "get": "application_users_second_factor_read",
        "delete": "application_users_second_factor_delete",
    },
    f"{USERS}/sessions/": {
        "get": "application_users_sessions_read",
        "delete": "application_users_sessions_delete",
    },
    f"{USERS}/sessions/{{name}}/": {"delete": "application_users_session_delete"},
    "/api/v1/phone-sites/": {"get": "phone_sites_read", "post": "phone_sites_create"},
    "/api/v1/phone-sites/{key}/": {"get": "phone_site_read"},
    f"{PHONES}/test-call/": {
        "get": "test_call_read",
        "post": "test_call_create",
        "delete": "test_call_end",
    },
}


@pytest.fixture(scope="module")
def paths() -> Any:
    return SchemaGenerator().get_schema(public=True)["paths"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_each_method_has_its_name_its_summary_and_its_answer(paths: Any, path: str) -> None:
    operations = paths[path]
    assert {method: each["operationId"] for method, each in operations.items()} == OPERATIONS[path]
    for method, operation in operations.items():
        assert operation["summary"]
        done = {"get": "200", "post": "201", "delete": "204"}[method]
        assert ("content" in operation["responses"][done]) == (method != "delete")


def test_only_what_has_a_body_or_a_key_can_be_wrong_in_it(paths: Any) -> None:
    sites, call = paths["/api/v1/phone-sites/"], paths[f"{PHONES}/test-call/"]
    assert {"400", "413", "415"} <= set(sites["post"]["responses"])
    assert not {"400", "404"} & set(sites["get"]["responses"])
    assert "404" in call["get"]["responses"]


def test_the_example_of_a_record_is_not_that_of_a_test_call(paths: Any) -> None:
    body = paths[f"{PHONES}/test-call/"]["post"]["requestBody"]["content"]["application/json"]
    assert "examples" not in body


def test_a_session_is_named_in_the_address(paths: Any) -> None:
    operation = paths[f"{USERS}/sessions/{{name}}/"]["delete"]
    told = {each["name"]: each.get("description", "") for each in operation["parameters"]}
    assert told["name"] == "A session's name, from the list."
    assert told["key"]
