"""Saved searches above the finder, and the columns of a list, without a script."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.models import ChosenColumns
from ccmadmin.pages import registry
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

PHONES = reverse("device/phone")
SEARCHES, COLUMNS = reverse("device/phone searches"), reverse("device/phone columns")
HALL = "?field=description&operator=contains&text=hall"


@pytest.fixture
def client(installed: None) -> Client:
    site.add_phone("SEP000000000001", description="Hall")
    site.add_phone("SEP000000000002", description="Lift")
    return sign_in()


def labels(response: Any) -> list[str]:
    return [heading.label for heading in response.context["headings"]]


def test_a_search_is_saved_listed_used_and_deleted(client: Client) -> None:
    saved = client.post(SEARCHES, {"name": "Hall phones", "query": HALL}, follow=True)
    assert "Search saved as “Hall phones”." in text_of(saved)
    (search,) = saved.context["searches"]
    assert (search.name, search.is_current) == ("Hall phones", True)
    used = client.get(search.href)
    assert [row.key for row in used.context["rows"]] == ["SEP000000000001"]
    other = client.get(PHONES, {"page": 1})
    assert not other.context["searches"][0].is_current
    gone = client.post(SEARCHES, {"delete": "Hall phones", "query": HALL}, follow=True)
    assert "Saved search “Hall phones” deleted." in text_of(gone)
    assert gone.context["searches"] == []
    assert gone.context["query"].criteria[0].text == "hall"


def test_a_search_without_a_name_is_refused_and_the_list_stays(client: Client) -> None:
    refused = client.post(SEARCHES, {"name": "", "query": HALL}, follow=True)
    assert "type the name" in text_of(refused)
    assert refused.context["query"].criteria[0].text == "hall"


def test_what_a_stranger_puts_into_the_query_is_read_as_a_search(client: Client) -> None:
    to = client.post(SEARCHES, {"name": "x", "query": "?field=password&next=//evil"})
    assert to.headers["Location"].startswith(PHONES + "?field=name")


def test_who_chooses_the_standard_columns_has_chosen_nothing(client: Client) -> None:
    standard = [column.name for column in registry.pages()["device/phone"].list_columns]
    client.post(COLUMNS, {"column": ["location"]})
    client.post(COLUMNS, {"column": standard})
    assert not ChosenColumns.objects.exists()


def test_columns_are_chosen_remembered_and_taken_back(client: Client) -> None:
    assert "Location" not in labels(client.get(PHONES, {"page": 1}))
    chosen = {"column": ["location", "description"], "query": HALL}
    shown = client.post(COLUMNS, chosen, follow=True)
    assert labels(shown) == ["Device Name", "Description", "Location"]
    assert "Hub_None" in text_of(shown)
    assert labels(client.get(PHONES, {"page": 1})) == labels(shown)
    back = client.post(COLUMNS, {"standard": "1", "query": ""}, follow=True)
    assert "Status" in labels(back)


def test_columns_are_each_users_own(client: Client) -> None:
    client.post(COLUMNS, {"column": ["location"]})
    assert "Status" in labels(sign_in("other").get(PHONES, {"page": 1}))


def test_a_column_that_is_not_on_offer_is_passed_over(client: Client) -> None:
    shown = client.post(COLUMNS, {"column": ["digest_credentials", "nothing"]}, follow=True)
    assert labels(shown) == ["Device Name"]


def test_who_only_reads_keeps_searches_and_columns_too(installed: None) -> None:
    client = sign_in(groups=(READ_ONLY,))
    assert client.post(SEARCHES, {"name": "All", "query": ""}).status_code == 302
    assert client.post(COLUMNS, {"column": ["location"]}).status_code == 302


def test_who_may_not_read_the_list_keeps_nothing(installed: None) -> None:
    client = sign_in(groups=())
    assert client.post(SEARCHES, {"name": "All", "query": ""}).status_code == 403
    assert client.post(COLUMNS, {"column": ["location"]}).status_code == 403


def test_secrets_are_no_columns(installed: None) -> None:
    choices = sign_in().get(reverse("usermgmt/end_user")).context["choices"]
    names = [choice.column.name for choice in choices]
    assert "mail_id" in names
    assert "digest_credentials" not in names
