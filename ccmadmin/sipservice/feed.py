"""What the change log says has changed, as a `Delta`: only the rows that it names are read.

A change names a record by its natural key. Which row that was and which it is now is asked of the
tables in memory and of the database: a row found by either is read again by its primary key, and
one that is not there any more is gone. So renames, and deletions after renames, need no history.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, router

from ccmadmin.models import (
    CallingSearchSpace,
    ChangeLog,
    DirectoryNumber,
    EndUser,
    Phone,
    PhoneModel,
    PhoneSecurityProfile,
    RoutePartition,
    ServiceParameter,
    SipProfile,
)
from ccmadmin.sipservice import loader
from ccmadmin.sipservice.rows import Delta
from ccmadmin.sipservice.tables import Table, Tables

# So many changes are applied between two messages; an import comes in slices of this size.
CHANGES_AT_ONCE = 500
USERS_AT_ONCE = 2000


class RewoundError(Exception):
    """The change log is shorter than what we know: another database has been put in place."""


@dataclass(frozen=True, slots=True)
class Source:
    """How one model's changes are found and read; `field` is the delta's and the tables'."""

    model: type[models.Model]
    field: str
    natural_key: str
    read: Callable[[Collection[int], Tables], Mapping[int, Any]]


def plain(read: Callable[[Collection[int]], Mapping[int, Any]]) -> Any:
    return lambda ids, tables: read(ids)


def users(ids: Collection[int], tables: Tables) -> Mapping[int, Any]:
    return loader.read_users(ids, tables.settings.realm)


SOURCES = {
    source.model.__name__: source
    for source in (
        Source(EndUser, "users", "userid", users),
        Source(Phone, "phones", "name", plain(loader.read_phones)),
        Source(DirectoryNumber, "numbers", "number", plain(loader.read_numbers)),
        Source(RoutePartition, "partitions", "name", plain(loader.read_partitions)),
        Source(CallingSearchSpace, "spaces", "name", plain(loader.read_spaces)),
        Source(
            PhoneSecurityProfile,
            "security_profiles",
            "name",
            plain(loader.read_security_profiles),
        ),
        Source(SipProfile, "sip_profiles", "name", plain(loader.read_sip_profiles)),
        Source(PhoneModel, "models", "name", plain(loader.read_models)),
    )
}


def latest_revision() -> int:
    """Ask for the newest change; the cheapest query there is, because it is asked all day."""
    connection = connections[router.db_for_read(ChangeLog)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(sequence) FROM ccmadmin_changelog")
        row = cursor.fetchone()
    return (row and row[0]) or 0


def read_changes(tables: Tables) -> Iterator[Delta]:
    """Yield what is newer than `tables`, in slices; each must be applied before the next.

    Raises RewoundError when all must be loaded anew.
    """
    latest = latest_revision()
    if latest < tables.revision:
        raise RewoundError(f"revision {latest} after {tables.revision}")
    while tables.revision < latest:
        yield from read_slice(tables)


def read_slice(tables: Tables) -> Iterator[Delta]:
    rows = list(
        ChangeLog.objects.filter(sequence__gt=tables.revision)
        .order_by("sequence")
        .values_list("sequence", "model", "key", "previous_key")[:CHANGES_AT_ONCE]
    )
    if not rows:
        raise RewoundError(f"nothing after {tables.revision}")
    keys: dict[str, set[str]] = defaultdict(set)
    for _, model, key, previous_key in rows:
        keys[model] |= {key, previous_key} - {""}
    if ServiceParameter.__name__ in keys:
        yield from settings_deltas(tables)
    yield Delta(revision=rows[-1][0], **changed_rows(tables, keys))


def changed_rows(tables: Tables, keys: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """Read again what the keys name, by model; every id is in the answer, gone ones as None."""
    changed: dict[str, Any] = {}
    for name, source in SOURCES.items():
        if name in keys:
            ids = ids_of(tables, source, keys[name])
            changed[source.field] = dict.fromkeys(ids) | dict(source.read(ids, tables))
    return changed


def ids_of(tables: Tables, source: Source, keys: Collection[str]) -> set[int]:
    """Return the rows that bear one of the keys, in the database or in memory.

    Of a directory number only the number is looked at: that its partition was renamed, too, then
    makes no difference, and to read a few rows more does no harm.
    """
    if source.model is DirectoryNumber:
        numbers = {key.partition("@")[0] for key in keys}
        known = {each for number in numbers for each in tables.number_ids(number)}
    else:
        numbers = set(keys)
        table: Table[Any, Any] = getattr(tables, source.field)
        known = {table.ids[key] for key in keys if key in table.ids}
    rows = source.model._default_manager.filter(**{f"{source.natural_key}__in": numbers})
    return known | set(rows.values_list("pk", flat=True))


def settings_deltas(tables: Tables) -> Iterator[Delta]:
    """Read the service parameters; another realm makes every H(A1) another one."""
    settings = loader.read_settings()
    if settings.realm != tables.settings.realm:
        every = list(EndUser.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(every), USERS_AT_ONCE):
            part = loader.read_users(every[start : start + USERS_AT_ONCE], settings.realm)
            yield Delta(revision=tables.revision, users=part)
    yield Delta(revision=tables.revision, settings=settings)
