"""The page Undo, and the offer to undo in the message just after something was changed."""

import re
from typing import Any

from django.contrib.messages.storage.session import SessionStorage
from django.test import Client, RequestFactory
from django.urls import reverse

from ccmadmin.models import (
    ApiToken,
    ChangeLog,
    DirectoryNumber,
    Phone,
    Role,
    RoutePartition,
    ServiceParameter,
    UserGroup,
)
from ccmadmin.pages.page import Page
from ccmadmin.pages.undo import offer
from ccmadmin.pages.values import key_of
from ccmadmin.services import records, undo
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import token_of
from tests.ccmadmin.pages.test_configure import ADDABLE, add, every_page
from tests.ccmadmin.pages.test_configure import newest as newest_record
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of, typed

ADD = reverse("callrouting/route_partition add")


def newest() -> ChangeLog:
    return ChangeLog.objects.latest("sequence")


def offered(response: Any) -> str:
    """Return the address behind the button Undo of the page's message."""
    shown = response.content.decode()
    found = re.search(r'<form class="tools" method="post" action="(/-/undo/[^"]+)"', shown)
    return found.group(1) if found else ""


def add_partition(client: Client, **values: str) -> Any:
    form = typed(client.get(ADD), name="PT_A", **values)
    return client.post(ADD, form, follow=True)


def changed(**values: str) -> ChangeLog:
    partition = RoutePartition.by_key("PT_A")
    for name, value in values.items():
        setattr(partition, name, value)
    entry = records.save(partition, actor=site.ACTOR)
    assert entry is not None
    return entry


# -- the offer -----------------------------------------------------------------------------------


def test_saving_offers_to_undo_and_one_press_does(installed: None) -> None:
    client = sign_in()
    saved = add_partition(client)
    done = client.post(offered(saved), {"back": "/callrouting/route_partition/PT_A/"}, follow=True)
    assert "Undone: 1 change is taken back." in text_of(done)
    assert done.redirect_chain[-1][0] == reverse("callrouting/route_partition")
    assert not RoutePartition.objects.exists()


def test_what_was_undone_can_be_redone_from_the_next_message(installed: None) -> None:
    client = sign_in()
    undone = client.post(offered(add_partition(client)), follow=True)
    redone = client.post(offered(undone), follow=True)
    assert redone.redirect_chain[-1][0] == (
        reverse("callrouting/route_partition configure", args=["PT_A"])
    )
    assert RoutePartition.objects.get().name == "PT_A"


def test_deleting_offers_to_undo(installed: None) -> None:
    client = sign_in()
    add_partition(client)
    url = reverse("callrouting/route_partition delete", args=["PT_A"])
    deleted = client.post(url, {"reason": "not needed"}, follow=True)
    assert newest().comment == "not needed"
    client.post(offered(deleted))
    assert RoutePartition.objects.get().name == "PT_A"


def test_delete_selected_is_undone_as_one(installed: None) -> None:
    client = sign_in()
    for name in ("PT_A", "PT_B"):
        site.add_partition(name)
    url = reverse("callrouting/route_partition delete-selected")
    keys = {"key": ["PT_A", "PT_B"], "confirmed": "1", "reason": "tidied"}
    deleted = client.post(url, keys, follow=True)
    assert not RoutePartition.objects.exists()
    assert newest().comment == "tidied"
    done = client.post(offered(deleted), {"back": reverse("callrouting/route_partition")})
    assert RoutePartition.objects.count() == 2
    assert done.headers["Location"] == reverse("callrouting/route_partition")


def test_a_number_and_its_line_are_undone_together(installed: None) -> None:
    client = sign_in()
    phone = site.add_phone()
    url = reverse("callrouting/directory_number add") + f"?phone={phone.name}&line=1"
    saved = client.post(url, typed(client.get(url), number="1002"), follow=True)
    assert Phone.by_key(phone.name).lines.count() == 1
    client.post(offered(saved))
    assert not DirectoryNumber.objects.exists()
    assert Phone.by_key(phone.name).lines.count() == 0


def test_parameters_that_were_saved_together_are_undone_together(installed: None) -> None:
    client = sign_in()
    url = reverse("system/service_parameter")
    form = client.get(url).context["groups"]
    values = {line.parameter.name: line.field.value() for _, lines in form for line in lines}
    before = dict(ServiceParameter.objects.values_list("name", "value"))
    numbers = [name for name, value in values.items() if value.isdecimal()][:2]
    wanted = {name: str(int(values[name]) + 1) for name in numbers}
    saved = client.post(url, {**values, **wanted, "reason": "for a test"}, follow=True)
    assert newest().comment == "for a test"
    client.post(offered(saved))
    assert dict(ServiceParameter.objects.values_list("name", "value")) == before


@every_page
def test_what_every_page_writes_can_be_undone_and_redone(installed: None, page: Page) -> None:
    client = sign_in()
    add(client, page)
    key = key_of(newest_record(page))
    url = reverse(f"{page.key} configure", args=[key])
    before = records.document(page.lookup(key).get())
    undone = client.post(offered(client.get(url)), follow=True)
    assert not page.lookup(key).exists()
    client.post(offered(undone), follow=True)
    assert records.document(page.lookup(key).get()) == before
    deleted = client.post(reverse(f"{page.key} delete", args=[key]), follow=True)
    assert not page.lookup(key).exists()
    client.post(offered(deleted), follow=True)
    assert records.document(page.lookup(key).get()) == before


def test_whatever_can_be_added_can_be_copied_and_deleted() -> None:
    for page in ADDABLE:
        assert page.can_copy, page.key
        assert page.can_delete, page.key


# -- the page ------------------------------------------------------------------------------------


