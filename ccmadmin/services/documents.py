"""A record as a document: values by field name, references as keys, lists in order, no secrets."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import Record, Row, list_model, row_fields

RowValues = Mapping[str, Any] | Record | str
"""One row of a list as callers may give it: values by field, or, where a row is nothing but a
reference (the members of a calling search space), the record or its key."""


def document(record: Record) -> dict[str, Any]:
    """Return the record as JSON-able values; a secret only as `has_<name>`."""
    values: dict[str, Any] = {}
    for field in record._meta.concrete_fields:
        if field.name in record.SECRETS:
            values[f"has_{field.name}"] = bool(getattr(record, field.name))
        elif not field.primary_key:
            is_empty = getattr(record, field.attname) is None
            values[field.name] = None if is_empty else _plain(getattr(record, field.name))
    for name in record.LISTS:
        values[name] = list_document(record, name) if record.pk else []
    return values


def list_document(record: Record, name: str) -> list[Any]:
    """Return the rows of one of the record's lists, in order."""
    model = list_model(type(record), name)
    fields = row_fields(model)
    rows: Any = getattr(record, name)
    if name not in getattr(record, "_prefetched_objects_cache", {}):
        rows = rows.complete()
    if is_reference(model):
        return [_plain(getattr(row, fields[0])) for row in rows.all()]
    return [{field: _plain(getattr(row, field)) for field in fields} for row in rows.all()]


def is_reference(model: type[Row]) -> bool:
    """Whether a row is nothing but a reference to another record."""
    fields = row_fields(model)
    return len(fields) == 1 and isinstance(model._meta.get_field(fields[0]), models.ForeignKey)


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.key
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value  # a choice is a str of its own type


# -- the other way round -------------------------------------------------------------------------


def assign(record: Record, values: Mapping[str, Any]) -> None:
    """Set fields from a document; references may be keys or records.

    Fields that are not named stay as they are. Raises a ValidationError that holds every field
    that does not exist, cannot be set or refers to nothing.
    """
    errors: dict[str, ValidationError] = {}
    for name, value in values.items():
        try:
            if name in record.SECRETS:
                record.set_secret(name, value)
            else:
                setattr(record, name, resolve(type(record), name, value))
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)


def resolve(model: type[models.Model], name: str, value: Any) -> Any:
    """Return what to assign to the field: for a reference, the record that a key names."""
    field = next((field for field in model._meta.concrete_fields if field.name == name), None)
    if field is None or not field.editable or field.primary_key:
        label = capfirst(str(model._meta.verbose_name))
        params = {"model": label, "name": name}
        raise ValidationError(
            _("%(model)s has no field “%(name)s” that can be set."), "unknown", params
        )
    target = field.related_model
    if not isinstance(value, str) or not isinstance(target, type):
        return _check_type(field, target, value)
    assert issubclass(target, Record)
    if not value and field.null:
        return None
    try:
        return target.by_key(value)
    except target.DoesNotExist as error:
        raise ValidationError(str(error), "missing") from error


def _check_type(field: "models.Field[Any, Any]", target: Any, value: Any) -> Any:
    """Refuse what a reference field would answer with a ValueError."""
    if isinstance(target, type) and value is not None and not isinstance(value, target):
        text = _("%(label)s “%(value)s” must be the name of a record, or nothing.")
        params = {"label": capfirst(str(field.verbose_name)), "value": value}
        raise ValidationError(text, "invalid", params)
    return value


def make_rows(record: Record, name: str, rows: Sequence[RowValues]) -> list[Row]:
    """Build the rows of a list, unsaved; errors are keyed "lines.0.directory_number"."""
    model = list_model(type(record), name)
    made: list[Row] = []
    errors: dict[str, ValidationError] = {}
    for place, given in enumerate(rows):
        row = model(**{model.PARENT: record})
        if hasattr(row, "position"):
            row.position = place
        values = given if isinstance(given, Mapping) else {row_fields(model)[0]: given}
        for field, value in values.items():
            try:
                setattr(row, field, resolve(model, field, value))
            except ValidationError as error:
                errors[f"{name}.{place}.{field}"] = error
        made.append(row)
    if errors:
        raise ValidationError(errors)
    return made
