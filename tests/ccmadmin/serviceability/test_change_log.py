"""Change Log: all changes, each with what was different."""

from django.urls import reverse

from ccmadmin.models import ChangeLog
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
