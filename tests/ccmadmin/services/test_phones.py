"""What a new phone starts with."""

import pytest

from ccmadmin.models import CallManager, CallManagerGroup, DevicePool, Phone, PhoneModel
from ccmadmin.services import phones, records
from tests.ccmadmin.site import ACTOR, ADVANCED, BASIC, add_phone

pytestmark = pytest.mark.usefixtures("installed")


def test_on_a_fresh_installation_every_reference_has_its_standard_record() -> None:
    found = phones.preselected(PhoneModel.by_key(BASIC))
    assert set(found) > set(phones.PRESELECTED)
    assert found["phone_button_template"].key == BASIC
    assert found["phone_security_profile"].phone_model.key == BASIC


def test_where_there_is_a_choice_nothing_is_chosen() -> None:
    pool = records.copy_of(DevicePool.by_key("Default"))
    records.assign(pool, {"name": "Oslo"})
    records.save(pool, actor=ACTOR)
    assert "device_pool" not in phones.preselected(PhoneModel.by_key(BASIC))


def test_every_preselected_field_must_be_filled() -> None:
    names = {field.name for field in Phone._meta.fields if not field.null and field.is_relation}
    assert names == {*phones.PRESELECTED, "phone_model"}


def test_a_phone_without_video_does_not_retry_video() -> None:
    assert not phones.new_phone(PhoneModel.by_key(BASIC)).retry_video_call_as_audio
    assert phones.new_phone(PhoneModel.by_key(ADVANCED)).retry_video_call_as_audio


def test_a_phone_registers_with_the_nodes_of_its_pool_in_their_order() -> None:
    node = CallManager(name="node-2", host_name="192.0.2.9", sip_phone_port=5070)
    records.save(node, actor=ACTOR)
    group = CallManagerGroup.by_key("Default")
    records.save(group, actor=ACTOR, lists={"members": [node, "node-1"]})
    first, second = phones.registrars(add_phone())
    assert first == "192.0.2.9:5070"
    assert second.endswith(":5060")
