"""JSON values of a record: strict about their type, silent about their content.

Whether a value is allowed is for the model to say, so that pages and API refuse alike. The limits
that a field is made with only go into the schema.
"""

import json
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from rest_framework import serializers

from ccmadmin.pages import registry

LONGEST_SHOWN = 60


def shown(value: Any) -> str:
    """Write a value as it was in the body, shortened, to be named in a message."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


class Judged:
    """A field whose content the model judges; the validators are there for the schema."""

    def run_validators(self, value: Any) -> None:
        pass


class Text(Judged, serializers.CharField):
    default_error_messages = {
        "wrong-type": "This must be a text in quotes; {got} is not.",
        "null": 'This cannot be null; write "" for an empty text.',
        "not-storable": "This text holds U+0000 or half of a surrogate pair, which is no text.",
    }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Leave out what CharField does here: strip the text, and refuse an empty one."""
        return serializers.Field.run_validation(self, data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("wrong-type", got=shown(data))
        if not is_storable(data):
            self.fail("not-storable")
        return str(data)

    def to_representation(self, value: Any) -> Any:
        return value


def is_storable(text: str) -> bool:
    """Whether a database can hold the text; JSON and URLs can name characters that are none."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


class Key(Text):
    """A reference to another record by its natural key."""

    default_error_messages = {
        "wrong-type": "This must be the key of a record as a text in quotes; {got} is not.",
        "null": "This cannot be null: choose a record.",
    }


class Number(Judged, serializers.IntegerField):
    default_error_messages = {
        "wrong-type": "This must be a whole number without quotes; {got} is not.",
        "null": "This cannot be null: a number is needed.",
    }

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("wrong-type", got=shown(data))
        return int(data)

    def to_representation(self, value: Any) -> Any:
        return value


class Flag(Judged, serializers.BooleanField):
    default_error_messages = {
        "wrong-type": "This must be true or false without quotes; {got} is not.",
        "null": "This cannot be null: write true or false.",
    }

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("wrong-type", got=shown(data))
        return bool(data)


class Choice(Judged, serializers.ChoiceField):
    """One of the choices of a model field, by its stored value; the model refuses others."""

    default_error_messages = {
        "wrong-type": "This must be one of {choices}; {got} is not.",
        "null": "This cannot be null: write one of the choices.",
    }

    def to_internal_value(self, data: Any) -> Any:
        kinds = {type(value) for value in self.choices}
        if type(data) not in kinds or (isinstance(data, str) and not is_storable(data)):
            some = ", ".join(shown(value) for value in list(self.choices)[:12])
            self.fail("wrong-type", got=shown(data), choices=some)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class KeyOrRecord(Key):
    """A reference that may also be the record itself, to be added or changed on the way."""

    default_error_messages = {
        "wrong-type": (
            'This must be a key such as "1002@PT_Internal", or an object with the fields of the '
            "record; {got} is neither."
        )
    }

    def __init__(self, record: type[serializers.Serializer[Any]], **options: Any) -> None:
        super().__init__(**options)
        self.record = record

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            return super().to_internal_value(data)
        reader = self.record(data=data, partial=True)
        reader.is_valid(raise_exception=True)
        return reader.validated_data


AnyField = serializers.Field[Any, Any, Any, Any]


def field_of(
    model_field: "models.Field[Any, Any]",
    *,
    read_only: bool = False,
    note: str = "",
    **more: Any,
) -> AnyField:
    """Return the JSON field for a field of a model, with all that the schema tells of it."""
    kind, options = _kind_of(model_field)
    options["label"] = str(model_field.verbose_name)
    about = str(model_field.help_text or f"{model_field.verbose_name}.".capitalize())
    texts = (about, _where(model_field), note)
    options["help_text"] = " ".join(text for text in texts if text)
    # "Any value" has null in it; said twice, the schema would allow it in neither way.
    options["allow_null"] = model_field.null and kind is not serializers.JSONField
    if read_only or not model_field.editable:
        options["read_only"] = True
    elif model_field.has_default() and not callable(model_field.default):
        default = model_field.get_default()
        options["default"] = getattr(default, "value", default)
    else:
        options["required"] = not (model_field.blank or model_field.has_default())
    return kind(**(options | more))


def _where(model_field: "models.Field[Any, Any]") -> str:
    """Tell in which collection a reference finds its record."""
    target = model_field.related_model
    page = registry.page_of(target) if isinstance(target, type) else None
    return f"The key of one of `{page.api}`." if page is not None else ""


def _kind_of(model_field: "models.Field[Any, Any]") -> tuple[type[AnyField], dict[str, Any]]:
    if isinstance(model_field, models.ForeignKey):
        return Key, {}
    if model_field.flatchoices:
        return Choice, {"choices": [(value, str(text)) for value, text in model_field.flatchoices]}
    if isinstance(model_field, models.BooleanField):
        return Flag, {}
    if isinstance(model_field, models.IntegerField):
        return Number, _limits(model_field)
    if isinstance(model_field, models.DateTimeField):
        return serializers.DateTimeField, {}
    if isinstance(model_field, models.JSONField):
        return serializers.JSONField, {}
    return Text, {"max_length": model_field.max_length, "allow_blank": model_field.blank}


def _limits(model_field: "models.Field[Any, Any]") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for validator in model_field.validators:
        if isinstance(validator, MinValueValidator):
            found["min_value"] = max(validator.limit_value, found.get("min_value", -(2**63)))
        elif isinstance(validator, MaxValueValidator):
            found["max_value"] = min(validator.limit_value, found.get("max_value", 2**63))
    return found
