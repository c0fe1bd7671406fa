"""JSON values: strict about their type, silent about their content."""

from typing import Any

import pytest
from rest_framework.serializers import ValidationError

from ccmadmin.models import DirectoryNumber, LicenseGrant, Phone
from ccmadmin.pages.api.fields import (
    AnyField,
    Choice,
    Flag,
    Key,
    Number,
    Text,
    field_of,
    is_storable,
    shown,
)


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (Text(), ["a", "", " a "], [1, True, [], {}, None, "a\0", "\ud800"]),
        (Key(allow_null=True), ["a", None], [1, [], {}]),
        (Number(), [0, -1, 10**30], ["1", 1.5, True, None]),
        (Flag(), [True, False], ["true", 1, 0, None]),
        (Choice(choices=["a", "b"]), ["a", "c", ""], [1, True, None, ["a"]]),
    ],
)
def test_only_the_type_is_judged(field: AnyField, right: list[Any], wrong: list[Any]) -> None:
    for value in right:
        assert field.run_validation(value) == value
    for value in wrong:
        with pytest.raises(ValidationError):
            field.run_validation(value)


def test_limits_of_the_model_are_for_the_schema_only() -> None:
    units = field_of(LicenseGrant._meta.get_field("units"))
    assert isinstance(units, Number)
    assert (units.min_value, units.max_value) == (1, 10_000_000)
    assert units.run_validation(0) == 0


def test_defaults_and_nulls_are_those_of_the_model() -> None:
    duration = field_of(DirectoryNumber._meta.get_field("no_answer_ring_duration"))
    assert duration.allow_null
    assert not duration.required
    assert field_of(Phone._meta.get_field("is_active")).default is True
    assert field_of(Phone._meta.get_field("name")).required


def test_a_reference_says_in_which_collection_its_record_is() -> None:
    pool = field_of(Phone._meta.get_field("device_pool"))
    assert "`device-pools`" in str(pool.help_text)


def test_a_value_is_shown_short() -> None:
    assert shown({"a": 1}) == '{"a": 1}'
    assert len(shown("x" * 1000)) < 80


def test_text_that_no_database_holds_is_known() -> None:
    assert is_storable("añ😀")
    assert not is_storable("a\0")
    assert not is_storable("\udfff")
