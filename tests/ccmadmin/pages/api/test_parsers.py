"""JSON bodies that are none, or that no database could hold."""

import pytest

from tests.ccmadmin.pages.api.caller import Caller, problems


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "line 1, column 2"),
        (b"\xff", "not UTF-8 at octet 0"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": "a", "name": "b"}', "twice"),
        (b"[" * 100_000, "too deep"),
        (b'{"units": ' + b"9" * 5000 + b"}", "too many digits"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b'{"name": "a\\u0000"}', "U+0000"),
        (b"", "required"),
        (b"null", "No data"),
    ],
)
def test_a_body_that_is_no_record_is_refused(script: Caller, body: bytes, text: str) -> None:
    response = script.call("POST", "license-grants/", raw=body)
    assert response.status_code == 400, response.content
    assert text in " ".join(problems(response).values())


def test_a_number_that_no_database_holds_is_refused_by_the_model(script: Caller) -> None:
    response = script.post("license-grants/", {"name": "x", "units": 10**40})
    assert "units" in problems(response)


def test_a_byte_order_mark_is_passed_over(script: Caller) -> None:
    body = b'\xef\xbb\xbf{"name": "PT_Internal"}'
    assert script.call("POST", "route-partitions/", raw=body).status_code == 201