def test_the_page_shows_what_undoing_writes_and_writes_nothing(installed: None) -> None:
    client = sign_in()
    add_partition(client)
    entry = changed(description="Inside")
    revision = records.current_revision()
    shown = client.get(reverse("undo", args=[entry.sequence]))
    assert "Take back: Revision" in text_of(shown)
    assert "Changed Partition PT_A" in text_of(shown)
    assert "Description Inside" in text_of(shown)
    assert records.current_revision() == revision
    assert RoutePartition.by_key("PT_A").description == "Inside"


def test_a_reason_goes_into_the_log(installed: None) -> None:
    client = sign_in()
    add_partition(client)
    client.post(reverse("undo", args=[newest().sequence]), {"reason": "wrong name"})
    assert newest().comment == "wrong name"


def test_a_reason_that_is_too_long_is_kept_and_nothing_is_undone(installed: None) -> None:
    client = sign_in()
    add_partition(client)
    refused = client.post(reverse("undo", args=[newest().sequence]), {"reason": "x" * 256})
    assert refused.status_code == 422
    assert "x" * 256 in refused.content.decode()
    assert RoutePartition.objects.exists()


def test_what_is_in_the_way_is_named_with_a_link(installed: None) -> None:
    client = sign_in()
    add_partition(client)
    entry, later = changed(description="Inside"), changed(description="Outside")
    for refused in (
        client.get(reverse("undo", args=[entry.sequence])),
        client.post(reverse("undo", args=[entry.sequence])),
    ):
        assert refused.status_code == 409
        assert "Nothing was undone. Partition “PT_A”: Description changed" in text_of(refused)
        assert f"Revision {later.sequence}: tester changed PT_A at" in text_of(refused)
        href = reverse("callrouting/route_partition history", args=["PT_A"])
        assert f"{href}#revision-{later.sequence}" in refused.content.decode()


def test_a_rule_that_refuses_is_told_beside_its_field(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    number = site.add_number("1002", partition)
    number.route_partition = None
    entry = records.save(number, actor=site.ACTOR)
    records.delete(partition, actor=site.ACTOR)
    assert entry is not None
    refused = client.get(reverse("undo", args=[entry.sequence]))
    assert "Route Partition: There is no Partition “PT_A”." in text_of(refused)


def test_a_revision_that_there_is_not_is_not_found(installed: None) -> None:
    assert sign_in().get(reverse("undo", args=[999999])).status_code == 404


def test_a_large_request_is_not_tried_before_it_is_asked_for(
    installed: None, monkeypatch: Any
) -> None:
    monkeypatch.setattr("ccmadmin.pages.undo.SHOWN", 0)
    client = sign_in()
    add_partition(client)
    shown = client.get(reverse("undo", args=[newest().sequence]))
    assert "What undoing will write" not in text_of(shown)


# -- who may -------------------------------------------------------------------------------------


def test_who_may_not_update_the_page_of_the_record_may_not_undo(installed: None) -> None:
    site.add_partition("PT_A")
    url = reverse("undo", args=[newest().sequence])
    client = sign_in("reader", [READ_ONLY])
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403
    history = client.get(reverse("callrouting/route_partition history", args=["PT_A"]))
    assert not history.context["changes"][0].undo_href
    records.delete(RoutePartition.by_key("PT_A"), actor=site.ACTOR)
    undo.undo(undo.plan(newest()), actor=site.ACTOR)
    done_already = newest().undoes
    assert client.get(reverse("undo", args=[done_already])).status_code == 403
    assert Client().get(url).status_code == 302


def test_the_rights_are_asked_for_every_record_of_a_request(installed: None) -> None:
    role = Role(name="Partitions")
    page = {"page": "callrouting/route_partition", "may_update": True}
    records.save(role, actor=site.ACTOR, lists={"permissions": [page]})
    records.save(UserGroup(name="G"), actor=site.ACTOR, lists={"roles": [role]})
    actor = records.Actor(user="x", source="api", request_id="r-1")
    partition = RoutePartition(name="PT_A")
    records.save(DirectoryNumber(number="1002"), actor=actor)
    records.save(partition, actor=actor)
    entry = newest()
    client = sign_in("half", ["G"])
    assert client.get(reverse("undo", args=[entry.sequence])).status_code == 200
    whole = reverse("undo", args=[entry.sequence]) + "?whole_request=true"
    assert client.post(whole).status_code == 403
    assert RoutePartition.objects.exists()


def test_a_token_is_brought_back_only_by_who_may_change_its_user(installed: None) -> None:
    token_of(site.administrator("script"))
    gone = records.delete(ApiToken.objects.get(), actor=site.ACTOR)
    url = reverse("undo", args=[gone.sequence])
    assert sign_in("reader", [READ_ONLY]).post(url).status_code == 403
    done = sign_in().post(url)
    assert done.status_code == 302
    assert ApiToken.objects.exists()


def test_what_nobody_can_change_by_hand_cannot_be_undone(installed: None) -> None:
    entry = ChangeLog.objects.filter(model="PhoneModel").first()
    assert entry is not None
    assert sign_in().get(reverse("undo", args=[entry.sequence])).status_code == 403


def test_undo_is_offered_only_to_who_may_undo(installed: None, rf: RequestFactory) -> None:
    users = [site.administrator(), site.administrator("reader", [READ_ONLY])]
    site.add_partition("PT_A")
    tags = []
    for user in users:
        request: Any = rf.get("/")
        request.user, request.session = user, {}
        request._messages = SessionStorage(request)
        offer(request, "Done.", newest())
        tags += [message.extra_tags for message in request._messages]
    assert tags == [reverse("undo", args=[newest().sequence]), ""]
