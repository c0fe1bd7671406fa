"""A collection as CSV, by header or by parameter."""

import csv
import io

import pytest
from django.http import HttpResponse

from ccmadmin.pages.api.csv_renderer import text_of
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller

PATH = "phones/?fields=name,description,lines&ordering=name"


def lines(response: HttpResponse) -> list[list[str]]:
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode())))


@pytest.fixture
def phone(script: Caller) -> str:
    site.add_phone("SEP000000000001", [site.add_number("1001")], description="=1+1")
    return "SEP000000000001"


def test_a_parameter_or_a_header_asks_for_it(script: Caller, phone: str) -> None:
    by_parameter = lines(script.get(f"{PATH}&format=csv"))
    assert by_parameter == lines(script.get(PATH, Accept="text/csv"))
    assert by_parameter[0] == ["name", "description", "lines"]
    assert by_parameter[1][0] == phone


def test_lists_are_json_and_formulas_are_quoted(script: Caller, phone: str) -> None:
    (_head, row) = lines(script.get(f"{PATH}&format=csv"))
    assert row[1] == "'=1+1"
    assert '"directory_number": "1001"' in row[2]


def test_json_stays_what_everybody_else_gets(script: Caller, phone: str) -> None:
    assert script.get(PATH).headers["Content-Type"] == "application/json"
    assert script.get(PATH, Accept="*/*").json()["count"] == 1


def test_a_refusal_stays_readable(script: Caller) -> None:
    refused = script.get("phones/?nothing=1&format=csv")
    assert refused.status_code == 400
    assert b"unknown-parameter" in refused.content


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a", "a"), (1, "1"), (True, "true"), ([], "[]"), ({"a": "ö"}, '{"a": "ö"}')],
)
def test_values_are_those_of_the_json(value: object, text: str) -> None:
    assert text_of(value) == text
