"""From values to saved records."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import DirectoryNumber, EndUser, Phone
from ccmadmin.pages.api.writing import blank_values, preselected_values, under, values_of_key
from tests.ccmadmin.pages.api.caller import Caller, problems
from tests.ccmadmin.site import BASIC


def test_a_key_is_taken_apart_as_it_was_put_together() -> None:
    assert values_of_key(EndUser, "a@b") == {"userid": "a@b"}
    assert values_of_key(DirectoryNumber, "1002") == {"number": "1002", "route_partition": None}
    assert values_of_key(DirectoryNumber, "1002@PT Internal") == {
        "number": "1002",
        "route_partition": "PT Internal",
    }


def test_blank_values_are_the_defaults_of_what_was_not_given() -> None:
    found = blank_values(EndUser, {"userid": "anna"})
    assert "userid" not in found
    assert "digest_credentials" not in found
    assert found["manager"] is None
    assert found["department"] == ""


def test_errors_keep_their_place_under_a_path() -> None:
    error = under("lines.0", ValidationError({"__all__": ["a"], "number": ["b"]}))
    assert error.message_dict == {"lines.0": ["a"], "lines.0.number": ["b"]}
    assert under("lines.0", ValidationError("c")).message_dict == {"lines.0": ["c"]}


@pytest.mark.django_db
def test_without_a_phone_type_nothing_is_preselected() -> None:
    assert preselected_values({"phone_model": "None such"}, {}) == {}


def test_a_phone_of_few_words_has_the_standard_records(script: Caller) -> None:
    made = script.put("phones/SEP000000000001/", {"phone_model": BASIC}).json()
    assert made["phone_button_template"] == BASIC
    assert made["location"] == "Hub_None"
    assert made["retry_video_call_as_audio"] is False
    named = {"phone_model": BASIC, "retry_video_call_as_audio": True, "sip_profile": None}
    refused = script.put("phones/SEP000000000001/", named)
    assert set(problems(refused)) == {"sip_profile"}


def test_replacing_a_phone_empties_the_lines_that_are_left_out(script: Caller) -> None:
    lines = [{"index": 1, "directory_number": {"number": "1001"}}]
    script.put("phones/SEP000000000001/", {"phone_model": BASIC, "lines": lines})
    script.put("phones/SEP000000000001/", {"phone_model": BASIC})
    assert not Phone.by_key("SEP000000000001").lines.exists()
    assert DirectoryNumber.by_key("1001")
