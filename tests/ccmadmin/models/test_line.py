"""Line appearance."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ccmadmin.models import LineAppearance
from ccmadmin.models.base import allow_writes
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, add_number, add_phone

pytestmark = pytest.mark.usefixtures("installed")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"busy_trigger": 3}, "busy_trigger"),
        ({"maximum_number_of_calls": 1}, "busy_trigger"),
        ({"maximum_number_of_calls": 0}, "maximum_number_of_calls"),
        ({"maximum_number_of_calls": 201}, "maximum_number_of_calls"),
        ({"maximum_number_of_calls": "many"}, "maximum_number_of_calls"),
        ({"busy_trigger": 0}, "busy_trigger"),
        ({"index": 0}, "index"),
        ({"index": None}, "index"),
        ({"ring_setting_idle": "Beep Only"}, "ring_setting_idle"),
        ({"message_waiting_lamp_policy": "Blink"}, "message_waiting_lamp_policy"),
        ({"display": "<script>"}, "display"),
        ({"directory_number": None}, "directory_number"),
    ],
)
def test_a_wrong_value_is_an_error_of_its_field(values: dict[str, object], field: str) -> None:
    row = {"index": 1, "directory_number": add_number(), **values}
    with pytest.raises(ValidationError) as raised:
        records.save(add_phone(), actor=ACTOR, lists={"lines": [row]})
    assert f"lines.0.{field}" in raised.value.message_dict


def test_the_busy_trigger_is_refused_with_both_numbers() -> None:
    row = {"index": 1, "directory_number": add_number(), "busy_trigger": 3}
    with pytest.raises(
        ValidationError, match=r"Busy Trigger 3 is greater .* Calls 2\. Enter 1 to 2"
    ):
        records.save(add_phone(), actor=ACTOR, lists={"lines": [row]})


def test_the_database_keeps_the_busy_trigger_too() -> None:
    add_phone(numbers=[add_number()])
    with pytest.raises(IntegrityError), transaction.atomic(), allow_writes():
        LineAppearance.objects.update(busy_trigger=3)


def test_defaults_are_those_of_a_third_party_phone() -> None:
    line = add_phone(numbers=[add_number()]).lines.get()
    assert (line.maximum_number_of_calls, line.busy_trigger) == (2, 2)
    assert (line.caller_name, line.caller_number) == (True, False)
    assert (line.redirected_number, line.dialed_number) == (False, True)
    assert str(line) == f"{line.phone_id}:1"
