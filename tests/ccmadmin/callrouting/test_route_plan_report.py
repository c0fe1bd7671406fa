"""Route Plan Report: where calls to each number go, and the end of those that go nowhere."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.callrouting import route_plan_report
from ccmadmin.models import ChangeLog, DirectoryNumber
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

URL = reverse("callrouting/route_plan_report")
UNASSIGNED = reverse("callrouting/route_plan_report unassigned")
PHONE_ADMINISTRATION = "Standard CCM Phone Administration"


@pytest.fixture
def plan(installed: None) -> None:
    """1001 in a partition on two phones, 1002 and 1003 on none."""
    shared = site.add_number("1001", site.add_partition("PT_A"))
    site.add_phone("SEP000000001001", [shared])
    site.add_phone("SEP000000001002", [shared])
    site.add_number("1002")
    site.add_number("1003", description="Left behind")


def left() -> list[str]:
    return list(DirectoryNumber.objects.values_list("number", flat=True))


def test_each_number_has_its_partition_type_and_lines(plan: None) -> None:
    text = text_of(sign_in().get(URL))
    assert "1001 PT_A Directory Number SEP000000001001 (1), SEP000000001002 (1)" in text
    assert "1002 Unassigned DN" in text


def test_a_row_leads_to_the_numbers_own_page(plan: None) -> None:
    client = sign_in()
    listed = client.get(URL)
    assert client.get(listed.context["rows"][0].href).headers["Location"] == reverse(
        "callrouting/directory_number configure", args=["1001@PT_A"]
    )


def test_the_report_comes_as_csv(plan: None) -> None:
    sent: Any = sign_in().get(reverse("callrouting/route_plan_report csv"))
    text = b"".join(sent.streaming_content).decode()
    assert "SEP000000001001 (1), SEP000000001002 (1)" in text
    assert "Unassigned DN" in text


def test_the_unassigned_are_listed_and_can_be_searched(plan: None) -> None:
    client = sign_in()
    assert "1003 <None> Left behind" in text_of(client.get(UNASSIGNED))
    found = client.get(UNASSIGNED, {"text": "1002"})
    assert [number.number for number, _href in found.context["rows"]] == ["1002"]


def test_ticked_numbers_are_deleted_after_a_question(plan: None) -> None:
    client = sign_in(groups=[PHONE_ADMINISTRATION])
    asked = client.post(UNASSIGNED, {"key": ["1002", "1001@PT_A"]})
    assert "Delete 1 number?" in text_of(asked)
    assert left() == ["1001", "1002", "1003"]
    done = client.post(UNASSIGNED, {"key": asked.context["keys"], "confirmed": "1"}, follow=True)
    assert "1 number deleted." in text_of(done)
    assert left() == ["1001", "1003"]


def test_all_are_deleted_at_once(plan: None) -> None:
    client = sign_in()
    assert "Delete 2 numbers?" in text_of(client.post(UNASSIGNED, {"all": "1"}))
    done = client.post(UNASSIGNED, {"all": "1", "confirmed": "1"}, follow=True)
    assert "2 numbers deleted." in text_of(done)
    assert "There are no unassigned numbers" in text_of(done)
    assert left() == ["1001"]


def test_so_many_at_once_and_the_rest_the_next_time(
    plan: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route_plan_report, "AT_ONCE", 1)
    done = sign_in().post(UNASSIGNED, {"all": "1", "confirmed": "1"}, follow=True)
    assert "1 are left: delete again." in text_of(done)
    assert left() == ["1001", "1003"]


def test_nothing_ticked_deletes_nothing(plan: None) -> None:
    done = sign_in().post(UNASSIGNED, {"confirmed": "1"}, follow=True)
    assert "Nothing was selected." in text_of(done)


def test_who_only_reads_sees_no_button_and_deletes_nothing(plan: None) -> None:
    client = sign_in(groups=[READ_ONLY])
    assert b"Delete Selected" not in client.get(UNASSIGNED).content
    assert client.post(UNASSIGNED, {"all": "1", "confirmed": "1"}).status_code == 403
    assert len(left()) == 3


def test_the_report_alone_gives_no_right_over_numbers(plan: None) -> None:
    client = sign_in(groups=[group_for(route_plan_report.PAGE.key, may_update=True)])
    assert b"Delete Selected" not in client.get(UNASSIGNED).content
    assert client.post(UNASSIGNED, {"all": "1", "confirmed": "1"}).status_code == 403
    assert len(left()) == 3


def test_rest_lists_the_plan_and_the_unassigned(plan: None, script: Caller) -> None:
    entries = script.get("route-plan-report/").json()["results"]
    assert entries[0]["lines"] == [
        {"phone": "SEP000000001001", "index": 1},
        {"phone": "SEP000000001002", "index": 1},
    ]
    unassigned = script.get("route-plan-report/?type=unassigned").json()
    assert [entry["key"] for entry in unassigned["results"]] == ["1002", "1003"]
    assert script.get("route-plan-report/?type=odd").status_code == 400


def test_nobody_gets_in(plan: None) -> None:
    assert Client().get(UNASSIGNED).status_code == 302


def test_why_numbers_are_deleted_stands_in_the_change_log(plan: None) -> None:
    client = sign_in()
    assert 'name="reason"' in client.post(UNASSIGNED, {"all": "1"}).content.decode()
    form = {"all": "1", "confirmed": "1"}
    assert client.post(UNASSIGNED, {**form, "reason": "x" * 256}).status_code == 422
    assert len(left()) == 3
    client.post(UNASSIGNED, {**form, "reason": "The floor is let"})
    assert ChangeLog.objects.latest("sequence").comment == "The floor is let"
