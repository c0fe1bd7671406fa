"""What a page may ask of the database, whatever there is in it, and what it may weigh."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ccmadmin.models import LicenseGrant
from ccmadmin.pages.query import DEFAULT_ROWS
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, typed

PHONES, NUMBERS = reverse("device/phone"), reverse("callrouting/directory_number")
USERS, LOG = reverse("usermgmt/end_user"), reverse("serviceability/change_log")
PHONE = reverse("device/phone configure", args=["SEP000000000001"])
PAGE_OCTETS, STATIC_OCTETS = 100_000, 60_000


@pytest.fixture
def client(installed: None) -> Client:
    site.records.save(LicenseGrant(name="Test", units=300), actor=site.ACTOR)
    for index in range(3):
        add_phone(index)
    return sign_in()


def add_phone(index: int) -> None:
    number = site.add_number(f"10{index:02}")
    user = site.add_user(f"user{index}", first_name="Anna", department="Sales")
    site.add_phone(f"SEP0000000000{index:02}", [number], digest_user=user, description="Hall")


def queries(client: Client, path: str, **data: Any) -> dict[str, int]:
    """Count what the second visit asks of each database; the first one notes the search."""
    client.get(path, data)
    counted = {alias: CaptureQueriesContext(connections[alias]) for alias in connections}
    with counted["default"], counted["runtime"]:
        assert client.get(path, data).status_code == 200
    return {alias: len(asked) for alias, asked in counted.items()}


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (PHONES, {"default": 12, "runtime": 6}),
        (NUMBERS, {"default": 9, "runtime": 5}),
        (USERS, {"default": 9, "runtime": 5}),
        (LOG, {"default": 8, "runtime": 5}),
        (reverse("home"), {"default": 14, "runtime": 7}),
        (reverse("search") + "?q=1001", {"default": 18, "runtime": 4}),
        (PHONE, {"default": 28, "runtime": 7}),
    ],
)
def test_a_page_asks_a_fixed_number_of_questions(
    client: Client, path: str, most: dict[str, int]
) -> None:
    few = queries(client, path)
    assert all(few[alias] <= most[alias] for alias in most), few
    for index in range(3, 12):
        add_phone(index)
    assert queries(client, path) == few


def test_a_later_page_asks_no_more_than_the_first(client: Client) -> None:
    for index in range(3, 25):
        add_phone(index)
    for path in (PHONES, NUMBERS, USERS, LOG):
        first = queries(client, path, rows=10, page=1)
        assert queries(client, path, rows=10, page=2) == first


def test_saving_a_phone_asks_a_fixed_number_of_questions(client: Client) -> None:
    url = reverse("device/phone configure", args=["SEP000000000001"])
    form = typed(client.get(url), description="Lift")
    with CaptureQueriesContext(connections["default"]) as asked:
        assert client.post(url, form).status_code == 302
    assert len(asked) <= QUERIES_OF_A_SAVE


# Signing in, the form with its references, each of which is checked to exist, the record before
# and after, its neighbours, the conflict check, license units, the change log.
QUERIES_OF_A_SAVE = 75


def test_only_keys_are_counted_off_on_the_way_to_a_later_page(client: Client) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get(PHONES, {"rows": 10, "page": 1, "sort": "description"})
    limited = [query["sql"] for query in asked.captured_queries if "LIMIT 3" in query["sql"]]
    assert len(limited) == 1
    assert "phone_model_id" not in limited[0]


def test_a_full_page_of_phones_is_light(client: Client) -> None:
    for index in range(3, DEFAULT_ROWS):
        add_phone(index)
    page = client.get(PHONES)
    assert len(page.context["rows"]) == DEFAULT_ROWS
    assert len(page.content) < PAGE_OCTETS


def test_style_sheets_scripts_and_icons_are_light(client: Client) -> None:
    steps = reverse("device/checklist phone", args=["SEP000000000001"])
    text = "".join(client.get(path).content.decode() for path in (PHONES, PHONE, steps))
    names = {part.partition('"')[0].partition("#")[0] for part in text.split('="/static/')[1:]}
    files = [Path(file) for name in names if (file := finders.find(name))]
    assert len(files) == len(names) > 10
    assert sum(file.stat().st_size for file in files) <= STATIC_OCTETS
