"""A document of the change log back on a record: whatever the log knows, not only what one types.

References in an old document have old keys; `in_todays_names` says what those records are called
now.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, ForeignKey, Model

from ccmadmin.models import Record, list_model, row_fields
from ccmadmin.services.documents import is_reference
from ccmadmin.services.trail import keys_now

Document = Mapping[str, Any]


def plain_fields(model: type[Model]) -> dict[str, "Field[Any, Any]"]:
    """Return the fields that documents have as they are: all but the number and the secrets."""
    secrets = getattr(model, "SECRETS", ())
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in secrets
    }


def restore(record: Record, values: Document) -> None:
    """Set fields from the log, those that nobody can edit included.

    Raises a ValidationError that names every reference to a record that is no more.
    """
    known = plain_fields(type(record))
    errors: dict[str, ValidationError] = {}
    for name, value in values.items():
        field = known[name]
        try:
            setattr(record, name, _value_of(field, value))
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)


def _value_of(field: "Field[Any, Any]", value: Any) -> Any:
    target = target_of(field)
    if target is None or value is None:
        return field.to_python(value)
    try:
        return target.by_key(value)
    except target.DoesNotExist as error:
        raise ValidationError(str(error), "missing") from error


def target_of(field: "Field[Any, Any]") -> type[Record] | None:
    related: Any = field.related_model if isinstance(field, ForeignKey) else None
    return related if isinstance(related, type) and issubclass(related, Record) else None


# -- old keys ------------------------------------------------------------------------------------


def in_todays_names(model: type[Record], documents: Iterable[Document], since: int) -> list[Any]:
    """Return documents of revision `since` with every reference under its present key."""
    given = list(documents)
    found: dict[type[Record], set[str]] = {}
    for document in given:
        for target, key in _references(model, document):
            found.setdefault(target, set()).add(key)
    names = {target: keys_now(target, keys, since) for target, keys in found.items()}
    return [_renamed(model, document, names) for document in given]


def _references(model: type[Record], document: Document) -> Iterator[tuple[type[Record], str]]:
    for name, field in plain_fields(model).items():
        target = target_of(field)
        if target is not None and document.get(name):
            yield target, document[name]
    for name in model.LISTS:
        for field_name, target in _row_targets(model, name).items():
            for row in document.get(name) or ():
                key = row.get(field_name) if isinstance(row, Mapping) else row
                if key:
                    yield target, key


def _row_targets(model: type[Record], name: str) -> dict[str, type[Record]]:
    """Return what the references in the rows of a list refer to, by field name."""
    row = list_model(model, name)
    fields = plain_fields(row)
    targets = {field: target_of(fields[field]) for field in row_fields(row)}
    return {field: target for field, target in targets.items() if target is not None}


def _renamed(
    model: type[Record], document: Document, names: Mapping[type[Record], Mapping[str, str]]
) -> dict[str, Any]:
    made = dict(document)
    for name, field in plain_fields(model).items():
        target = target_of(field)
        if target is not None and made.get(name):
            made[name] = names[target][made[name]]
    for name in set(model.LISTS) & set(made):
        targets = _row_targets(model, name)
        if is_reference(list_model(model, name)):
            (target,) = targets.values()
            made[name] = [names[target][key] for key in made[name]]
        else:
            made[name] = [_renamed_row(row, targets, names) for row in made[name]]
    return made


def _renamed_row(
    row: Document,
    targets: Mapping[str, type[Record]],
    names: Mapping[type[Record], Mapping[str, str]],
) -> dict[str, Any]:
    renamed = {
        field: names[target][row[field]] for field, target in targets.items() if row.get(field)
    }
    return {**row, **renamed}
