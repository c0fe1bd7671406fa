"""Dependency Records: which other records name this one, and whether that keeps it alive."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ccmadmin.models import Record, Row
from ccmadmin.models.base import GuardedQuerySet

SHOWN = 200


@dataclass(frozen=True)
class Dependent:
    """A record, `name` in words, that names another: `field` says as what.

    `title` is the name without the kind of record. `blocks`: it must let go first.
    `goes`: it cannot live without the other one and is deleted with it.
    """

    model: type[Record]
    key: str
    title: str
    name: str
    field: str
    blocks: bool
    goes: bool

    @property
    def text(self) -> str:
        return f"{self.name} ({self.field})"


class StillUsedError(Exception):
    """A record cannot be deleted: `dependents` name it (the first of them, `count` in all)."""

    def __init__(self, key: str, dependents: list[Dependent], count: int) -> None:
        names = ", ".join(dependent.text for dependent in dependents[:5])
        more = _(" and %(count)s more") % {"count": count - 5} if count > 5 else ""
        text = _("“%(key)s” is in use by %(names)s%(more)s. Change or delete these first.")
        super().__init__(text % {"key": key, "names": names, "more": more})
        self.dependents = dependents
        self.count = count


def dependents(instance: Record, limit: int = SHOWN) -> list[Dependent]:
    """List the records that name this one, `limit` of each kind at most."""
    return [
        _dependent(relation, row)
        for relation in relations(instance)
        for row in _pointing(relation, instance)[:limit]
    ]


def refuse_while_used(instance: Record) -> None:
    """Raise `StillUsedError` when a record needs this one."""
    blocking = [relation for relation in relations(instance) if blocks(relation)]
    count = sum(_pointing(relation, instance).count() for relation in blocking)
    if count:
        found = [dependent for dependent in dependents(instance) if dependent.blocks]
        raise StillUsedError(instance.key, found, count)


def foreign_rows(instance: Record) -> Iterator[Row]:
    """Yield rows of other records' lists that point to this one without keeping it alive."""
    for relation in relations(instance):
        if issubclass(relation.related_model, Row) and not blocks(relation):
            yield from _pointing(relation, instance)


def owned_records(instance: Record) -> Iterator[Record]:
    """Yield records that cannot live without this one: the tokens of a user."""
    for relation in relations(instance):
        if issubclass(relation.related_model, Record) and not blocks(relation):
            yield from _pointing(relation, instance)


def relations(record: Record | type[Record]) -> Iterator[Any]:
    """Yield the relations from other records; the record's own rows are none."""
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        if getattr(model, "PARENT", None) != relation.field.name and issubclass(
            model, Record | Row
        ):
            yield relation


def blocks(relation: Any) -> bool:
    return relation.on_delete is models.PROTECT


def _pointing(relation: Any, instance: Record) -> models.QuerySet[Any]:
    model = relation.related_model
    rows: models.QuerySet[Any] = GuardedQuerySet(model).filter(**{relation.field.name: instance})
    if not issubclass(model, Row):
        needed = getattr(model, "KEY_NEEDS", ())
        return rows.select_related(*needed) if needed else rows
    if model._meta.get_field(model.PARENT).related_model is type(instance):
        rows = rows.exclude(**{model.PARENT: instance})
    return rows.select_related(model.PARENT)


def _dependent(relation: Any, row: Record | Row) -> Dependent:
    record = getattr(row, row.PARENT) if isinstance(row, Row) else row
    return Dependent(
        model=type(record),
        key=record.key,
        title=str(record),
        name=f"{capfirst(str(record._meta.verbose_name))} {record}",
        field=str(relation.field.verbose_name),
        blocks=blocks(relation),
        goes=row is record and not blocks(relation),
    )
