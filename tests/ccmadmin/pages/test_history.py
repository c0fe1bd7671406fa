"""History: who changed what, in the words of the page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ccmadmin.models import ChangeLog, DevicePool, EndUser, Region, RoutePartition
from ccmadmin.pages import registry
from ccmadmin.pages.history import CHANGES_PER_PAGE, differences, label_of, page_of
from ccmadmin.services import records, undo
from ccmadmin.services.changes import Actor
from tests.ccmadmin import site
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of

PHONES = registry.pages()["device/phone"]


def test_a_change_shows_before_and_after_under_its_label(installed: None) -> None:
    client = sign_in()
    phone = site.add_phone("SEP000000001001", description="Hall")
    phone.description = "Lobby"
    records.save(phone, actor=site.ACTOR)
    response = client.get(reverse("device/phone history", args=[phone.name]))
    entry, _created = response.context["changes"]
    assert [(each.label, each.before, each.after) for each in entry.differences] == [
        ("Description", "Hall", "Lobby")
    ]
    assert f"revision {entry.change.sequence}" in text_of(response)
    assert f"{entry.change.at:%Y-%m-%d %H:%M:%S} UTC (just now) · " in text_of(response)
    assert site.ACTOR.user in text_of(response)


def test_a_line_is_named_by_its_place_and_field() -> None:
    assert label_of(PHONES, "lines.0.display") == "Line 1: Display (Internal Caller ID)"
    assert label_of(PHONES, "device_pool") == "Device Pool"
    assert label_of(None, "name") == "name"


def test_a_list_of_references_is_compared_row_by_row() -> None:
    page = registry.pages()["callrouting/calling_search_space"]
    change = ChangeLog(before={"members": ["A"]}, after={"members": ["A", "B"]})
    assert [(entry.label, entry.after) for entry in differences(page, change)] == [
        ("Partition 2", "B")
    ]


def test_how_a_standard_record_came_in_is_not_offered_to_be_undone(installed: None) -> None:
    client = sign_in()
    url = reverse("system/device_pool history", args=["Default"])
    (added,) = client.get(url).context["changes"]
    assert (added.change.action, added.undo_href, added.undo_request_href) == ("create", "", "")
    pool = DevicePool.by_key("Default")
    region = Region(name="North")
    records.save(region, actor=site.ACTOR)
    pool.region = region
    records.save(pool, actor=site.ACTOR)
    changed, _added = client.get(url).context["changes"]
    assert changed.undo_href


def test_a_long_history_has_pages(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    for index in range(CHANGES_PER_PAGE):
        partition.description = str(index)
        records.save(partition, actor=site.ACTOR)
    url = reverse("callrouting/route_partition history", args=["PT_A"])
    assert len(client.get(url).context["changes"]) == CHANGES_PER_PAGE
    oldest, *rest = client.get(url, {"page": 2}).context["changes"]
    assert (oldest.change.action, rest) == ("create", [])


def test_a_renamed_record_keeps_what_happened_under_its_former_names(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_1")
    for name in ("PT_2", "PT_3"):
        partition.name = name
        records.save(partition, actor=site.ACTOR)
    site.add_partition("PT_1")  # another record, later, under a name that became free
    history = client.get(reverse("callrouting/route_partition history", args=["PT_3"]))
    entries = [(each.change.action, each.change.key) for each in history.context["changes"]]
    assert entries == [("update", "PT_3"), ("update", "PT_2"), ("create", "PT_1")]


def test_a_secret_is_named_by_its_label() -> None:
    page = registry.pages()["usermgmt/end_user"]
    assert label_of(page, "has_digest_credentials") == "Digest Credentials set"
    assert label_of(page, "digest_credentials") == "Digest Credentials"


def test_history_says_who_when_from_where_and_why(installed: None) -> None:
    client = sign_in()
    actor = Actor("ann", "api", request_id="deploy-7", address="192.0.2.7", reason="new floor")
    for name in ("PT_A", "PT_B"):
        records.save(RoutePartition(name=name), actor=actor)
    shown = client.get(reverse("callrouting/route_partition history", args=["PT_A"]))
    text = text_of(shown)
    assert "ann · API · 192.0.2.7 · revision" in text
    assert "request deploy-7" in text
    assert "Reason: new floor" in text
    assert "Undo all 2 changes of the request" in text
    (entry,) = shown.context["changes"]
    together = client.get(entry.request_href)
    assert {row.key for row in together.context["rows"]} == {
        str(change.pk) for change in ChangeLog.objects.filter(request_id="deploy-7")
    }


def test_only_who_may_read_the_change_log_is_led_there(installed: None) -> None:
    client = sign_in(groups=[group_for("callrouting/route_partition", may_update=False)])
    records.save(RoutePartition(name="PT_A"), actor=Actor("admin", "page", request_id="r-1"))
    response = client.get(reverse("callrouting/route_partition history", args=["PT_A"]))
    [entry] = response.context["changes"]
    assert (entry.has_log, entry.request_href, entry.undo_href) == (False, "", "")
    assert reverse("serviceability/change_log") not in response.content.decode()


def test_history_tells_what_undid_a_change_and_what_brought_it_about(installed: None) -> None:
    client = sign_in()
    phone, user = site.add_phone(), site.add_user("swhite")
    records.save(user, actor=site.ACTOR, lists={"controlled_devices": [phone]})
    gone = records.delete(phone, actor=site.ACTOR)
    undo.undo(undo.plan(gone), actor=site.ACTOR)
    shown = client.get(reverse("device/phone history", args=[phone.name]))
    undoing, undone, _created = shown.context["changes"]
    assert undoing.undo_href
    assert not undone.undo_href
    of_phone = text_of(shown)
    assert f"Undoes revision {gone.sequence}." in of_phone
    assert f"Undone by tester in revision {gone.sequence + 1}." in of_phone
    of_user = text_of(client.get(reverse("usermgmt/end_user history", args=["swhite"])))
    assert f"Came about through revision {gone.sequence}, and is undone with it." in of_user


def test_a_long_history_takes_as_many_queries_as_a_short_one(installed: None) -> None:
    client = sign_in()
    url = reverse("callrouting/route_partition history", args=["PT_A"])
    partition = RoutePartition(name="PT_A")
    counts = []
    for rounds in (1, CHANGES_PER_PAGE):
        for index in range(rounds):
            partition.description = f"{rounds}.{index}"
            records.save(partition, actor=Actor("ann", "page", request_id=partition.description))
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_a_kind_of_record_is_its_own_or_its_owners() -> None:
    assert page_of("Phone") is PHONES
    assert page_of("ApiToken") is registry.pages()["usermgmt/application_user"]
    assert page_of("Forgotten") is None


def test_that_a_secret_changed_is_said_in_the_language_of_the_page(installed: None) -> None:
    site.add_user("swhite", digest_credentials="first")
    user = EndUser.by_key("swhite")
    user.set_secret("digest_credentials", "second")
    site.records.save(user, actor=site.ACTOR)
    client = sign_in()
    client.cookies["django_language"] = "de"
    page = client.get(reverse("usermgmt/end_user history", args=["swhite"]))
    assert "Digest-Anmeldedaten geändert" in text_of(page)
