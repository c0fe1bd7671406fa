"""The search rows of Find and List: operators, text taken literally, order, the URL as state."""

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from ccmadmin.device.phone import PAGE as PHONES
from ccmadmin.models import (
    ChangeLog,
    Phone,
    PhoneSecurityProfile,
    RegistrationAttempt,
    RoutePartition,
)
from ccmadmin.pages.query import DEFAULT_ROWS, MAX_CRITERIA, Criterion, Query, is_multi_valued
from tests.ccmadmin import site

NAMES = ("PT_Internal", "PT_100%", "PTxInternal", "Other", "pt_lower")


def read(text: str) -> Query:
    return Query.read(PHONES, QueryDict(text))


def found(operator: str, text: str = "", path: str = "name") -> list[str]:
    query = Query((Criterion(path, operator, text),))
    rows = query.select(RoutePartition.objects.all())
    return [partition.name for partition in rows]


@pytest.fixture
def partitions(installed: None) -> None:
    for name in NAMES:
        if "%" not in name:
            site.add_partition(name)


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("begins", "pt", ["PT_Internal", "PTxInternal", "pt_lower"]),
        ("begins", "", ["Other", "PT_Internal", "PTxInternal", "pt_lower"]),
        ("contains", "t_i", ["PT_Internal"]),
        ("ends", "NAL", ["PT_Internal", "PTxInternal"]),
        ("exactly", "other", ["Other"]),
        ("contains", "%", []),
        ("contains", "\\", []),
        ("empty", "", []),
        ("notempty", "", ["Other", "PT_Internal", "PTxInternal", "pt_lower"]),
    ],
)
def test_operators_ignore_case_and_take_text_literally(
    partitions: None, operator: str, text: str, expected: list[str]
) -> None:
    assert found(operator, text) == expected


def test_is_empty_finds_empty_text_and_missing_references(installed: None) -> None:
    site.add_phone("SEP000000000001", digest_user=site.add_user("swhite"))
    site.add_phone("SEP000000000002")
    query = Query((Criterion("digest_user__userid", "empty"),))
    assert [phone.name for phone in query.select(Phone.objects.all())] == ["SEP000000000002"]


def test_is_empty_finds_phones_without_lines(installed: None) -> None:
    site.add_phone("SEP000000000001", [site.add_number("1001")])
    site.add_phone("SEP000000000002")
    query = Query((Criterion("lines__directory_number__number", "empty"),))
    assert [phone.name for phone in query.select(Phone.objects.all())] == ["SEP000000000002"]


def test_rows_are_joined_by_and(installed: None) -> None:
    site.add_phone("SEP000000000001", description="Hall")
    site.add_phone("SEP000000000002", description="Hall")
    query = Query((Criterion("description", "exactly", "hall"), Criterion("name", "ends", "2")))
    assert [phone.name for phone in query.select(Phone.objects.all())] == ["SEP000000000002"]


def test_a_phone_with_two_matching_lines_is_listed_once(installed: None) -> None:
    numbers = [site.add_number("1001"), site.add_number("1002")]
    site.add_phone("SEP000000000001", numbers, model=site.ADVANCED)
    query = Query((Criterion("lines__directory_number__number", "begins", "100"),))
    assert query.select(Phone.objects.all()).count() == 1


def test_a_choice_is_searched_by_its_words(installed: None) -> None:
    query = Query((Criterion("transport_type", "exactly", "tcp+udp"),))
    rows = query.select(PhoneSecurityProfile.objects.all())
    assert rows.count() == PhoneSecurityProfile.objects.count()


def test_the_url_holds_the_whole_state() -> None:
    query = read("field=description&operator=contains&text=a%26b&sort=-name&rows=20&page=3")
    assert query.criteria == (Criterion("description", "contains", "a&b"),)
    assert (query.sort, query.rows, query.number) == ("-name", 20, 3)
    assert read(query.url(number=query.number)[1:]) == query


def test_what_is_not_on_offer_falls_back() -> None:
    query = read("field=password&operator=regex&text=x&sort=digest_user__digest&rows=7&page=x")
    assert query == Query((Criterion("name"),))


def test_a_new_order_starts_at_the_first_page() -> None:
    assert "page" not in read("page=4").url(sort="name")


def test_rows_are_added_and_removed_but_one_always_stays() -> None:
    query = read("field=name&operator=begins&text=SEP").with_row()
    assert len(query.criteria) == 2
    assert len(query.without_row(0).criteria) == 1
    assert len(query.without_row(0).without_row(0).criteria) == 1


def test_the_number_of_rows_has_a_limit() -> None:
    row = "field=name&operator=begins&text=S&"
    assert len(read(row * (MAX_CRITERIA + 5)).criteria) == MAX_CRITERIA


def test_pages_of_an_order_with_ties_never_overlap(installed: None) -> None:
    for index in range(6):
        site.add_phone(f"SEP00000000000{index}", description="Same")
    query = Query((), sort="description")
    rows = list(query.select(Phone.objects.all()))
    assert rows == sorted(rows, key=lambda phone: phone.pk)


def test_lines_are_many_and_a_device_pool_is_one() -> None:
    assert is_multi_valued(Phone, "lines__directory_number__number")
    assert not is_multi_valued(Phone, "device_pool__name")


def test_a_tie_breaks_in_the_direction_of_the_order(installed: None) -> None:
    for index in range(3):
        site.add_phone(f"SEP00000000000{index}", description="Same")
    rows = list(Query((), sort="-description").select(Phone.objects.all()))
    assert rows == sorted(rows, key=lambda phone: -phone.pk)


@pytest.mark.parametrize("text", ["refu", "abge"])
def test_a_choice_is_found_in_english_and_in_the_language_of_the_page(
    installed: None, text: str
) -> None:
    now = timezone.now()
    for outcome in ("accepted", "refused"):
        RegistrationAttempt.objects.create(
            node="node-1", outcome=outcome, rule=outcome, status=200, at=now, last_at=now
        )
    query = Query((Criterion("outcome", "begins", text),))
    with override("de"):
        (row,) = query.select(RegistrationAttempt.objects.all())
    assert row.outcome == "refused"


def test_the_kind_of_record_is_found_in_english_and_in_german(installed: None) -> None:
    site.add_user()
    for text in ("end user", "endbenutzer"):
        with override("de"):
            query = Query((Criterion("model", "exactly", text),))
            assert query.select(ChangeLog.objects.all()).exists(), text


def test_a_number_of_thousands_of_digits_is_none() -> None:
    query = read(f"rows={'9' * 5000}&page={'9' * 5000}")
    assert (query.rows, query.number) == (DEFAULT_ROWS, 1)
