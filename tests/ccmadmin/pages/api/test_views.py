"""The verbs of the API: the same round trip through every collection, then what is special."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from ccmadmin.models import ChangeLog, DirectoryNumber, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.api.examples import EXAMPLES
from ccmadmin.pages.api.reports import REPORTS
from ccmadmin.pages.page import Page
from tests.ccmadmin.pages.api.caller import Caller, at, codes, problems
from tests.ccmadmin.site import add_number, add_partition, add_phone

PAGES = {page.api: page for page in registry.pages().values() if page.api}
ADDED = [name for name in EXAMPLES if name in PAGES]
READ_ONLY = [
    page.api
    for page in PAGES.values()
    if page.model is not None and page.is_read_only and page.key not in REPORTS
]


def key_of(page: Page, document: dict[str, Any]) -> str:
    if page.api == "directory-numbers":
        return f"{document['number']}@{document['route_partition']}"
    return str(document[page.record_model.KEY])


def fill(script: Caller, until: str) -> None:
    """Add the examples that come before `until`, because it may name them."""
    for name in ADDED[: ADDED.index(until)]:
        response = script.post(f"{name}/", EXAMPLES[name])
        assert response.status_code == 201, (name, response.content)


def written(page: Page, document: dict[str, Any]) -> dict[str, Any]:
    """Return the example as an answer has it: without secrets, numbers as keys."""
    secrets = page.record_model.SECRETS
    found = {name: value for name, value in document.items() if name not in secrets}
    if "lines" in found and page.api == "phones":
        found["lines"] = [
            {**line, "directory_number": f"100{line['index']}@PT_Internal"}
            for line in found["lines"]
        ]
    return found


def holds(answer: Any, wanted: Any) -> bool:
    """Whether `answer` has everything that `wanted` names, and maybe more."""
    if isinstance(wanted, dict):
        return all(name in answer and holds(answer[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return len(answer) == len(wanted) and all(map(holds, answer, wanted))
    return bool(answer == wanted)


def test_every_collection_that_can_be_added_to_has_an_example() -> None:
    can_add = {page.api for page in PAGES.values() if page.can_add and page.model is not None}
    assert can_add == set(ADDED)


@pytest.mark.parametrize("name", ADDED)
def test_a_record_goes_round(script: Caller, name: str) -> None:
    page, example = PAGES[name], dict(EXAMPLES[name])
    fill(script, name)
    key = key_of(page, example)

    added = script.post(f"{name}/", example)
    assert added.status_code == 201, added.content
    assert unquote(added.headers["Location"]) == f"http://testserver/api/v1/{name}/{key}/"
    assert holds(added.json(), written(page, example))

    read = script.get(at(name, key))
    assert read.status_code == 200
    assert read.json() == added.json()
    assert read.headers["ETag"] == added.headers["ETag"]

    listed = script.get(f"{name}/?limit=1000").json()
    document = {name: value for name, value in read.json().items() if name != "warnings"}
    assert document in listed["results"]

    again = script.put(at(name, key), read.json())
    assert again.status_code == 200, again.content
    assert again.json() == read.json()
    assert again.headers["ETag"] == read.headers["ETag"]

    assert script.delete(at(name, key)).status_code == 204
    assert script.get(at(name, key)).status_code == 404
    back = script.put(at(name, key), example)
    assert back.status_code == 201, back.content
    assert holds(back.json(), written(page, example))


@pytest.mark.parametrize("name", READ_ONLY)
def test_a_log_can_only_be_read(script: Caller, name: str) -> None:
    assert script.get(f"{name}/").status_code == 200
    assert script.post(f"{name}/", {}).status_code == 405
    assert script.delete(f"{name}/1/").status_code == 405


def test_put_gives_defaults_to_what_is_left_out_and_keeps_secrets(script: Caller) -> None:
    user = {"last_name": "Berg", "department": "Sales", "digest_credentials": "Pool-91-teal"}
    assert script.put("end-users/anna/", user).status_code == 201
    replaced = script.put("end-users/anna/", {"last_name": "Berg"}).json()
    assert replaced["department"] == ""
    assert replaced["has_digest_credentials"] is True
    removed = script.patch("end-users/anna/", {"digest_credentials": ""}).json()
    assert removed["has_digest_credentials"] is False


def test_put_refuses_to_add_a_record_under_another_key(script: Caller) -> None:
    response = script.put("route-partitions/PT_One/", {"name": "PT_Two"})
    assert response.status_code == 400
    assert codes(response) == {"name": "key-mismatch"}


def test_put_and_patch_rename(script: Caller) -> None:
    add_partition("PT_One")
    assert script.put("route-partitions/PT_One/", {"name": "PT_Two"}).json()["name"] == "PT_Two"
    assert script.patch("route-partitions/PT_Two/", {"name": "PT_Six"}).status_code == 200
    history = script.get("route-partitions/PT_Six/-/history/").json()["results"]
    assert [change["previous_key"] for change in history] == ["PT_Two", "PT_One", ""]


def test_a_key_with_blanks_and_signs_is_one_part_of_the_address(script: Caller) -> None:
    add_partition("PT Internal (north)")
    number = script.put("directory-numbers/1002@PT%20Internal%20(north)/", {})
    assert number.status_code == 201
    assert number.json()["route_partition"] == "PT Internal (north)"
    assert script.get(at("directory-numbers", "1002@PT Internal (north)")).status_code == 200
    assert script.put(at("end-users", "anna/north?"), {"last_name": "B"}).status_code == 201
    assert script.get(at("end-users", "anna/north?")).json()["userid"] == "anna/north?"


def test_two_lines_swap_in_one_patch(script: Caller) -> None:
    for number in ("1001", "1002"):
        add_number(number)
    add_phone("SEP000000000001", ["1001", "1002"], model="Third-party SIP Device (Advanced)")
    lines = script.get("phones/SEP000000000001/").json()["lines"]
    lines[0]["index"], lines[1]["index"] = 2, 1
    swapped = script.patch("phones/SEP000000000001/", {"lines": lines})
    assert swapped.status_code == 200, swapped.content
    assert [line["directory_number"] for line in swapped.json()["lines"]] == ["1002", "1001"]


def test_a_line_brings_its_directory_number_along(script: Caller) -> None:
    add_phone("SEP000000000001")
    line = {"index": 1, "directory_number": {"number": "1007", "alerting_name": "Door"}}
    assert script.patch("phones/SEP000000000001/", {"lines": [line]}).status_code == 200
    assert DirectoryNumber.by_key("1007").alerting_name == "Door"
    line["directory_number"]["alerting_name"] = "Gate"
    assert script.patch("phones/SEP000000000001/", {"lines": [line]}).status_code == 200
    assert DirectoryNumber.by_key("1007").alerting_name == "Gate"


def test_a_directory_number_is_not_added_when_the_phone_is_refused(script: Caller) -> None:
    add_phone("SEP000000000001")
    lines = [
        {"index": 1, "directory_number": {"number": "1007"}},
        {"index": 2, "directory_number": {"number": "1008"}},
    ]
    response = script.patch("phones/SEP000000000001/", {"lines": lines})
    assert response.status_code == 400
    assert "lines.1.index" in problems(response)
    assert not DirectoryNumber.objects.exists()


def test_an_error_in_a_directory_number_is_named_by_its_path(script: Caller) -> None:
    add_phone("SEP000000000001")
    for number in ({"number": "10 07"}, {"number": "1007", "colour": "red"}, {"number": 1007}):
        lines = [{"index": 1, "directory_number": number}]
        response = script.patch("phones/SEP000000000001/", {"lines": lines})
        assert response.status_code == 400, response.content
        assert next(iter(problems(response))).startswith("lines.0.directory_number.")


def test_what_is_in_use_is_not_deleted_and_the_answer_says_by_what(script: Caller) -> None:
    add_number("1001", add_partition("PT_Internal"))
    response = script.delete("route-partitions/PT_Internal/")
    assert response.status_code == 409
    assert codes(response) == {"": "still-used"}
    assert [(d["collection"], d["key"]) for d in response.json()["dependents"]] == [
        ("directory-numbers", "1001@PT_Internal")
    ]
    listed = script.get("route-partitions/PT_Internal/-/dependents/").json()
    assert listed["dependents"] == response.json()["dependents"]


def test_a_standard_record_is_neither_changed_nor_deleted(script: Caller) -> None:
    path = at("sip-profiles", "Standard SIP Profile")
    assert script.delete(path).status_code == 400
    response = script.patch(path, {"description": "mine"})
    assert response.status_code == 400
    assert "came with the product" in problems(response)[""]


def test_if_match_keeps_two_scripts_from_overwriting_each_other(script: Caller) -> None:
    add_partition("PT_Internal")
    tag = script.get("route-partitions/PT_Internal/").headers["ETag"]
    first = script.patch("route-partitions/PT_Internal/", {"description": "a"}, If_Match=tag)
    assert first.status_code == 200
    assert first.headers["ETag"] != tag
    for method, body in (("PATCH", {}), ("PUT", {}), ("DELETE", None)):
        second = script.call(method, "route-partitions/PT_Internal/", body, If_Match=tag)
        assert second.status_code == 412
        assert "admin changed the record" in problems(second)[""]
    assert script.put("route-partitions/PT_New/", {}, If_Match="*").status_code == 412
    assert script.put("route-partitions/PT_Internal/", {}, If_None_Match="*").status_code == 412
    assert script.put("route-partitions/PT_New/", {}, If_None_Match="*").status_code == 201
    fresh = first.headers["ETag"]
    assert script.delete("route-partitions/PT_Internal/", If_Match=fresh).status_code == 204


def test_a_changed_secret_changes_the_tag(script: Caller) -> None:
    body = {"last_name": "Berg", "digest_credentials": "Pool-91-teal"}
    before = script.put("end-users/anna/", body).headers["ETag"]
    body["digest_credentials"] = "Pool-92-teal"
    assert script.put("end-users/anna/", body).headers["ETag"] != before


def test_the_change_log_names_the_script_and_its_comment(script: Caller) -> None:
    octets = "für die Küche".encode().decode("latin-1")  # as WSGI hands headers over
    script.put("route-partitions/PT_Internal/", {}, X_Comment=octets, X_Request_Id="job-7")
    change = ChangeLog.objects.first()
    assert change is not None
    assert (change.user, change.source, change.request_id) == ("admin", "api", "job-7")
    assert change.comment == "für die Küche"
    too_long = script.put("route-partitions/PT_Internal/", {}, X_Comment="x" * 256)
    assert codes(too_long) == {"X-Comment": "invalid"}


def test_secrets_are_in_no_answer_and_no_change(script: Caller) -> None:
    secret = "Never-Shown-42"
    answers = [
        script.put("end-users/anna/", {"last_name": "B", "digest_credentials": secret}),
        script.get("end-users/anna/"),
        script.get("end-users/"),
        script.get("end-users/anna/-/history/"),
        script.get("change-log/"),
        script.patch("end-users/anna/", {"digest_credentials": secret + "é"}),
        script.get("end-users/?digest_credentials=x"),
    ]
    for answer in answers:
        assert secret.encode() not in answer.content
    assert answers[-1].status_code == 400
    log = json.dumps([*ChangeLog.objects.values_list("before", "after")])
    assert secret not in log


def test_a_shared_digest_user_is_saved_with_a_warning(script: Caller) -> None:
    script.put("end-users/anna/", {"last_name": "Berg"})
    add_phone("SEP000000000001")
    add_phone("SEP000000000002")
    script.patch("phones/SEP000000000001/", {"digest_user": "anna"})
    answer = script.patch("phones/SEP000000000002/", {"digest_user": "anna"}).json()
    assert any("SEP000000000001, SEP000000000002" in text for text in answer["warnings"])


def test_a_phone_tells_its_registration(script: Caller) -> None:
    add_phone("SEP000000000001")
    answer = script.get("phones/SEP000000000001/").json()["registration"]
    assert answer["state"] == "Never registered"
    assert answer["refusal"] is None


def test_the_list_of_phones_asks_a_fixed_number_of_times(
    script: Caller, django_assert_num_queries: Any
) -> None:
    for index in range(12):
        add_number(f"10{index:02}")
        add_phone(f"SEP0000000000{index:02}", [f"10{index:02}"])
    script.get("phones/")  # the token's last use is noted once a minute
    # Token, permissions, count, phones, lines; the states' numbers and users; their two tables.
    with django_assert_num_queries(7), django_assert_num_queries(2, using="runtime"):
        assert len(script.get("phones/").json()["results"]) == 12


def test_phones_are_found_by_any_way_to_write_a_mac_address(script: Caller) -> None:
    add_phone("SEP000000000001")
    assert script.get("phones/00:00:00:00:00:01/").json()["name"] == "SEP000000000001"
    assert Phone.objects.count() == 1


def test_a_parameter_is_read_and_set_by_its_name_but_none_is_added(script: Caller) -> None:
    path = at("service-parameters", "SIP Station KeepAlive Interval")
    assert script.get(path).json()["value"] == "120"
    assert script.put(path, {"value": "240"}).json()["value"] == "240"
    assert "value" in problems(script.patch(path, {"value": "soon"}))
    unknown = script.put(at("service-parameters", "SIP Station Keepalive"), {"value": "1"})
    assert unknown.status_code == 404
    assert "Did you mean SIP Station KeepAlive Interval" in problems(unknown)[""]
    assert script.delete(path).status_code == 405
    assert script.post("service-parameters/", {"name": "x"}).status_code == 405
