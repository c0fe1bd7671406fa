"""A record's way through the change log: its names over time, and what happened to it since.

A record is logged under its natural key, and keys change: its own, and the partition in the key
"1002@PT_Internal" of a directory number.
"""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Q, QuerySet

from ccmadmin.models import ChangeLog, Record

NAMES_FOLLOWED = 20
KEYS_AT_ONCE = 500


class Renamed(NamedTuple):
    """Another name of a record, and the revision that gave it that name."""

    key: str
    sequence: int


def model_named(name: str) -> type[Record]:
    """Return the model of a change; raises LookupError for a kind of record that is no more."""
    model: type[Record] = apps.get_model("ccmadmin", name)
    return model


def needed_by(model: type[Record]) -> type[Record] | None:
    """Return the model whose key is the second part of this model's keys, behind the "@"."""
    if not model.KEY_NEEDS:
        return None
    related: Any = model._meta.get_field(model.KEY_NEEDS[0]).related_model
    return related if isinstance(related, type) and issubclass(related, Record) else None


# -- back ----------------------------------------------------------------------------------------


def changes_of(model: str, key: str) -> "QuerySet[ChangeLog]":
    """Find the changes of a record: those under its name, and under the names it had before.

    A name may have been another record's earlier: of a former name only what came before the
    rename counts.
    """
    wanted = Q(model=model, previous_key=key)
    for name, until in names_of(model, key):
        earlier = {} if until is None else {"sequence__lt": until}
        wanted |= Q(model=model, key=name, **earlier)  # with its model, each finds its index
    return ChangeLog.objects.filter(wanted)


def names_of(model: str, key: str) -> Iterator[tuple[str, int | None]]:
    """Yield the name of a record and its former ones, each with the revision that ended it."""
    until: int | None = None
    for _name in range(NAMES_FOLLOWED):
        yield key, until
        renamed = _renamed_to(model, key, until)
        if renamed is None:
            return
        key, until = renamed


def _renamed_to(model: str, key: str, until: int | None) -> Renamed | None:
    """Return the name before `key`, and the revision in which it became `key`."""
    found = _last_rename(model, key, until)
    own, at, needed = key.partition("@")
    try:
        other = needed_by(model_named(model)) if at else None
    except LookupError:
        other = None
    if other is None:
        return found
    renamed = _last_rename(other.__name__, needed, until)
    if renamed is None or (found is not None and found.sequence > renamed.sequence):
        return found
    return Renamed(f"{own}@{renamed.key}", renamed.sequence)


def _last_rename(model: str, key: str, until: int | None) -> Renamed | None:
    logged = ChangeLog.objects.filter(model=model, key=key).exclude(previous_key="")
    if until is not None:
        logged = logged.filter(sequence__lt=until)
    row = logged.order_by("-sequence").values_list("previous_key", "sequence").first()
    return Renamed(*row) if row is not None else None


# -- forth ---------------------------------------------------------------------------------------


def key_now(model: type[Record], key: str, since: int) -> str:
    """Return what a record is called now that was called `key` at revision `since`."""
    return keys_now(model, [key], since)[key]


def keys_now(model: type[Record], keys: Collection[str], since: int) -> dict[str, str]:
    """Return the present names of records by those they had at revision `since`."""
    found = {key: Renamed(key, since) for key in keys}
    moving = set(keys)
    for _name in range(NAMES_FOLLOWED):
        steps = _next_steps(model, {key: found[key] for key in moving}) if moving else {}
        found |= steps
        moving = set(steps)
    return {key: renamed.key for key, renamed in found.items()}


def later(change: ChangeLog) -> list[ChangeLog]:
    """Return what happened to a change's record after it, up to its deletion, oldest first.

    A deletion that was undone does not end it.
    """
    model = model_named(change.model)
    here, since = Renamed(change.key, change.sequence), change.sequence + 1
    found: list[ChangeLog] = []
    for _name in range(NAMES_FOLLOWED):
        step = _next_steps(model, {here.key: here}).get(here.key)
        logged = ChangeLog.objects.filter(model=change.model, key=here.key, sequence__gte=since)
        if step is not None:
            logged = logged.filter(sequence__lt=step.sequence)
        entries = list(logged.order_by("sequence"))
        undone = {entry.undoes for entry in entries}
        for entry in entries:
            found.append(entry)
            if entry.action == ChangeLog.Action.DELETE and entry.sequence not in undone:
                return found
        if step is None:
            break
        here, since = step, step.sequence
    return found


def _next_steps(model: type[Record], from_names: dict[str, Renamed]) -> dict[str, Renamed]:
    """Return the next name of each record that got one; a record that was deleted has none."""
    steps = _steps(model.__name__, from_names)
    needed = needed_by(model)
    if needed is None:
        return steps
    parts = {
        key: Renamed(here.key.partition("@")[2], here.sequence)
        for key, here in from_names.items()
        if "@" in here.key
    }
    for key, step in _steps(needed.__name__, parts).items():
        own = from_names[key].key.partition("@")[0]
        if key not in steps or step.sequence < steps[key].sequence:
            steps[key] = Renamed(f"{own}@{step.key}", step.sequence)
    return steps


def _steps(model: str, from_names: dict[str, Renamed]) -> dict[str, Renamed]:
    """Ask for the first rename after each name; a deletion that comes before it ends the way."""
    if not from_names:
        return {}
    oldest = min(here.sequence for here in from_names.values())
    events: dict[str, list[tuple[int, str]]] = {}
    for name, sequence, now in _events(model, {here.key for here in from_names.values()}, oldest):
        events.setdefault(name, []).append((sequence, now))
    steps = {}
    for key, here in from_names.items():
        after = (event for event in events.get(here.key, ()) if event[0] > here.sequence)
        sequence, now = min(after, default=(0, ""))
        if now:
            steps[key] = Renamed(now, sequence)
    return steps


def _events(model: str, names: Collection[str], after: int) -> Iterator[tuple[str, int, str]]:
    """Yield name, revision and next name of renames, and deletions with "" as the next name.

    A deletion that was undone is none.
    """
    undoings = ChangeLog.objects.filter(undoes__isnull=False)
    listed = sorted(names)
    newer = ChangeLog.objects.filter(model=model, sequence__gt=after)
    for start in range(0, len(listed), KEYS_AT_ONCE):
        part = listed[start : start + KEYS_AT_ONCE]
        renames = newer.filter(previous_key__in=part)
        yield from renames.values_list("previous_key", "sequence", "key")
        gone = newer.filter(key__in=part, action=ChangeLog.Action.DELETE)
        gone = gone.exclude(sequence__in=undoings.values("undoes"))
        for key, sequence in gone.values_list("key", "sequence"):
            yield key, sequence, ""
