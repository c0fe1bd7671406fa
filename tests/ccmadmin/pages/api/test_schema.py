"""The schema is complete, valid, and true: what is answered and what is sent as it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from ccmadmin.models import ChangeLog
from ccmadmin.pages import registry
from ccmadmin.pages.api.examples import EXAMPLES
from ccmadmin.pages.api.reports import REPORTS
from ccmadmin.pages.api.root import schema
from tests.ccmadmin.pages.api.caller import Caller

PAGES = [page for page in registry.pages().values() if page.api]
VERBS = ("get", "post", "put", "patch", "delete")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, verb, operation)
        for path, item in schema()["paths"].items()
        for verb, operation in item.items()
        if verb in VERBS
    ]


def check(part: dict[str, Any], value: Any) -> None:
    """Validate `value` against one schema of the document; its references lead into the whole."""
    whole = {"components": schema()["components"], **part}
    found = [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in Draft202012Validator(whole).iter_errors(value)
    ]
    assert not found


def content(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["content"]["application/json"]["schema"]
    return found


def test_it_is_made_without_a_warning_and_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format=openapi-json", f"--file={file}"
    )
    made = json.loads(file.read_text("utf-8"))
    assert made["openapi"] == "3.1.0"
    assert "Authorization: Bearer" in made["info"]["description"]


def test_every_collection_and_verb_is_in_it() -> None:
    paths = schema()["paths"]
    for page in PAGES:
        assert "get" in paths[f"/api/v1/{page.api}/"]
        adds = page.can_add and page.model is not None
        assert ("post" in paths[f"/api/v1/{page.api}/"]) is (adds or page.api == "phone-sites")
        if page.model is not None and page.key not in REPORTS:
            record = paths[f"/api/v1/{page.api}/{{key}}/"]
            assert ("put" in record) is ("patch" in record) is not page.is_read_only
            assert ("delete" in record) is page.can_delete


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _path, _verb, operation in operations()]
    assert len(names) == len(set(names))
    assert {"phones_list", "phones_create", "phones_replace", "phones_history"} <= set(names)


def test_every_field_is_explained() -> None:
    for name, component in schema()["components"]["schemas"].items():
        for field, described in component.get("properties", {}).items():
            is_frame = field in ("results", "errors", "dependents", "count")
            assert is_frame or described.get("description"), f"{name}.{field}"


def test_every_operation_refers_to_the_refusals_that_are_described_once() -> None:
    responses = schema()["components"]["responses"]
    for path, verb, operation in operations():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert response["$ref"].rpartition("/")[2] in responses, (path, verb)
        assert {"401", "403"} <= set(operation["responses"])


def test_required_read_only_and_write_only_fields_are_marked() -> None:
    schemas = schema()["components"]["schemas"]
    assert {"name", "phone_model"} <= set(schemas["PhoneRequest"]["required"])
    assert "device_pool" not in schemas["PhoneRequest"]["required"]
    assert "required" not in schemas["PatchedPhoneRequest"]
    assert schemas["Phone"]["properties"]["registration"]["readOnly"] is True
    assert "digest_credentials" not in schemas["EndUser"]["properties"]
    assert schemas["EndUserRequest"]["properties"]["digest_credentials"]["writeOnly"] is True
    assert schemas["Phone"]["properties"]["packet_capture_mode"]["enum"] == [
        "None",
        "Batch Processing Mode",
    ]
    assert schemas["Phone"]["properties"]["packet_capture_duration"]["maximum"] == 300


def test_what_is_sent_and_answered_is_as_described(script: Caller) -> None:
    paths = schema()["paths"]
    for name, example in EXAMPLES.items():
        post = paths[f"/api/v1/{name}/"]["post"]
        check(content(post["requestBody"]), example)
        added = script.post(f"{name}/", example)
        check(content(post["responses"]["201"]), added.json())
    for page in PAGES:
        read = paths[f"/api/v1/{page.api}/"]["get"]
        check(content(read["responses"]["200"]), script.get(f"{page.api}/").json())
    history = paths["/api/v1/phones/{key}/-/history/"]["get"]
    changes = script.get("phones/SEP000000001002/-/history/").json()
    assert changes["count"] == ChangeLog.objects.filter(model="Phone").count()
    check(content(history["responses"]["200"]), changes)


def test_refusals_are_as_described(script: Caller) -> None:
    responses = schema()["components"]["responses"]
    script.post("route-partitions/", EXAMPLES["route-partitions"])
    script.post("calling-search-spaces/", EXAMPLES["calling-search-spaces"])
    for name, response in (
        ("Invalid", script.post("phones/", {})),
        ("NotFound", script.get("phones/SEP1/")),
        ("InUse", script.delete("route-partitions/PT_Internal/")),
        ("Unauthenticated", Caller().get("phones/")),
    ):
        check(content(responses[name]), response.json())


@pytest.mark.parametrize("name", ["PhoneRequest", "LineAppearanceRequest"])
def test_a_directory_number_is_a_key_or_a_record(name: str) -> None:
    line = schema()["components"]["schemas"]["LineAppearanceRequest"]["properties"]
    kinds = line["directory_number"]["oneOf"]
    assert kinds[0] == {"type": "string"}
    assert kinds[1]["$ref"].endswith("/LineDirectoryNumberRequest")
    assert name in schema()["components"]["schemas"]
