"""Change Log: all changes, each with what was different."""

import pytest
from django.db import connection
from django.urls import reverse

from ccmadmin.models import ChangeLog
from ccmadmin.pages.find import found_pks
from ccmadmin.pages.query import Criterion, Query
from ccmadmin.serviceability.change_log import PAGE
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of


def test_a_change_shows_its_differences_and_leads_to_the_record(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    partition.description = "Inside"
    records.save(partition, actor=site.ACTOR)
    change = ChangeLog.objects.latest("sequence")
    shown = client.get(reverse("serviceability/change_log configure", args=[str(change.pk)]))
    assert "Description Inside" in text_of(shown)
    assert reverse("callrouting/route_partition history", args=["PT_A"]) in (
        shown.content.decode()
    )


def test_changes_are_found_by_record_and_by_the_word_for_what_was_done(installed: None) -> None:
    client = sign_in()
    site.add_partition("PT_A")
    url = reverse("serviceability/change_log")
    for field, text in (("key", "PT_A"), ("model", "Partition"), ("action", "added")):
        listed = client.get(url, {"field": field, "operator": "exactly", "text": text})
        assert listed.context["rows"][0].cells[-2][1].text == "PT_A"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
@pytest.mark.parametrize("name", PAGE.find_by)
def test_a_search_reads_no_documents(installed: None, name: str) -> None:
    """Of a million changes these are a gigabyte."""
    text = "page" if name == "source" else "add" if name == "action" else "a"
    found = found_pks(PAGE, Query((Criterion(name, "contains", text),)))
    for rows in (found[:50], found):
        assert " COVERING INDEX " in rows.explain()
