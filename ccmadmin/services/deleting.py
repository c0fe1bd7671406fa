"""Deleting many records: each by the rules of `records.delete`, most of them together.

A record that a rule looks at, or that shares a neighbour with another one, is deleted by itself.
For all others the questions are asked and the rows are written once for some hundreds of them.
The change log is the same either way: one entry for each record, behind what it brought about.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog, Record, Row
from ccmadmin.models.base import GuardedQuerySet
from ccmadmin.services import records
from ccmadmin.services.changes import Actor, entry_of, writing
from ccmadmin.services.dependents import blocks, relations
from ccmadmin.services.documents import document
from ccmadmin.services.records import StillUsedError, logged
from ccmadmin.services.sealing import seal_all

ROWS_AT_ONCE = 500
EXPLAINED = 50
"""Records that stay and are told by which others they are used: that takes a search for each."""

Neighbour = tuple[type[Record], Any]


@dataclass
class Deletion:
    """How many records are gone, and why others stayed, in sentences, by their keys."""

    count: int = 0
    stayed: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class By:
    """Who deletes, and why."""

    actor: Actor
    comment: str


def delete_all(found: Iterable[Record], *, actor: Actor, comment: str = "") -> Deletion:
    """Delete records of one model in one transaction; those that others need stay."""
    done, by = Deletion(), By(actor, comment)
    left = iter(found)
    with writing():
        while batch := list(islice(left, ROWS_AT_ONCE)):
            _delete_batch(type(batch[0]), batch, by, done)
    return done


def _delete_batch(model: type[Record], batch: Sequence[Record], by: By, done: Deletion) -> None:
    used, apart = set(), {record.pk for record in batch}
    neighbours: dict[Any, set[Neighbour]] = {}
    if not has_own_rules(model):
        used, neighbours = _used(model, apart), _neighbours(model, apart)
        shared = _sharing(neighbours)
        named = _used(model, apart, by_own_kind=True)
        standard = {record.pk for record in batch if getattr(record, "is_standard", False)}
        apart = used | shared | named | standard
    together = [record for record in batch if record.pk not in apart]
    _delete_together(model, together, neighbours, by)
    done.count += len(together)
    for record in batch:
        if record.pk in used and len(done.stayed) >= EXPLAINED:
            done.stayed[record.key] = [_("Other records need it.")]
        elif record.pk in apart:
            _delete_apart(record, by, done)


def _delete_apart(record: Record, by: By, done: Deletion) -> None:
    key = record.key
    try:
        records.delete(record, actor=by.actor, comment=by.comment)
    except StillUsedError as error:
        done.stayed[key] = [str(error)]
    except ValidationError as error:
        done.stayed[key] = list(error.messages)
    else:
        done.count += 1


# -- what decides how ----------------------------------------------------------------------------


def has_own_rules(model: type[Record]) -> bool:
    """Whether the deletion of one record has to do with whether another is deleted.

    The last administrator stays; a user's tokens go along; regions name each other.
    """
    if model.clean_delete is not Record.clean_delete:
        return True
    going = [relation.related_model for relation in relations(model) if not blocks(relation)]
    return any(issubclass(each, Record) or _parent_of(each) is model for each in going)


def _parent_of(row: type[Row]) -> Any:
    return row._meta.get_field(row.PARENT).related_model


def _pointing(relation: Any, pks: Iterable[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = GuardedQuerySet(relation.related_model).order_by()
    return rows.filter(**{f"{relation.field.name}__in": list(pks)})


def _used(model: type[Record], pks: Iterable[Any], *, by_own_kind: bool = False) -> set[Any]:
    """Return which of the records others need: those of its own kind may be about to go, too."""
    found: set[Any] = set()
    for relation in relations(model):
        if blocks(relation) and (relation.related_model is model) is by_own_kind:
            found |= set(_pointing(relation, pks).values_list(relation.field.attname, flat=True))
    return found


def _neighbours(model: type[Record], pks: Iterable[Any]) -> dict[Any, set[Neighbour]]:
    """Return, by primary key, the records that have a row which goes along."""
    found: dict[Any, set[Neighbour]] = defaultdict(set)
    for relation in relations(model):
        row = relation.related_model
        if not blocks(relation):
            ends = (relation.field.attname, row._meta.get_field(row.PARENT).attname)
            for pk, parent in _pointing(relation, pks).values_list(*ends):
                found[pk].add((_parent_of(row), parent))
    return found


def _sharing(neighbours: dict[Any, set[Neighbour]]) -> set[Any]:
    """Return the records with a neighbour that loses more than one row: each loss is a change."""
    losses = Counter(each for found in neighbours.values() for each in found)
    return {pk for pk, found in neighbours.items() if any(losses[each] > 1 for each in found)}


# -- all at once ---------------------------------------------------------------------------------


def _delete_together(
    model: type[Record],
    batch: Sequence[Record],
    neighbours: dict[Any, set[Neighbour]],
    by: By,
) -> None:
    """Delete records of which none is used, standard, or a neighbour of another's neighbour."""
    if not batch:
        return
    pks = [record.pk for record in batch]
    wanted = {each for pk in pks for each in neighbours.get(pk, ())}
    before = {each: document(record) for each, record in _read(wanted)}
    entries = [_entry(record, document(record), None, by) for record in batch]
    secrets = [{name: getattr(each, name) for name in each.SECRETS} for each in batch]
    model._default_manager.filter(pk__in=pks).delete()
    repaired = dict(_repaired(before, by))
    # In front of the deletions, so that undoing comes to it last.
    ChangeLog.objects.bulk_create(repaired.values())
    ChangeLog.objects.bulk_create(entries)
    for pk, entry in zip(pks, entries, strict=True):
        for each in neighbours.get(pk, ()):
            if each in repaired:
                repaired[each].part_of = entry.sequence
    ChangeLog.objects.bulk_update(repaired.values(), ["part_of"], batch_size=ROWS_AT_ONCE)
    seal_all(zip(entries, secrets, strict=True))


def _read(wanted: Iterable[Neighbour]) -> Iterator[tuple[Neighbour, Record]]:
    """Yield records with all that their documents need."""
    pks: dict[type[Record], list[Any]] = defaultdict(list)
    for model, pk in wanted:
        pks[model].append(pk)
    for model, named in pks.items():
        for record in model._default_manager.complete().filter(pk__in=named).order_by("pk"):
            yield (model, record.pk), record


def _repaired(before: dict[Neighbour, Any], by: By) -> Iterator[tuple[Neighbour, ChangeLog]]:
    """Correct the neighbours; yield the entry of each that is different now."""
    for each, record in _read(before):
        lost = document(record)
        record.repair()
        if document(record) != lost:
            record.save()
        if document(record) != before[each]:
            yield each, _entry(record, before[each], document(record), by)


def _entry(record: Record, before: Any, after: Any, by: By) -> ChangeLog:
    return entry_of(
        actor=by.actor,
        model=type(record).__name__,
        before=logged(before, record),
        after=None if after is None else logged(after, record),
        keys=(record.key, record.key if after is not None else ""),
        comment=by.comment,
    )
