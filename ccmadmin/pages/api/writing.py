"""From the values of a body to a saved record: always through `services.records`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from ccmadmin.models import ChangeLog, DirectoryNumber, PhoneModel
from ccmadmin.models.base import Record, list_model
from ccmadmin.services import phones, records
from ccmadmin.services.changes import Actor, writing
from ccmadmin.services.documents import is_reference

Values = dict[str, Any]


def values_of_key(model: type[Record], key: str) -> Values:
    """Return the fields that the natural key of a record names."""
    if model is DirectoryNumber:
        number, at, partition = key.partition("@")
        return {"number": number, "route_partition": partition if at else None}
    return {model.KEY: key}


def blank_values(model: type[Record], given: Mapping[str, Any]) -> Values:
    """Return what a replaced record has in the fields that the body left out; secrets stay."""
    skipped = {*given, *model.SECRETS, *model.UNLOGGED}
    return {
        field.name: field.get_default()
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in skipped
    }


def preselected_values(values: Values, named: Mapping[str, Any]) -> Values:
    """Return what the page of a new phone would fill in for the fields that were not named."""
    phone_model = PhoneModel.lookup(str(values.get("phone_model"))).first()
    if phone_model is None:
        return {}
    fitting = phones.preselected(phone_model)
    return {name: value for name, value in fitting.items() if name not in named}


def save(record: Record, values: Values, *, actor: Actor, comment: str) -> ChangeLog | None:
    """Put `values` on the record and save it with its lists, in one transaction."""
    with writing():
        for rows, place, field, path in _new_numbers(values):
            rows[place][field] = _saved_number(rows[place][field], path, actor, comment)
        lists = {name: values.pop(name) for name in record.LISTS if name in values}
        try:
            records.assign(record, values)
            return records.save(record, actor=actor, lists=lists, comment=comment)
        except ValidationError as error:
            raise as_in_body(type(record), error) from error


def brings_numbers(values: Values) -> bool:
    """Whether a line names its directory number as a record, to be added or changed."""
    return next(_new_numbers(values), None) is not None


def _new_numbers(values: Values) -> Iterator[tuple[list[Any], int, str, str]]:
    """Find the fields of rows that hold a record: the list, the place in it, field and path."""
    for name, rows in values.items():
        for place, row in enumerate(rows if isinstance(rows, list) else ()):
            for field in row if isinstance(row, dict) else ():
                if isinstance(row[field], dict):
                    yield rows, place, field, f"{name}.{place}.{field}"


def _saved_number(values: Values, path: str, actor: Actor, comment: str) -> DirectoryNumber:
    """Add the directory number, or give the one that exists the fields that are named."""
    partition, number = values.get("route_partition"), values.get("number", "")
    key = f"{number}@{partition}" if partition else str(number)
    found = DirectoryNumber.lookup(key).first() or DirectoryNumber()
    try:
        records.assign(found, values)
        records.save(found, actor=actor, comment=comment)
    except ValidationError as error:
        raise under(path, error) from error
    return found


def as_in_body(model: type[Record], error: ValidationError) -> ValidationError:
    """Return the error with the paths of the body: rows that are plain keys have no fields."""
    if not hasattr(error, "error_dict"):
        return error
    found: dict[str, Any] = {}
    for path, singles in error.error_dict.items():
        name, *place = path.split(".")
        is_key = len(place) == 2 and is_reference(list_model(model, name))
        found.setdefault(f"{name}.{place[0]}" if is_key else path, []).extend(singles)
    return ValidationError(found)


def under(path: str, error: ValidationError) -> ValidationError:
    """Return the error with `path` in front of each field."""
    if not hasattr(error, "error_dict"):
        return ValidationError({path: error.error_list})
    found = {}
    for name, singles in error.error_dict.items():
        found[path if name == "__all__" else f"{path}.{name}"] = singles
    return ValidationError(found)
