"""Taking one change out of a record that others may have changed since: a three-way merge.

`before` and `after` are what the change to be undone had; `now` is what is there. What only that
change touched goes back; what somebody touched since is a conflict.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from django.db.models import UniqueConstraint

from ccmadmin.models import OrderedRow, Row
from ccmadmin.services.documents import is_reference

ABSENT = object()
Identity = Callable[[Any], Hashable]


class ConflictError(Exception):
    """The value was changed again since."""


def taken_back(before: Any, after: Any, now: Any) -> Any:
    """Return the value that undoing leaves; the present one where there is nothing to undo."""
    if now == after:
        return before
    if before in (after, now):
        return now
    if all(isinstance(value, Mapping) for value in (before, after, now)):
        return {name: taken_back(before.get(name), after.get(name), now[name]) for name in now}
    raise ConflictError


def list_taken_back(
    model: type[Row], before: Sequence[Any], after: Sequence[Any], now: Sequence[Any]
) -> list[Any]:
    """Return the rows that undoing leaves; rows of others that came or went since stay so."""
    identity = identity_of(model)
    if list(now) == list(after):
        return list(before)
    if list(before) in (list(after), list(now)):
        return list(now)
    if identity is None:
        raise ConflictError
    old, new = by_identity(before, identity), by_identity(after, identity)
    rows = by_identity(now, identity)
    for key in {**old, **new}:
        row = taken_back(old.get(key, ABSENT), new.get(key, ABSENT), rows.get(key, ABSENT))
        if row is ABSENT:
            rows.pop(key, None)
        else:
            rows[key] = row
    return list(rows.values())


def by_identity(rows: Sequence[Any], identity: Identity) -> dict[Hashable, Any]:
    return {identity(row): row for row in rows}


def identity_of(model: type[Row]) -> Identity | None:
    """Return what tells a row from the others; None where the order of all rows matters."""
    if issubclass(model, OrderedRow):
        return None
    if is_reference(model):
        return lambda row: str(row)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and model.PARENT in constraint.fields:
            return _by([name for name in constraint.fields if name != model.PARENT])
    return None


def _by(names: Sequence[str]) -> Identity:
    return lambda row: tuple(row.get(name) for name in names)
