"""Partition."""

from django.urls import reverse

from ccmadmin.models import RoutePartition
from tests.ccmadmin.visitor import sign_in, typed


def test_a_partition_has_a_name_and_a_description(installed: None) -> None:
    client = sign_in()
    url = reverse("callrouting/route_partition add")
    client.post(url, typed(client.get(url), name="PT_A", description="Inside"))
    assert RoutePartition.by_key("PT_A").description == "Inside"
