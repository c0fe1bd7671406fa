"""The one way to write configuration: pages, REST, import and commands all come through here.

Every function takes its `actor` and writes the change log in the same transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ChangeLog, Record, Row, list_model
from ccmadmin.services.changes import Actor, append, current_revision, tie, writing
from ccmadmin.services.dependents import (
    Dependent,
    StillUsedError,
    dependents,
    foreign_rows,
    owned_records,
    refuse_while_used,
)
from ccmadmin.services.documents import RowValues, assign, document, list_document, make_rows
from ccmadmin.services.sealing import seal

__all__ = [
    "Actor",
    "Dependent",
    "RowValues",
    "StillUsedError",
    "assign",
    "copy_of",
    "current_revision",
    "delete",
    "dependents",
    "document",
    "list_document",
    "save",
    "undeletable",
]

R = TypeVar("R", bound=Record)
Lists = Mapping[str, Sequence[RowValues]]


def save(
    instance: Record,
    *,
    actor: Actor,
    lists: Lists | None = None,
    comment: str = "",
    standard: bool = False,
    undoes: int | None = None,
) -> ChangeLog | None:
    """Check the record with all its rules and write it; None when nothing was different.

    `lists` replaces whole lists; those that are not named stay. Raises a ValidationError with a
    dict of errors, by field name or list path; then nothing was written and the instance is as
    it was. `standard` lets the set-up write what came with the product.
    """
    is_new = instance.pk is None
    try:
        with writing():
            return _save(instance, actor, lists or {}, comment, standard, undoes)
    except Exception:  # the transaction is undone, so the instance must not look saved
        if is_new:
            instance.pk = None
            instance._state.adding = True
        raise


def _save(
    instance: Record,
    actor: Actor,
    lists: Lists,
    comment: str,
    standard: bool,
    undoes: int | None,
) -> ChangeLog | None:
    stored = type(instance)._default_manager.complete().filter(pk=instance.pk).first()
    if stored is None and not instance._state.adding:
        text = _("“%(key)s” has been deleted in the meantime. Add it again if it is still wanted.")
        raise ValidationError(text, "deleted", {"key": instance.key})
    if stored is not None and not standard:
        _refuse_standard(stored, instance)
    before = document(stored) if stored is not None else None
    neighbours = [(other, document(other)) for other in _neighbours(instance)]
    instance.full_clean()
    instance.save()
    for name, rows in lists.items():
        _replace(instance, name, rows)
    instance.clean_lists()
    after = document(instance)
    changed = _changed_secrets(stored, instance)
    if before is not None and not changed and logged(before, instance) == logged(after, instance):
        return None
    repaired = _repair(neighbours, actor, comment) if before not in (None, after) else []
    entry = append(
        actor=actor,
        model=type(instance).__name__,
        before=None if before is None else logged(before, instance),
        after=logged(after, instance) | changed,
        keys=(stored.key if stored is not None else "", instance.key),
        comment=comment,
        undoes=undoes,
    )
    tie(repaired, entry)
    kept = [name for name in changed if name not in instance.NOT_REVIVED]
    seal(entry, {name: getattr(stored, name) for name in kept})
    return entry


def delete(
    instance: Record, *, actor: Actor, comment: str = "", undoes: int | None = None
) -> ChangeLog:
    """Delete the record and its rows; `undoes` is the revision that this takes back.

    Raises `StillUsedError` while other records need it, a ValidationError when a rule forbids it.
    """
    with writing():
        refuse_standard_deletion(instance)
        instance.clean_delete()
        refuse_while_used(instance)
        before = logged(document(instance), instance)
        neighbours = [(other, document(other)) for other in _neighbours(instance)]
        key = instance.key
        secrets = {name: getattr(instance, name) for name in instance.SECRETS}
        parts = [delete(each, actor=actor, comment=comment) for each in owned_records(instance)]
        instance.delete()
        parts += _repair(neighbours, actor, comment)
        entry = append(
            actor=actor,
            model=type(instance).__name__,
            before=before,
            after=None,
            keys=(key, ""),
            comment=comment,
            undoes=undoes,
        )
        tie(parts, entry)
        seal(entry, secrets)
        return entry


def undeletable(instance: Record) -> list[str]:
    """Return why a rule of its own keeps the record, for who is about to delete it."""
    try:
        instance.clean_delete()
    except ValidationError as error:
        return list(error.messages)
    return []


def copy_of(instance: R) -> R:
    """Return a new, unsaved record with the same values; its key and its secrets are blank."""
    copy = type(instance)()
    skipped = {instance.KEY, "is_standard", *instance.SECRETS, *instance.NOT_COPIED}
    for field in instance._meta.concrete_fields:
        if not field.primary_key and not field.unique and field.name not in skipped:
            setattr(copy, field.attname, getattr(instance, field.attname))
    return copy


# -- parts of save and delete --------------------------------------------------------------------


def _replace(instance: Record, name: str, rows: Sequence[RowValues]) -> None:
    """Replace a list by `rows`, each checked; the old rows go first, so that two can swap."""
    if name not in instance.LISTS:
        text = _("%(model)s has no list “%(name)s”.")
        params = {"model": type(instance).__name__, "name": name}
        raise ValidationError({name: ValidationError(text, "unknown", params)})
    made = make_rows(instance, name, rows)
    model = list_model(type(instance), name)
    model._default_manager.filter(**{model.PARENT: instance}).delete()
    getattr(instance, "_prefetched_objects_cache", {}).pop(name, None)
    for place, row in enumerate(made):
        _save_row(row, f"{name}.{place}")


def _save_row(row: Row, path: str) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError(
            {
                path if field == NON_FIELD_ERRORS else f"{path}.{field}": errors
                for field, errors in error.error_dict.items()
            }
        ) from error
    row.save()


def _refuse_standard(stored: Record, instance: Record) -> None:
    if not getattr(stored, "is_standard", False):
        return
    if not stored.STANDARD_IS_EDITABLE:
        text = _(
            "“%(key)s” came with the product and cannot be changed. Copy it, and change the copy."
        )
        raise ValidationError(text, "standard", {"key": stored.key})
    if stored.key != instance.key:
        text = _("“%(key)s” came with the product and cannot be renamed. Copy it instead.")
        error = ValidationError(text, "standard", {"key": stored.key})
        raise ValidationError({stored.KEY: error})


def refuse_standard_deletion(instance: Record) -> None:
    if getattr(instance, "is_standard", False):
        text = _("“%(key)s” came with the product and cannot be deleted.")
        raise ValidationError(text, "standard", {"key": instance.key})


def _neighbours(instance: Record) -> list[Record]:
    """Find records whose own rows point to this one and would go with it, or depend on it."""
    if instance.pk is None:
        return []
    found: dict[tuple[str, Any], Record] = {}
    for row in foreign_rows(instance):
        parent = getattr(row, row.PARENT)
        found[parent._meta.label, parent.pk] = parent
    return list(found.values())


def _repair(
    neighbours: Sequence[tuple[Record, Mapping[str, Any]]], actor: Actor, comment: str
) -> list[ChangeLog]:
    """Correct the neighbours, and log each that is different now."""
    repaired = []
    for stale, before in neighbours:
        record = type(stale)._default_manager.get(pk=stale.pk)
        record.repair()
        after = document(record)
        if before != after:
            record.save()
            entry = append(
                actor=actor,
                model=type(record).__name__,
                before=logged(before, record),
                after=logged(after, record),
                keys=(record.key, record.key),
                comment=comment,
            )
            repaired.append(entry)
    return repaired


def _changed_secrets(stored: Record | None, instance: Record) -> dict[str, str]:
    """Name the secrets that were replaced: the log says that they were, never by what."""
    if stored is None:
        return {}
    return {
        name: "changed"
        for name in instance.SECRETS
        if getattr(stored, name) != getattr(instance, name)
    }


def logged(values: Mapping[str, Any], instance: Record) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in instance.UNLOGGED}
