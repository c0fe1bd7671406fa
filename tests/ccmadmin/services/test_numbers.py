"""The Directory Number page of a phone."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import DirectoryNumber, LineAppearance, Phone
from ccmadmin.services import records
from ccmadmin.services.numbers import (
    appearance_errors,
    delete_unassigned,
    existing_number,
    remove_line,
    save_line,
)
from tests.ccmadmin.site import ACTOR, ADVANCED, add_number, add_partition, add_phone

pytestmark = pytest.mark.usefixtures("installed")


def put(phone: Phone, index: int, number: dict[str, object], **line: object) -> LineAppearance:
    return save_line(
        phone=phone,
        index=index,
        directory_number_values=number,
        appearance_values=line,
        actor=ACTOR,
    )


def test_a_new_number_and_its_appearance_are_saved_together() -> None:
    add_partition()
    phone = add_phone()
    revision = records.current_revision()
    values = {"number": "1002", "route_partition": "PT_Internal", "alerting_name": "Sam"}
    line = put(phone, 1, values, display="Sam White", busy_trigger=1)
    assert line.directory_number.key == "1002@PT_Internal"
    assert (line.display, line.busy_trigger, line.directory_number.alerting_name) == (
        "Sam White",
        1,
        "Sam",
    )
    assert records.current_revision() == revision + 2


def test_a_number_that_exists_is_shared() -> None:
    number = add_number("1100", alerting_name="Reception")
    add_phone("SEP000000000001", [number])
    line = put(add_phone("SEP000000000002"), 1, {"number": "1100"})
    assert line.directory_number == number
    assert line.directory_number.alerting_name == "Reception"
    assert number.appearances.count() == 2


def test_a_changed_number_changes_for_every_phone_that_shares_it() -> None:
    number = add_number("1100")
    first = add_phone("SEP000000000001", [number])
    second = add_phone("SEP000000000002", [number])
    put(first, 1, {"number": "1200"})
    assert DirectoryNumber.objects.count() == 1
    assert second.lines.get().directory_number.number == "1200"


def test_a_button_can_take_another_number_that_exists() -> None:
    old, new = add_number("1001"), add_number("1002")
    phone = add_phone(numbers=[old])
    assert put(phone, 1, {"number": "1002"}).directory_number == new
    assert list(DirectoryNumber.objects.unassigned()) == [old]


def test_only_the_settings_of_a_line_may_be_changed() -> None:
    phone = add_phone(numbers=[add_number()])
    revision = records.current_revision()
    assert put(phone, 1, {}, maximum_number_of_calls=4).maximum_number_of_calls == 4
    assert put(phone, 1, {}).maximum_number_of_calls == 4
    assert records.current_revision() == revision + 1


def test_other_lines_stay() -> None:
    phone = add_phone(numbers=[add_number("1001"), add_number("1002")], model=ADVANCED)
    put(phone, 4, {"number": "1003"})
    put(phone, 1, {}, display="First")
    rows = records.list_document(phone, "lines")
    assert [(row["index"], row["directory_number"]) for row in rows] == [
        (1, "1001"),
        (2, "1002"),
        (4, "1003"),
    ]


def test_nothing_is_saved_when_one_of_the_two_is_wrong() -> None:
    phone = add_phone()
    with pytest.raises(ValidationError) as raised:
        put(phone, 1, {"number": "1002"}, busy_trigger=3)
    assert list(appearance_errors(raised.value)) == ["busy_trigger"]
    assert not DirectoryNumber.objects.exists()
    with pytest.raises(ValidationError) as raised:
        put(phone, 1, {"number": "10 02"})
    assert list(appearance_errors(raised.value)) == ["number"]
    with pytest.raises(ValidationError) as raised:
        put(phone, 2, {"number": "1002"})
    assert list(appearance_errors(raised.value)) == ["index"]


def test_a_removed_line_leaves_its_number_unassigned() -> None:
    number = add_number()
    phone = add_phone(numbers=[number])
    assert remove_line(phone=phone, index=1, actor=ACTOR) == number
    assert list(DirectoryNumber.objects.unassigned()) == [number]
    with pytest.raises(ValidationError, match="has no line 1"):
        remove_line(phone=phone, index=1, actor=ACTOR)


def test_an_existing_number_is_found_by_number_and_partition() -> None:
    partition = add_partition()
    number = add_number("1002", partition)
    assert existing_number({"number": "1002"}) is None
    assert existing_number({"number": "1002", "route_partition": partition}) == number
    assert existing_number({"number": "1002", "route_partition": "PT_Internal"}) == number


def test_a_number_that_came_onto_a_phone_meanwhile_stays_without_a_word() -> None:
    free, taken = add_number("1002"), add_number("1003")
    add_phone("SEP000000001003", [taken])
    deleted, refusals = delete_unassigned([free, taken], actor=ACTOR)
    assert (deleted, refusals) == (1, [])
    assert [number.key for number in DirectoryNumber.objects.all()] == ["1003"]
