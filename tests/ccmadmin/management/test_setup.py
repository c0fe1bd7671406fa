"""manage.py setup."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

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
