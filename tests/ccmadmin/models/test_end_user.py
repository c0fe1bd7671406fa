"""End User."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import EndUser
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, add_number, add_phone, add_user

pytestmark = pytest.mark.usefixtures("installed")


def test_only_user_id_and_last_name_are_required() -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(EndUser(), actor=ACTOR)
    assert set(raised.value.message_dict) == {"userid", "last_name"}
    add_user("swhite")


def test_nobody_is_their_own_manager() -> None:
    user = add_user()
    user.manager = user
    with pytest.raises(ValidationError) as raised:
        records.save(user, actor=ACTOR)
    assert list(raised.value.message_dict) == ["manager"]


def test_a_manager_cannot_be_deleted_before_the_reports() -> None:
    boss = add_user("boss")
    add_user("swhite", manager=boss)
    with pytest.raises(records.StillUsedError, match=r"swhite \(Manager User ID\)"):
        records.delete(boss, actor=ACTOR)


def test_the_primary_extension_is_a_line_of_a_controlled_device() -> None:
    number = add_number()
    phone = add_phone(numbers=[number])
    user = add_user()
    user.primary_extension = number
    with pytest.raises(ValidationError, match="is not a line of a device that swhite controls"):
        records.save(user, actor=ACTOR)
    assert records.save(user, actor=ACTOR, lists={"controlled_devices": [phone]})
    with pytest.raises(ValidationError) as raised:
        records.save(user, actor=ACTOR, lists={"controlled_devices": []})
    assert list(raised.value.message_dict) == ["primary_extension"]


def test_a_device_is_associated_once() -> None:
    phone = add_phone()
    with pytest.raises(ValidationError) as raised:
        records.save(add_user(), actor=ACTOR, lists={"controlled_devices": [phone, phone]})
    assert list(raised.value.message_dict) == ["controlled_devices.1.phone"]


def test_a_user_id_with_a_blank_is_warned_of() -> None:
    (text,) = add_user("sam white").warnings()
    assert "has a blank in it" in text
