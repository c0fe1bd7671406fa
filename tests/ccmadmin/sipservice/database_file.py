"""A database of SQLite in a file: only there it has a log."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from ccmadmin import models
from ccmadmin.settings import RUNTIME_SQLITE, database

ALIAS = "file"


@contextmanager
def database_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Make one that is set up as the runtime database is, with its bindings; yield its alias.

    For tests that use no other database: those that are marked so may use no more than theirs.
    """
    config = {**connections.settings["runtime"], **database("NO_SUCH", "", **RUNTIME_SQLITE)}
    monkeypatch.setitem(connections.settings, ALIAS, config | {"NAME": str(path)})
    with blocker.unblock():
        connection = connections[ALIAS]
        with connection.schema_editor() as editor:
            editor.create_model(models.Binding)
        try:
            yield ALIAS
        finally:
            connection.close()
            del connections[ALIAS]


def ask(sql: str) -> int:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql)
        (value,) = cursor.fetchone()
    return int(value)
