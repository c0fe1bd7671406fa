"""Calling Search Space: the order of its partitions is theirs to set."""

from django.urls import reverse

from ccmadmin.models import CallingSearchSpace
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, typed


def test_partitions_are_selected_in_order(installed: None) -> None:
    client = sign_in()
    site.add_partition("PT_A")
    site.add_partition("PT_B")
    url = reverse("callrouting/calling_search_space add")
    rows = {"members-total": "2", "members-0-partition": "PT_B", "members-1-partition": "PT_A"}
    client.post(url, typed(client.get(url), name="CSS_A", **rows))
    members = CallingSearchSpace.by_key("CSS_A").members.order_by("position")
    assert [member.partition.name for member in members] == ["PT_B", "PT_A"]
