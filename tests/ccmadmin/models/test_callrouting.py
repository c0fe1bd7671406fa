"""Partitions, calling search spaces, directory numbers."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ccmadmin.models import DirectoryNumber
from ccmadmin.models.base import allow_writes
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, add_number, add_partition, add_phone, add_search_space

pytestmark = pytest.mark.usefixtures("installed")


def test_a_partition_is_once_in_a_search_space() -> None:
    partition = add_partition()
    with pytest.raises(ValidationError) as raised:
        add_search_space("CSS", [partition, partition])
    assert list(raised.value.message_dict) == ["members.1.partition"]


def test_the_names_of_a_search_space_fit_in_1024_characters() -> None:
    partitions = [add_partition(f"PT_{number:047}") for number in range(21)]
    add_search_space("CSS", partitions[:20])
    with pytest.raises(ValidationError, match="have 1070 characters, 1024 are allowed"):
        add_search_space("CSS_2", partitions)


@pytest.mark.parametrize("has_partition", [True, False])
def test_a_number_is_once_in_a_partition_and_once_in_none(has_partition: bool) -> None:
    partition = add_partition() if has_partition else None
    add_number("1002", partition)
    with pytest.raises(ValidationError) as raised:
        add_number("1002", partition)
    (text,) = raised.value.message_dict["number"]
    assert text.startswith(f"Directory Number “1002” exists in partition {partition or '<None>'}")
    double = DirectoryNumber(number="1002", route_partition=partition)
    with pytest.raises(IntegrityError), transaction.atomic(), allow_writes():
        double.save()


@pytest.mark.parametrize("number", ["1002", "*55", "#7", "+4971155", "91XX", "1[2-5]", "1[^2-5]!"])
def test_what_callmanager_can_dial_is_a_number(number: str) -> None:
    add_number(number)


@pytest.mark.parametrize(
    "number", ["", "10 02", "1002a", "1^2", "1[2", "1]", "[]", "12@x", "1" * 25, "١٢"]
)
def test_what_callmanager_cannot_dial_is_refused(number: str) -> None:
    with pytest.raises(ValidationError) as raised:
        add_number(number)
    assert list(raised.value.message_dict) == ["number"]


def test_a_number_that_phones_cannot_register_is_saved_with_a_warning() -> None:
    assert add_number("1002").warnings() == []
    (text,) = add_number("*55").warnings()
    assert "*55 is not made of digits only" in text


@pytest.mark.parametrize("seconds", [0, 301])
def test_the_ring_duration_has_limits(seconds: int) -> None:
    with pytest.raises(ValidationError) as raised:
        add_number(no_answer_ring_duration=seconds)
    assert list(raised.value.message_dict) == ["no_answer_ring_duration"]


def test_unassigned_numbers_are_those_on_no_phone() -> None:
    add_phone(numbers=[add_number("1001")])
    spare = add_number("1002")
    assert list(DirectoryNumber.objects.unassigned()) == [spare]


def test_a_number_reads_as_number_in_partition() -> None:
    assert str(add_number("1002")) == "1002"
    assert str(add_number("1002", add_partition())) == "1002 in PT_Internal"


def test_a_number_can_move_to_another_partition() -> None:
    number = add_number("1002", add_partition("PT_A"))
    number.route_partition = add_partition("PT_B")
    entry = records.save(number, actor=ACTOR)
    assert entry is not None
    assert (entry.previous_key, entry.key) == ("1002@PT_A", "1002@PT_B")
