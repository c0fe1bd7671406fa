"""Nodes, groups, locations, device pools."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import CallManager, CallManagerGroup, DateTimeGroup, DevicePool, Location
from ccmadmin.models.system import time_zones
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def node(name: str) -> CallManager:
    made = CallManager(name=name, host_name="192.0.2.1")
    records.save(made, actor=ACTOR)
    return made


def test_a_group_has_one_to_three_nodes_in_order() -> None:
    nodes = [node(f"cm-{number}") for number in range(4)]
    group = CallManagerGroup(name="All")
    with pytest.raises(ValidationError, match="would have 4 members"):
        records.save(group, actor=ACTOR, lists={"members": nodes})
    records.save(group, actor=ACTOR, lists={"members": nodes[2::-1]})
    assert records.document(group)["members"] == ["cm-2", "cm-1", "cm-0"]


def test_a_node_is_once_in_a_group() -> None:
    first = node("cm-1")
    with pytest.raises(ValidationError) as raised:
        records.save(CallManagerGroup(name="All"), actor=ACTOR, lists={"members": [first, first]})
    assert list(raised.value.message_dict) == ["members.1.callmanager"]


def test_a_node_in_a_group_cannot_be_deleted() -> None:
    first = node("cm-1")
    records.save(CallManagerGroup(name="All"), actor=ACTOR, lists={"members": [first]})
    with pytest.raises(records.StillUsedError, match="Cisco CallManager Group All"):
        records.delete(first, actor=ACTOR)


@pytest.mark.parametrize(
    ("field", "value"),
    [("host_name", "not a host"), ("host_name", ""), ("sip_phone_port", 80), ("name", "")],
)
def test_a_node_needs_an_address_and_a_port_that_phones_can_use(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(
            CallManager(**{"name": "cm-1", "host_name": "192.0.2.1", field: value}), actor=ACTOR
        )
    assert list(raised.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("separator", ":"), ("date_format", "Y"), ("time_format", "8")],
)
def test_a_date_time_group_has_known_values_only(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(DateTimeGroup(**{"name": "Lab", field: value}), actor=ACTOR)
    assert list(raised.value.message_dict) == [field]


def test_time_zones_are_those_of_the_machine() -> None:
    assert ("America/Los_Angeles", "America/Los Angeles") in time_zones()


def test_no_bandwidth_means_unlimited_and_no_audio_at_all_is_refused() -> None:
    records.save(Location(name="Lab", video_bandwidth=0), actor=ACTOR)
    assert Location.by_key("Lab").audio_bandwidth is None
    with pytest.raises(ValidationError) as raised:
        records.save(Location(name="Cellar", audio_bandwidth=0), actor=ACTOR)
    assert list(raised.value.message_dict) == ["audio_bandwidth"]


def test_a_device_pool_needs_its_group_its_time_and_its_region() -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(DevicePool(name="Lab"), actor=ACTOR)
    assert set(raised.value.message_dict) == {"callmanager_group", "date_time_group", "region"}
