"""Every refusal has the same shape, names the place, and says what the page says."""

import html
import logging
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.test import Client

from ccmadmin.models import ApplicationUser
from ccmadmin.pages import registry
from ccmadmin.pages.api import errors, views
from ccmadmin.pages.api.errors import did_you_mean, of_validation
from ccmadmin.pages.links import screen_href
from tests.ccmadmin.pages.api.caller import Caller, codes, problems
from tests.ccmadmin.site import ADVANCED, BASIC, add_number, add_partition, add_phone


def test_an_unknown_field_is_refused_with_the_one_that_was_meant(script: Caller) -> None:
    response = script.post("end-users/", {"userid": "anna", "lastname": "Berg"})
    assert response.status_code == 400
    assert codes(response) == {"lastname": "unknown-field", "last_name": "required"}
    assert "Did you mean last_name" in problems(response)["lastname"]


def test_wrong_types_say_what_was_expected_and_what_came(script: Caller) -> None:
    body = {
        "name": 7,
        "phone_model": False,
        "is_active": "yes",
        "packet_capture_duration": "5",
        "packet_capture_mode": 1,
        "lines": [{"index": 1, "directory_number": []}, "1002"],
    }
    response = script.post("phones/", body)
    assert response.status_code == 400
    found = problems(response)
    assert found["name"] == "This must be a text in quotes; 7 is not."
    assert found["is_active"] == 'This must be true or false without quotes; "yes" is not.'
    assert 'a whole number without quotes; "5" is not' in found["packet_capture_duration"]
    assert "one of" in found["packet_capture_mode"]
    assert "neither" in found["lines.0.directory_number"]
    assert found["lines.1"].startswith("This must be an object")
    assert set(codes(response).values()) == {"wrong-type"}


def test_a_list_that_is_none_is_refused(script: Caller) -> None:
    assert "lines" in problems(script.post("phones/", {"name": "x", "lines": {}}))
    assert codes(script.call("POST", "phones/", [])) == {"": "wrong-type"}


def test_a_missing_record_is_named_with_the_ones_that_look_like_it(script: Caller) -> None:
    add_partition("PT_Internal")
    response = script.get("route-partitions/PT_Interal/")
    assert response.status_code == 404
    assert "Did you mean PT_Internal?" in problems(response)[""]


def test_a_reference_to_nothing_is_named_by_its_field(script: Caller) -> None:
    response = script.put("directory-numbers/1002@PT_None/", {})
    assert response.status_code == 400
    assert "PT_None" in problems(response)["route_partition"]


def test_rules_of_lists_are_named_by_row(script: Caller) -> None:
    for number in ("1001", "1002"):
        add_number(number)
    add_phone("SEP000000000001", model=BASIC)
    lines = [{"index": index, "directory_number": f"100{index}"} for index in (1, 2)]
    response = script.patch("phones/SEP000000000001/", {"lines": lines})
    assert codes(response) == {"lines.1.index": "lines"}
    lines = [{"index": 1, "directory_number": "1001"}, {"index": 1, "directory_number": "1002"}]
    assert "lines.1.index" in problems(script.patch("phones/SEP000000000001/", {"lines": lines}))


@pytest.mark.parametrize(
    ("collection", "body", "field"),
    [
        ("route-partitions", {"name": "PT/Internal"}, "name"),
        ("route-partitions", {"name": "x" * 51}, "name"),
        ("route-partitions", {"name": "PT", "description": "a % b"}, "description"),
        ("end-users", {"userid": "anna", "last_name": "B", "mail_id": "anna"}, "mail_id"),
        ("end-users", {"userid": 'a"b', "last_name": "B"}, "userid"),
        ("license-grants", {"name": "x", "units": 0}, "units"),
        ("directory-numbers", {"number": "10 02"}, "number"),
    ],
)
def test_the_api_refuses_in_the_words_of_the_page(
    script: Caller, collection: str, body: dict[str, Any], field: str
) -> None:
    refused = script.post(f"{collection}/", body)
    assert refused.status_code == 400, refused.content
    page = next(page for page in registry.pages().values() if page.api == collection)
    browser = Client()
    browser.force_login(ApplicationUser.by_key("admin"))
    shown = browser.post(screen_href(page, "add"), body)
    assert shown.status_code == 422
    assert problems(refused)[field] in html.unescape(shown.content.decode())


def test_what_is_not_json_is_refused_with_the_place(script: Caller) -> None:
    response = script.call("POST", "route-partitions/", raw=b'{"name": "x",\n "a" 1}')
    assert response.status_code == 400
    assert "line 2, column 6" in problems(response)[""]


def test_other_media_types_are_refused(script: Caller) -> None:
    response = script.client.post(
        "/api/v1/route-partitions/", {"name": "x"}, headers=script.headers
    )
    assert response.status_code == 415
    assert "application/json" in problems(response)[""]


def test_a_body_that_is_too_large_is_refused(script: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = script.post("route-partitions/", {"name": "x" * 100})
    assert response.status_code == 413
    assert codes(response) == {"": "too-large"}


def test_a_verb_that_is_not_there_is_refused_with_those_that_are(script: Caller) -> None:
    response = script.delete("route-partitions/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_database_that_does_not_answer_is_not_an_error_of_the_caller(
    script: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(views.filters, "select", fail)
    response = script.get("phones/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert codes(response) == {"": "unavailable"}


def test_our_mistake_is_told_as_such_with_the_request_to_look_for(
    script: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: Any) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(views.filters, "select", fail)
    with caplog.at_level(logging.ERROR):
        response = script.get("phones/", X_Request_Id="job-8")
    assert response.status_code == 500
    assert "job-8" in problems(response)[""]
    assert "oops" not in response.content.decode()
    assert any(record.exc_info for record in caplog.records if record.name == errors.__name__)


def test_a_refused_change_changes_nothing(script: Caller) -> None:
    add_phone("SEP000000000001", model=ADVANCED)
    before = script.get("phones/SEP000000000001/").json()
    response = script.patch(
        "phones/SEP000000000001/", {"description": "new", "digest_user": "nobody"}
    )
    assert response.status_code == 400
    assert script.get("phones/SEP000000000001/").json() == before


def test_errors_of_the_whole_record_have_an_empty_path() -> None:
    found = of_validation(ValidationError({"__all__": ["both"], "name": ["one"]}))
    assert [(problem.path, problem.message) for problem in found] == [
        ("", "both"),
        ("name", "one"),
    ]
    assert of_validation(ValidationError("alone"))[0].path == ""


def test_did_you_mean_says_nothing_when_nothing_is_close() -> None:
    assert did_you_mean("colour", ["name", "units"]) == ""
    assert did_you_mean("nam", ["name", "units"]) == " Did you mean name?"


def test_an_error_in_a_list_of_keys_is_named_by_its_place(script: Caller) -> None:
    add_partition("PT_A")
    for members, path in ((["PT_A", "PT_B"], "members.1"), (["PT_A", "PT_A"], "members.1")):
        response = script.put("calling-search-spaces/CSS/", {"members": members})
        assert set(problems(response)) == {path}
    assert set(problems(script.put("calling-search-spaces/CSS/", {"members": [1]}))) == {
        "members.0"
    }


def test_a_weak_password_is_refused_at_its_field(script: Caller) -> None:
    response = script.put("application-users/script/", {"password": "short"})
    assert response.status_code == 400
    assert "password" in problems(response)
    missing = script.put("application-users/script/", {})
    assert "password" in problems(missing)
