"""The runtime database: reads and writes of the SIP process, without threads or decisions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import F
from django.db.models.functions import Cast

from ccmadmin.models import Binding, CallRecord, RegistrationAttempt, ServerState
from ccmadmin.sipservice import columns, durability
from ccmadmin.sipservice.changes import Changes
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.folding import Folded
from sipcore import ports

ATTEMPTS_PER_PHONE = 50
ATTEMPTS = 200_000
CALL_RECORDS = 1_000_000
# In one statement; SQLite takes so many values in one.
ROWS_AT_ONCE = 40
# Deleted at once: a few milliseconds, so that no registration waits for it.
PRUNED_AT_ONCE = 50


class Storage:
    def __init__(self, node: str, clock: Clock) -> None:
        self.node = node
        self.clock = clock
        self._alias = router.db_for_write(Binding)
        self.rows_written = 0  # of those that come in numbers; only ever counts up

    # -- bindings --------------------------------------------------------------------------------

    def load_bindings(self) -> list[ports.Binding]:
        """Return the bindings that still hold, of whichever node, and remove the others.

        A phone can be called from every node, also from one that has been given another name.
        """
        now = self.clock.now()
        Binding.objects.filter(expires_at__lte=now).delete()
        loaded = (
            Cast(name, models.TextField()) if name in columns.LOADED_AS_TEXT else F(name)
            for name in columns.LOADED_COLUMNS
        )
        rows = Binding.objects.order_by().values_list(*loaded)
        return [columns.binding_of(row, self.clock) for row in rows.iterator(chunk_size=5000)]

    def save_bindings(self, changes: Changes) -> None:
        """Make all of it durable in one transaction. Raises what the database does.

        The commit returns when the disk has it: SQLite runs with synchronous=FULL.
        """
        with transaction.atomic(using=self._alias):
            if changes.removed:
                self._execute(
                    f"DELETE FROM {table(Binding)} WHERE {self._has_key}",  # noqa: S608 - ours
                    [columns.binding_key(key) for key in changes.removed],
                )
            if changes.saved:
                self._execute(self._save_binding, self._binding_rows(changes.saved.values()))
            if changes.renewed:
                self._renew(changes.renewed.values())

    def _renew(self, renewed: Collection[ports.Binding]) -> None:
        """Write what a refresh changes: a third of the work of writing all.

        A binding that is not there, or is another node's by now, is written as a whole.
        """
        date = self._stored_date()
        now = date(self.clock.monotonic())
        rows = [columns.renewal_row(each, self.node, now, date) for each in renewed]
        found = self._execute(
            f"UPDATE {table(Binding)} "  # noqa: S608 - names of ours
            "SET cseq = %s, refreshed_at = %s, expires_at = %s "
            f"WHERE {self._has_key} AND node = %s",
            rows,
        )
        if found != len(rows):
            self._execute(self._save_binding, self._binding_rows(renewed))

    def _binding_rows(self, saved: Collection[ports.Binding]) -> list[tuple[Any, ...]]:
        """Make rows without Django's fields, which would cost five times the INSERT itself."""
        connection = connections[self._alias]
        path_field = Binding._meta.get_field("path")
        no_path = path_field.get_db_prep_save([], connection)

        def path(hops: list[str]) -> Any:
            return path_field.get_db_prep_save(hops, connection) if hops else no_path

        date = self._stored_date()
        now = date(self.clock.monotonic())
        return [columns.binding_row(each, self.node, now, date, path) for each in saved]

    @cached_property
    def _save_binding(self) -> str:
        """Insert or replace by the unique constraint."""
        quote = connections[self._alias].ops.quote_name
        names = [quote(name) for name in columns.BINDING_COLUMNS]
        others = names[len(columns.BINDING_KEY) :]
        return (
            f"INSERT INTO {table(Binding)} ({', '.join(names)}) "  # noqa: S608 - names of ours
            f"VALUES ({', '.join(['%s'] * len(names))}) "
            f"ON CONFLICT ({', '.join(columns.BINDING_KEY)}) "
            f"DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in others)}"
        )

    _has_key = " AND ".join(f"{name} = %s" for name in columns.BINDING_KEY)

    def _execute(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Execute for each row; return how many rows of the table that concerned."""
        with connections[self._alias].cursor() as cursor:
            cursor.executemany(sql, rows)
            self.rows_written += len(rows)
            return int(cursor.rowcount)

    # -- what happened ---------------------------------------------------------------------------

    def add_attempts(self, attempts: Sequence[tuple[ports.RegistrationAttempt, Folded]]) -> None:
        """Write new rows, with what was counted onto them meanwhile, and note their keys.

        Without model objects, which would take half as long again as all the rest.
        """
        date = self._stored_date()
        with durability.unhurried_transaction(self._alias):
            for start in range(0, len(attempts), ROWS_AT_ONCE):
                part = attempts[start : start + ROWS_AT_ONCE]
                rows = [columns.attempt_values(each, self.node, date) for each, _ in part]
                # Keys count up in the order of the rows; RETURNING promises no order.
                for key, (_, folded) in zip(sorted(self._insert(rows)), part, strict=True):
                    folded.pk = key

    def _insert(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert attempts; return their primary keys, in any order."""
        quote = connections[self._alias].ops.quote_name
        names = ", ".join(quote(name) for name in rows[0])
        marks = f"({', '.join(['%s'] * len(rows[0]))})"
        with connections[self._alias].cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table(RegistrationAttempt)} ({names}) "  # noqa: S608 - names of ours
                f"VALUES {', '.join([marks] * len(rows))} RETURNING id",
                [value for row in rows for value in row.values()],
            )
            self.rows_written += len(rows)
            return [key for (key,) in cursor.fetchall()]

    def count_attempts(self, changed: Sequence[Folded]) -> None:
        date = self._stored_date()
        rows = [(each.repeats, date(each.last_at), each.pk) for each in changed]
        with durability.unhurried_transaction(self._alias):
            self._execute(
                f"UPDATE {table(RegistrationAttempt)} "  # noqa: S608 - a name of ours
                "SET repeats = %s, last_at = %s WHERE id = %s",
                rows,
            )

    def _stored_date(self) -> Callable[[float], Any]:
        """Return what makes of a moment the date that the database stores."""
        is_text = connections[self._alias].vendor == "sqlite"
        return self.clock.text if is_text else self.clock.date

    def add_calls(self, calls: Iterable[ports.CallRecord]) -> None:
        date = self._stored_date()
        rows = [columns.call_values(call, self.node, date) for call in calls]
        quote = connections[self._alias].ops.quote_name
        names = ", ".join(quote(name) for name in rows[0])
        with transaction.atomic(using=self._alias):
            self._execute(
                f"INSERT INTO {table(CallRecord)} ({names}) "  # noqa: S608 - names of ours
                f"VALUES ({', '.join(['%s'] * len(rows[0]))})",
                [tuple(row.values()) for row in rows],
            )

    # -- retention -------------------------------------------------------------------------------

    def prune_phone(self, phone: str) -> None:
        """Keep the newest attempts of one phone."""
        rows = RegistrationAttempt.objects.filter(phone=phone)
        keep = rows.order_by("-last_at", "-pk").values_list("pk", flat=True)[:ATTEMPTS_PER_PHONE]
        with durability.unhurried_transaction(self._alias):
            rows.exclude(pk__in=list(keep)).delete()

    def prune(self) -> bool:
        """Delete some of what is too much altogether; False when nothing was."""
        attempts = self._prune_oldest(RegistrationAttempt, ATTEMPTS)
        return self._prune_oldest(CallRecord, CALL_RECORDS) or attempts

    def _prune_oldest(
        self, model: type[RegistrationAttempt] | type[CallRecord], kept: int
    ) -> bool:
        """Go by primary key, which follows the time closely enough and needs no counting."""
        # One after the other: asked for both at once, SQLite reads the whole table.
        first = model.objects.aggregate(found=models.Min("pk"))["found"]
        last = model.objects.aggregate(found=models.Max("pk"))["found"]
        too_many = 0 if first is None else last - first + 1 - kept
        if too_many <= 0:
            return False
        with durability.unhurried_transaction(self._alias):
            model.objects.filter(pk__lt=first + min(too_many, PRUNED_AT_ONCE)).delete()
        return True

    # -- SQLite's log ----------------------------------------------------------------------------

    @property
    def has_log_to_move(self) -> bool:
        return durability.has_log_to_move(self._alias)

    def move_log(self) -> int:
        """Move what has been written to where it belongs; return the pages of the log."""
        return durability.move_log(self._alias)

    # -- the process itself ----------------------------------------------------------------------

    def save_state(self, *, revision: int, started_at: datetime, listening: Sequence[str]) -> None:
        """Say that this process lives and which change it has in force."""
        values = {
            "revision": revision,
            "started_at": started_at,
            "seen_at": self.clock.now(),
            "listening": list(listening),
        }
        with durability.unhurried_transaction(self._alias):
            ServerState.objects.update_or_create(node=self.node, defaults=values)


def table(model: type[models.Model]) -> str:
    return model._meta.db_table
