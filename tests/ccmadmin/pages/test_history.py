"""History: who changed what, in the words of the page."""

from django.urls import reverse

from ccmadmin.models import ChangeLog
from ccmadmin.pages import registry
from ccmadmin.pages.history import CHANGES_PER_PAGE, differences, label_of
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of

PHONES = registry.pages()["device/phone"]


def test_a_change_shows_before_and_after_under_its_label(installed: None) -> None:
    client = sign_in()
    phone = site.add_phone("SEP000000001001", description="Hall")
    phone.description = "Lobby"
    records.save(phone, actor=site.ACTOR)
    response = client.get(reverse("device/phone history", args=[phone.name]))
    (change, found), (_created, _all) = response.context["changes"]
    assert [(entry.label, entry.before, entry.after) for entry in found] == [
        ("Description", "Hall", "Lobby")
    ]
    assert f"revision {change.sequence}" in text_of(response)
    assert site.ACTOR.user in text_of(response)


def test_a_line_is_named_by_its_place_and_field() -> None:
    assert label_of(PHONES, "lines.0.display") == "Lines 1: Display (Internal Caller ID)"
    assert label_of(PHONES, "device_pool") == "Device Pool"
    assert label_of(None, "name") == "name"


def test_a_list_of_references_is_compared_row_by_row() -> None:
    page = registry.pages()["callrouting/calling_search_space"]
    change = ChangeLog(before={"members": ["A"]}, after={"members": ["A", "B"]})
    assert [(entry.label, entry.after) for entry in differences(page, change)] == [
        ("Members 2", "B")
    ]


def test_a_long_history_has_pages(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    for index in range(CHANGES_PER_PAGE):
        partition.description = str(index)
        records.save(partition, actor=site.ACTOR)
    url = reverse("callrouting/route_partition history", args=["PT_A"])
    assert len(client.get(url).context["changes"]) == CHANGES_PER_PAGE
    (oldest, _all), *rest = client.get(url, {"page": 2}).context["changes"]
    assert (oldest.action, rest) == ("create", [])


def test_a_renamed_record_keeps_what_happened_under_its_former_names(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_1")
    for name in ("PT_2", "PT_3"):
        partition.name = name
        records.save(partition, actor=site.ACTOR)
    site.add_partition("PT_1")  # another record, later, under a name that became free
    history = client.get(reverse("callrouting/route_partition history", args=["PT_3"]))
    changes = [(change.action, change.key) for change, _found in history.context["changes"]]
    assert changes == [("update", "PT_3"), ("update", "PT_2"), ("create", "PT_1")]


def test_a_secret_is_named_by_its_label() -> None:
    page = registry.pages()["usermgmt/end_user"]
    assert label_of(page, "has_digest_credentials") == "Digest Credentials set"
    assert label_of(page, "digest_credentials") == "Digest Credentials"
