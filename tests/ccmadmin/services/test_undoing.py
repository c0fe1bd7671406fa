"""Parts of taking a change back: who is to blame, and the words for fields."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import ChangeLog, Phone, RoutePartition
from ccmadmin.services import records
from ccmadmin.services.undoing import InTheWayError, Obstacle, label_of, of_rules, take_back
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def test_a_refusal_of_the_rules_keeps_field_and_sentence() -> None:
    change = ChangeLog(model="Phone", key="SEP000000001002")
    error = ValidationError({"device_pool": "No such pool.", "__all__": "Not so."})
    told = [(obstacle.path, obstacle.text, obstacle.key) for obstacle in of_rules(change, error)]
    assert told == [
        ("device_pool", "No such pool.", "SEP000000001002"),
        ("", "Not so.", "SEP000000001002"),
    ]


def test_fields_are_called_as_on_their_page() -> None:
    assert label_of(Phone, "device_pool") == "Device Pool"
    assert label_of(Phone, "lines") == "Lines"


def test_only_changes_of_the_same_fields_are_to_blame() -> None:
    phone = site.add_phone()
    phone.description = "Hall"
    change = records.save(phone, actor=ACTOR)
    phone.is_active = False
    records.save(phone, actor=ACTOR)
    phone.description = "Lobby"
    to_blame = records.save(phone, actor=ACTOR)
    assert change is not None
    with pytest.raises(InTheWayError) as raised:
        take_back(change, own=frozenset([change.sequence]), actor=ACTOR)
    (obstacle,) = raised.value.obstacles
    assert obstacle == Obstacle(str(raised.value), to_blame)


def test_a_change_that_is_back_already_writes_nothing() -> None:
    partition = site.add_partition("PT_A")
    for text in ("Inside", ""):
        partition.description = text
        records.save(partition, actor=ACTOR)
    change = ChangeLog.objects.get(model="RoutePartition", after__description="Inside")
    written = take_back(change, own=frozenset([change.sequence]), actor=ACTOR)
    assert (written.change, written.warnings) == (None, [])
    assert RoutePartition.by_key("PT_A").description == ""
