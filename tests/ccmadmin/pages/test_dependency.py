"""Dependency Records: grouped by type, linked where this user may go."""

from django.urls import reverse

from tests.ccmadmin import site
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of

URL = reverse("callrouting/route_partition dependents", args=["PT_A"])
NUMBER = reverse("callrouting/directory_number configure", args=["1002@PT_A"])


def test_dependents_are_grouped_by_type_with_links(installed: None) -> None:
    partition = site.add_partition("PT_A")
    site.add_number("1002", partition)
    site.add_search_space("CSS_A", [partition])
    response = sign_in().get(URL)
    groups = [(group.title, group.count) for group in response.context["dependents"]]
    assert groups == [("Calling Search Spaces", "1"), ("Directory Numbers", "1")]
    assert NUMBER in response.content.decode()


def test_a_page_that_may_not_be_read_is_named_without_a_link(installed: None) -> None:
    site.add_number("1002", site.add_partition("PT_A"))
    group = group_for("callrouting/route_partition", may_update=False)
    response = sign_in(groups=[group]).get(URL)
    assert "Directory Number 1002 in PT_A" in text_of(response)
    assert NUMBER not in response.content.decode()


def test_a_record_that_nothing_needs_says_so(installed: None) -> None:
    site.add_partition("PT_A")
    assert "Nothing depends on this record" in text_of(sign_in().get(URL))
