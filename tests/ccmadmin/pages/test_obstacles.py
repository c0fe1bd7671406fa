"""Obstacles in words: who did what and when, the field of a rule, links for who may follow."""

from django.test import RequestFactory

from ccmadmin.models import ApplicationUser, ChangeLog
from ccmadmin.pages.obstacles import Told, change_href, told
from ccmadmin.services.undo import Obstacle
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in


def request_of(*groups: str) -> "RequestFactory":
    sign_in("viewer", groups)
    request = RequestFactory().get("/")
    request.user = ApplicationUser.by_key("viewer")
    return request


def test_a_change_in_the_way_is_named_with_a_link_to_it(installed: None) -> None:
    site.add_partition("PT_A")
    change = ChangeLog.objects.latest("sequence")
    (found,) = told(request_of(READ_ONLY), [Obstacle("It was changed.", change)])
    assert found.text == "It was changed."
    assert found.link.startswith(f"Revision {change.sequence}: tester added PT_A at 20")
    assert found.href == f"/callrouting/route_partition/PT_A/-/history/#revision-{change.pk}"


def test_who_may_not_read_the_record_gets_no_link(installed: None) -> None:
    site.add_partition("PT_A")
    change = ChangeLog.objects.latest("sequence")
    assert change_href(request_of(), change) == ""


def test_who_may_not_read_the_record_that_a_rule_is_about_gets_no_link_either(
    installed: None,
) -> None:
    site.add_partition("PT_A")
    obstacle = Obstacle("Not so.", model="RoutePartition", key="PT_A")
    assert told(request_of(), [obstacle]) == [Told("Not so.")]


def test_a_rule_names_its_field_and_the_record_if_there_is_one(installed: None) -> None:
    site.add_partition("PT_A")
    there = Obstacle("Not so.", model="RoutePartition", key="PT_A", path="description")
    gone = Obstacle("Not so.", model="RoutePartition", key="PT_B")
    unknown = Obstacle("Not so.", model="Forgotten")
    assert told(request_of(READ_ONLY), [there, gone, unknown]) == [
        Told("Not so.", "Description", "PT_A", "/callrouting/route_partition/PT_A/"),
        Told("Not so."),
        Told("Not so."),
    ]
