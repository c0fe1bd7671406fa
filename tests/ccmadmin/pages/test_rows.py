"""Lists inside a record: added, moved and removed by buttons, saved with the record."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import CallingSearchSpace, list_model, row_fields
from ccmadmin.pages import registry
from ccmadmin.pages.page import Page
from ccmadmin.pages.rows import change
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed


def search_space(*names: str) -> tuple[Client, str]:
    partitions = [site.add_partition(name) for name in names]
    site.add_search_space("CSS_A", partitions)
    return sign_in(), reverse("callrouting/calling_search_space configure", args=["CSS_A"])


def shown_rows(response: Any) -> list[str]:
    forms = response.context["editors"][0].forms
    return [
        str(form["partition"].field.prepare_value(form["partition"].value())) for form in forms
    ]


def stored_rows() -> list[str]:
    members = CallingSearchSpace.by_key("CSS_A").members.order_by("position")
    return list(members.values_list("partition__name", flat=True))


def press(client: Client, url: str, button: str, **changes: str) -> Any:
    return client.post(url, typed(client.get(url), rows=button, **changes))


def test_the_rows_stand_in_their_order(installed: None) -> None:
    client, url = search_space("PT_B", "PT_A")
    assert shown_rows(client.get(url)) == ["PT_B", "PT_A"]


def test_a_row_moves_and_nothing_is_saved_before_save(installed: None) -> None:
    client, url = search_space("PT_A", "PT_B", "PT_C")
    moved = press(client, url, "members:up:2")
    assert moved.status_code == 200
    assert shown_rows(moved) == ["PT_A", "PT_C", "PT_B"]
    assert stored_rows() == ["PT_A", "PT_B", "PT_C"]
    assert client.post(url, typed(moved)).status_code == 302
    assert stored_rows() == ["PT_A", "PT_C", "PT_B"]


def test_a_row_is_removed_and_one_is_added(installed: None) -> None:
    client, url = search_space("PT_A", "PT_B")
    site.add_partition("PT_C")
    removed = press(client, url, "members:remove:0")
    assert shown_rows(removed) == ["PT_B"]
    added = client.post(url, typed(removed, rows="members:add"))
    assert (added.status_code, added.context["problems"]) == (200, [])
    assert len(added.context["editors"][0].forms) == 2
    client.post(url, typed(added, **{"members-1-partition": "PT_C"}))
    assert stored_rows() == ["PT_B", "PT_C"]


def test_what_was_typed_elsewhere_stays_when_a_row_moves(installed: None) -> None:
    client, url = search_space("PT_A", "PT_B")
    moved = press(client, url, "members:down:0", description="typed")
    assert moved.context["form"]["description"].value() == "typed"
    assert not moved.context["problems"]


def test_a_row_left_empty_is_no_row(installed: None) -> None:
    client, url = search_space("PT_A")
    client.post(url, typed(press(client, url, "members:add")))
    assert stored_rows() == ["PT_A"]


def test_the_same_partition_twice_is_refused_at_its_row(installed: None) -> None:
    client, url = search_space("PT_A", "PT_B")
    response = client.post(url, typed(client.get(url), **{"members-1-partition": "PT_A"}))
    assert response.status_code == 422
    assert "in the calling search space already" in text_of(response)
    assert stored_rows() == ["PT_A", "PT_B"]


def test_the_error_of_a_row_is_read_out_with_its_field(installed: None) -> None:
    client = sign_in()
    url = reverse("system/region configure", args=["Default"])
    row = {"other_region": "Default", "audio_codec": "G.711", "video_call_bandwidth": "-1"}
    sent = {f"relationships-0-{name}": value for name, value in row.items()}
    refused = client.post(url, typed(client.get(url), **sent, **{"relationships-total": "1"}))
    assert refused.status_code == 422
    page = refused.content.decode()
    field = "id_relationships-0-video_call_bandwidth"
    assert f'aria-describedby="relationships-video_call_bandwidth-help {field}_error"' in page
    assert f'<span class="error" id="{field}_error">' in page


@pytest.mark.parametrize("page", [page for page in registry.pages().values() if page.lists])
def test_a_form_with_all_its_rows_can_be_sent(page: Page) -> None:
    rows = 0
    for entry in page.lists:
        fields = entry.fields or row_fields(list_model(page.record_model, entry.name))
        rows += entry.limit * len(fields)
    beside = 2 * len(page.fields) + 20  # secrets are typed twice; tokens, totals, the reason
    assert rows + beside <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_an_empty_list_where_one_is_required_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/callmanager_group configure", args=["Default"])
    response = client.post(url, typed(client.get(url), **{"members-0-callmanager": ""}))
    assert response.status_code == 422
    assert "Select one to three" in text_of(response)


def test_a_copy_has_the_rows_of_the_original(installed: None) -> None:
    client, _url = search_space("PT_B", "PT_A")
    url = reverse("callrouting/calling_search_space copy", args=["CSS_A"])
    opened = client.get(url)
    assert shown_rows(opened) == ["PT_B", "PT_A"]
    client.post(url, typed(opened, name="CSS_B"))
    copied = CallingSearchSpace.by_key("CSS_B").members.order_by("position")
    assert [row.partition.name for row in copied] == ["PT_B", "PT_A"]


def test_a_button_beyond_the_list_does_nothing() -> None:
    data = QueryDict("members-total=1&members-0-partition=A&rows=members:up:0")
    assert change(data)["members-0-partition"] == "A"
    beyond = QueryDict("members-total=1&members-0-partition=A&rows=members:remove:7")
    assert change(beyond)["members-total"] == "1"


def test_the_focus_follows_the_row(installed: None) -> None:
    client, url = search_space("PT_A", "PT_B", "PT_C")
    moved = press(client, url, "members:up:2")
    assert 'value="members:up:1" formnovalidate autofocus' in moved.content.decode()
    added = press(client, url, "members:add").content.decode()
    assert re.search(r'<select name="members-3-partition"[^>]*autofocus', added)


def test_a_long_list_asks_once_for_what_its_rows_offer(
    installed: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = search_space(*(f"PT_{index:02}" for index in range(20)))
    with django_assert_max_num_queries(12, using="default"):
        client.get(url)
