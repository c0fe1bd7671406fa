"""Write the change log: who changed which record, from what to what, in the order of commits."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, transaction
from django.utils import timezone

from ccmadmin.models import ChangeLog
from ccmadmin.models.base import allow_writes
from ccmadmin.models.router import CONFIGURATION_ALIAS

Document = Mapping[str, Any]

# Any number will do, as long as every process takes the same.
WRITER_LOCK = 0x63636D


@dataclass(frozen=True)
class Actor:
    """Who changes something, and why: `source` is "page", "api", "import" or "command".

    `reason` is what was typed beside the form; it stands for every change of the request that is
    given no comment of its own.
    """

    user: str
    source: str
    request_id: str = ""
    address: str = ""
    reason: str = ""


@contextmanager
def writing() -> Iterator[None]:
    """Open one transaction in which configuration can be written, one writer at a time.

    The call server reads the log from its last sequence on, so a sequence must never become
    visible after a greater one. SQLite's IMMEDIATE transactions have one writer by themselves;
    PostgreSQL is made to have one by a lock that ends with the transaction.
    """
    with transaction.atomic(using=CONFIGURATION_ALIAS), allow_writes():
        connection = connections[CONFIGURATION_ALIAS]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])
        yield


def entry_of(
    *,
    actor: Actor,
    model: str,
    before: Document | None,
    after: Document | None,
    keys: tuple[str, str],
    comment: str = "",
    undoes: int | None = None,
) -> ChangeLog:
    """Make one entry; `keys` are the natural keys before and after, "" where there is none.

    `undoes` is the revision that this change takes back.
    """
    if before is None:
        action = ChangeLog.Action.CREATE
    else:
        action = ChangeLog.Action.DELETE if after is None else ChangeLog.Action.UPDATE
    old, new = keys
    return ChangeLog(
        at=timezone.now(),
        user=actor.user,
        source=actor.source,
        request_id=actor.request_id,
        address=actor.address,
        model=model,
        key=new or old,
        previous_key=old if old and new and old != new else "",
        action=action,
        before=before,
        after=after,
        comment=comment or actor.reason,
        undoes=undoes,
    )


def append(**values: Any) -> ChangeLog:
    """Add one entry, of the values of `entry_of`."""
    entry = entry_of(**values)
    entry.save(force_insert=True)
    return entry


def tie(parts: Iterable[ChangeLog], to: ChangeLog) -> None:
    """Note that `parts`, and what they brought about themselves, came about through `to`."""
    found = [part.sequence for part in parts]
    if found:
        brought_about = models.Q(sequence__in=found) | models.Q(part_of__in=found)
        ChangeLog.objects.filter(brought_about).update(part_of=to.sequence)


def current_revision() -> int:
    """Return the sequence of the newest change, 0 before the first."""
    newest = ChangeLog.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return newest or 0
