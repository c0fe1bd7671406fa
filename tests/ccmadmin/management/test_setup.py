"""manage.py setup."""

import os
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from ccmadmin.management.commands import setup as command
from ccmadmin.models import ApplicationUser
from ccmadmin.services import records


def run() -> str:
    out = StringIO()
    call_command("setup", stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("empty")
def test_the_first_run_prints_a_password_that_works_and_the_second_nothing() -> None:
    first = run()
    password = first.rsplit("Password", 1)[1].strip()
    assert ApplicationUser.by_key("ccmadministrator").check_password(password)
    revision = records.current_revision()
    assert run() == ""
    assert records.current_revision() == revision


@pytest.mark.usefixtures("installed")
def test_a_new_key_file_is_announced(tmp_path: Path, settings: LazySettings) -> None:
    settings.CREDENTIAL_KEY_FILE = tmp_path / "credentials.key"
    assert f"Credential key file: {settings.CREDENTIAL_KEY_FILE}" in run()


@pytest.mark.usefixtures("installed")
def test_a_key_file_that_is_too_open_is_one_line_that_says_how_to_mend(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.CREDENTIAL_KEY_FILE = tmp_path / "credentials.key"
    settings.CREDENTIAL_KEY_FILE.write_text("x")
    settings.CREDENTIAL_KEY_FILE.chmod(0o644)
    with pytest.raises(CommandError, match=r"open to other users: run `chmod 600 .*`$"):
        run()


@pytest.mark.usefixtures("installed")
def test_a_key_file_that_cannot_be_made_is_one_line(
    tmp_path: Path, settings: LazySettings
) -> None:
    (tmp_path / "file").touch()
    settings.CREDENTIAL_KEY_FILE = tmp_path / "file" / "credentials.key"
    with pytest.raises(CommandError, match="cannot make the credential key file"):
        run()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("database or disk is full", "make room on the disk"),
        ('table "django_session" already exists', "choose a database of its own"),
        ("attempt to write a readonly database", "let this user write there"),
        ("connection refused\n\tIs it running?", "see that it runs, and that its URL"),
    ],
)
def test_a_database_that_cannot_be_set_up_is_one_line_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, said: str, cure: str
) -> None:
    def fail() -> None:
        raise OperationalError(said)

    monkeypatch.setattr(command.setup, "install", fail)
    with pytest.raises(CommandError) as refused:
        run()
    assert cure in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.returncode == os.EX_TEMPFAIL


@pytest.mark.usefixtures("installed")
def test_a_database_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    server = {"HOST": "db", "PORT": "", "NAME": "ccm", "PASSWORD": "secret"}
    monkeypatch.setattr(command.connections["default"], "settings_dict", server)
    assert command.place_of("default") == "db:5432/ccm"


def test_a_database_that_is_behind_is_announced_before_it_is_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    executor = Mock()
    executor.migration_plan.return_value = ["0001_initial"]
    migrate = Mock()
    monkeypatch.setattr(command, "MigrationExecutor", lambda connection: executor)
    monkeypatch.setattr(command, "call_command", migrate)
    command.Command()._migrate("default")
    assert capsys.readouterr().out.startswith("Preparing the database ")
    migrate.assert_called_once_with("migrate", database="default", interactive=False, verbosity=0)
