"""The home page of an empty system, and of one in use."""

import datetime

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import RegistrationAttempt
from tests.ccmadmin import site
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of

HOME = reverse("home")


def test_an_empty_system_says_what_to_do_first(installed: None) -> None:
    steps = sign_in().get(HOME).context["steps"]
    assert [step.is_now for step in steps] == [True, False, False, False, False]
    assert steps[0].href == reverse("usermgmt/end_user add")


def test_an_empty_system_leads_to_the_checklist_those_who_may_use_it(installed: None) -> None:
    link = f'<a href="{reverse("device/checklist")}">All of it in one form</a>'
    assert link in sign_in().get(HOME).text
    groups = [group_for("device/phone", may_update=False)]
    assert link not in sign_in("reader", groups=groups).get(HOME).text


def test_what_is_done_is_ticked_and_the_next_is_marked(installed: None) -> None:
    user = site.add_user()
    site.add_security_profile()
    site.add_phone("SEP000000001001", digest_user=user)
    steps = sign_in().get(HOME).context["steps"]
    assert [step.is_done for step in steps] == [True, True, True, False, False]
    assert [step.is_now for step in steps].index(True) == 3


def test_counts_lead_to_their_lists(installed: None) -> None:
    site.add_phone("SEP000000001001")
    tiles = {tile.title: tile for tile in sign_in().get(HOME).context["tiles"]}
    assert (tiles["Phones"].number, tiles["Phones"].href) == (1, reverse("device/phone"))
    assert tiles["Phones registered"].number == 0


def test_a_refused_registration_is_told_with_a_link(installed: None) -> None:
    now = timezone.now()
    attempt = RegistrationAttempt.objects.create(
        node="node-1",
        outcome="refused",
        rule="unknown-user",
        status=401,
        summary="There is no End User swhit",
        at=now - datetime.timedelta(minutes=1),
        last_at=now,
        userid="swhit",
    )
    response = sign_in().get(HOME)
    assert "There is no End User swhit" in text_of(response)
    url = reverse("serviceability/registration_attempt configure", args=[str(attempt.pk)])
    assert url in response.content.decode()


def test_who_may_see_little_is_shown_little(installed: None) -> None:
    client = sign_in(groups=[group_for("system/region", may_update=False)])
    response = client.get(HOME)
    assert response.context["tiles"] == []
    assert response.context["report"] is None
    assert all(not step.href for step in response.context["steps"])


def test_the_latest_changes_are_told_with_who_made_them(installed: None) -> None:
    client = sign_in()
    site.add_partition("PT_A")
    assert f"Partition PT_A Added {site.ACTOR.user} just now" in text_of(client.get(HOME))


def test_a_site_that_has_worked_is_not_called_new_when_all_phones_sleep(installed: None) -> None:
    now = timezone.now()
    RegistrationAttempt.objects.create(
        node="node-1", outcome="accepted", rule="accepted", status=200, at=now, last_at=now
    )
    assert sign_in().get(HOME).context["steps"][-1].is_done


def test_a_system_in_use_offers_the_next_phone_to_who_may_add_it(installed: None) -> None:
    start = reverse("device/checklist add")
    assert sign_in().get(HOME).context["start"] == start
    group = group_for("device/checklist", may_update=True)
    assert sign_in("other", groups=[group]).get(HOME).context["start"] == ""


@pytest.mark.skipif(connections["runtime"].vendor != "sqlite", reason="the plan is SQLite's")
def test_refusals_are_found_without_looking_at_what_was_accepted(installed: None) -> None:
    client = sign_in()
    with CaptureQueriesContext(connections["runtime"]) as asked:
        client.get(HOME)
    (sql,) = [each["sql"] for each in asked if "'refused'" in each["sql"]]
    with connections["runtime"].cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        assert "attempt_refused" in str(cursor.fetchall())
