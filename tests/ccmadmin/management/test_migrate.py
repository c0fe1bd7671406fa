"""manage.py migrate: a migration that is cut off leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.commands import migrate as django_migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from ccmadmin.management.commands.migrate import WholeMigrations
from ccmadmin.models.router import RuntimeRouter

TARGET = [("sessions", "0001_initial")]  # with an index, which Django makes last


@pytest.fixture
def empty_database(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BaseDatabaseWrapper]:
    monkeypatch.setattr(RuntimeRouter, "allow_migrate", lambda *args, **hints: True)
    connections.databases["empty"] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "new.sqlite3",
    }
    with django_db_blocker.unblock():
        yield connections["empty"]
        connections["empty"].close()
    del connections["empty"]
    del connections.databases["empty"]


def test_a_migration_that_is_cut_off_before_its_note_can_run_again(
    empty_database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(app: str, name: str) -> None:
        raise KeyboardInterrupt

    executor = WholeMigrations(empty_database)
    with monkeypatch.context() as patch:
        patch.setattr(executor.recorder, "record_applied", cut_off)
        with pytest.raises(KeyboardInterrupt):
            executor.migrate(TARGET)
    assert "django_session" not in empty_database.introspection.table_names()

    WholeMigrations(empty_database).migrate(TARGET)
    with empty_database.cursor() as cursor:
        table = empty_database.introspection.get_constraints(cursor, "django_session")
    assert any(each["index"] and each["columns"] == ["expire_date"] for each in table.values())
    assert WholeMigrations(empty_database).migration_plan(TARGET) == []


def test_the_command_is_ours() -> None:
    load_command_class("ccmadmin", "migrate")
    assert django_migrate.MigrationExecutor is WholeMigrations
