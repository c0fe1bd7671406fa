"""Select all on all pages: what is found, asked about, deleted, and refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.models import ChangeLog, RoutePartition
from ccmadmin.pages import actions
from ccmadmin.services import deleting
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

PARTITIONS = reverse("callrouting/route_partition")
DELETE = reverse("callrouting/route_partition delete-selected")
FOUND = {"field": "name", "operator": "begins", "text": "PT_", "rows": "10"}


@pytest.fixture
def client(installed: None) -> Client:
    for index in range(12):
        site.add_partition(f"PT_{index:02}")
    site.add_partition("Other")
    return sign_in()


def names() -> set[str]:
    return set(RoutePartition.objects.values_list("name", flat=True))


def selected(client: Client) -> dict[str, Any]:
    """Return what the form of the list sends when everything found is selected."""
    listed = client.get(PARTITIONS, FOUND)
    page = client.get(
        listed.context["select_all_href"] and PARTITIONS + listed.context["select_all_href"]
    )
    assert "All 12 found records are selected." in text_of(page)
    assert page.content.count(b" checked disabled aria-label") == 10
    return {"all": "12", "query": page.context["state"], "back": PARTITIONS}


def test_all_that_was_found_is_deleted_after_asking(client: Client) -> None:
    form = selected(client)
    asked = client.post(DELETE, form)
    assert "Delete 12 records" in text_of(asked)
    assert "Other" not in text_of(asked)
    assert len(names()) == 13
    done = client.post(DELETE, {**form, "confirmed": "1"}, follow=True)
    assert "12 records deleted." in text_of(done)
    assert names() == {"Other"}


def test_what_was_added_meanwhile_is_asked_about_anew(client: Client) -> None:
    form = selected(client)
    site.add_partition("PT_New")
    asked = client.post(DELETE, {**form, "confirmed": "1"})
    assert asked.status_code == 422
    assert "The search found 12 records" in text_of(asked)
    assert len(names()) == 14


def test_what_is_still_used_stays_and_is_named(client: Client) -> None:
    site.add_search_space("CSS_A", ["PT_03"])
    done = client.post(DELETE, {**selected(client), "confirmed": "1"}, follow=True)
    assert "PT_03 stays:" in text_of(done)
    assert "11 records deleted." in text_of(done)
    assert names() == {"Other", "PT_03"}


def test_the_message_names_only_the_first_that_stay(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_TOLD", 1)
    site.add_search_space("CSS_A", ["PT_03", "PT_04", "PT_05"])
    done = text_of(client.post(DELETE, {**selected(client), "confirmed": "1"}, follow=True))
    assert "PT_03 stays:" in done
    assert "PT_04 stays:" not in done
    assert "2 more records stay." in done


def test_one_transaction_holds_all_of_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ChangeLog.objects.count()

    def failing(pairs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(deleting, "seal_all", failing)
    form = selected(client)
    with pytest.raises(RuntimeError, match="disk"):
        client.post(DELETE, {**form, "confirmed": "1"})
    assert len(names()) == 13
    assert ChangeLog.objects.count() == before


def test_many_records_are_named_in_part(client: Client) -> None:
    for index in range(60):
        site.add_partition(f"PT_A{index:02}")
    asked = client.post(DELETE, {"all": "72", "query": "?field=name&operator=begins&text=PT_"})
    assert "and 22 more" in text_of(asked)


def test_a_short_list_needs_no_such_link(client: Client) -> None:
    assert "found records" not in text_of(client.get(PARTITIONS, {"rows": "50"}))


def test_who_only_reads_selects_nothing(client: Client) -> None:
    reader = sign_in("reader", groups=(READ_ONLY,))
    assert "Select all" not in text_of(reader.get(PARTITIONS, FOUND))
    assert reader.post(DELETE, {"all": "12", "query": "?"}).status_code == 403


def test_a_count_that_nobody_can_have_seen_selects_nothing(client: Client) -> None:
    done = client.post(DELETE, {"all": "9" * 5000, "query": "?", "confirmed": "1"}, follow=True)
    assert "Nothing was selected." in text_of(done)
    assert len(names()) == 13
