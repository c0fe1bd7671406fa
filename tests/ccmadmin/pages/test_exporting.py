"""The list as a file: all records found, the chosen columns, nothing that runs."""

import codecs
import csv
import io
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from ccmadmin.models import ChangeLog, Phone
from ccmadmin.pages import exporting
from ccmadmin.pages.exporting import safe
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in

CSV = reverse("device/phone csv")


def lines(response: Any) -> list[list[str]]:
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_all_records_that_were_found_are_in_it_in_order(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 2)
    for index in range(5):
        site.add_phone(f"SEP00000000000{index}", [site.add_number(f"100{index}")])
    query = {"rows": "10", "sort": "-name", "field": "name", "operator": "contains", "text": "0"}
    response = sign_in(groups=(READ_ONLY,)).get(CSV, query)
    head, *rows = lines(response)
    assert head[:3] == ["Device Name", "Description", "Lines"]
    assert [row[0] for row in rows] == [f"SEP00000000000{index}" for index in (4, 3, 2, 1, 0)]
    assert rows[0][2] == "1004"
    assert rows[0][head.index("Status")] == "Never registered"
    assert 'filename="phone.csv"' in response.headers["Content-Disposition"]


def test_the_columns_are_those_of_the_list(installed: None) -> None:
    client = sign_in()
    client.post(reverse("device/phone columns"), {"column": ["location"]})
    site.add_phone("SEP000000000001")
    assert lines(client.get(CSV)) == [["Device Name", "Location"], ["SEP000000000001", "Hub_None"]]


def test_times_are_exact(installed: None) -> None:
    site.add_partition()
    rows = lines(sign_in().get(reverse("serviceability/change_log csv")))
    at = rows[0].index("Time")
    assert all(len(row[at]) == len("2030-01-31 12:00:00") for row in rows[1:])


def test_times_and_words_are_those_of_the_page_although_the_request_is_over(
    installed: None,
) -> None:
    client, url = sign_in(), reverse("serviceability/change_log csv")
    site.add_partition()
    client.cookies["time_zone"], client.cookies["django_language"] = "Asia/Tokyo", "de"
    with translation.override("en"):  # the request leaves its language behind
        response = client.get(url)
    with timezone.override(UTC), translation.override("en"):
        head, newest, *_rows = lines(response)
    at = timezone.localtime(ChangeLog.objects.latest("sequence").at, ZoneInfo("Asia/Tokyo"))
    assert newest[head.index("Zeit")] == f"{at:%Y-%m-%d %H:%M:%S}"
    assert "Hinzugefügt" in newest


def test_a_spreadsheet_is_told_that_it_is_utf_8(installed: None) -> None:
    assert sign_in().get(CSV).getvalue().startswith(codecs.BOM_UTF8)


@pytest.mark.parametrize("text", ["=1+1", "+47 5", "-1", "@x", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_other_text_stays_as_it_is(installed: None) -> None:
    site.add_phone("SEP000000000001", description="Hall, left; 'new'")
    assert safe("1002") == "1002"
    assert lines(sign_in().get(CSV))[1][1] == "Hall, left; 'new'"


def test_a_description_that_is_a_formula_does_not_run(installed: None) -> None:
    site.add_phone("SEP000000000001", description="=cmd|x")
    assert Phone.by_key("SEP000000000001").description == "=cmd|x"
    assert lines(sign_in().get(CSV))[1][1] == "'=cmd|x"


def test_who_may_not_read_the_list_gets_no_file(installed: None) -> None:
    assert sign_in(groups=()).get(CSV).status_code == 403
