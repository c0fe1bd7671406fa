"""Settings that cannot work are one line, which names the variable and the cure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ccmadmin import settings

PROJECT = Path(__file__).resolve().parent.parent.parent


def manage(tmp_path: Path, **variables: str) -> tuple[int, str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "ccmadmin.settings"}
    env |= {"CCMADMIN_DATA": str(tmp_path)} | variables
    command = [sys.executable, str(PROJECT / "manage.py"), "sipdns", "--help"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.external
@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("CCMADMIN_LOG_LEVEL", "loud", "CCMADMIN_LOG_LEVEL=loud: choose one of INFO, DEBUG,"),
        ("DATABASE_URL", "secret@host", "DATABASE_URL is not the URL of a database: postgres://"),
        ("CCMADMIN_DATA", "/proc/none", "the key that signs sessions cannot be kept in /proc/n"),
    ],
)
def test_a_value_that_cannot_work_is_one_line_without_it_if_it_may_hold_a_password(
    tmp_path: Path, variable: str, value: str, told: str
) -> None:
    status, errors = manage(tmp_path, **{variable: value})
    assert status == os.EX_CONFIG
    assert errors.startswith(f"ccmadmin: {told}")
    assert errors.count("\n") == 1
    assert "secret" not in errors


def test_postgresql_without_its_driver_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:pw@host/name")
    monkeypatch.setattr(settings, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"driver is not installed: run `make extras`"):
        settings.database("DATABASE_URL", "unused")


def test_the_key_of_sessions_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "web.key"
    key = settings.secret_key(path)
    assert len(key) == 64
    assert settings.secret_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["web.key"]


def test_a_full_disk_leaves_no_empty_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(size: int) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings.secrets, "token_urlsafe", full)
    with pytest.raises(ImproperlyConfigured, match=r"web\.key \(No space left on device\)"):
        settings.secret_key(tmp_path / "web.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.external
@pytest.mark.parametrize(("https", "counts"), [("0", False), ("1", True)])
def test_a_proxy_s_word_for_an_address_counts_only_behind_one(
    tmp_path: Path, https: str, counts: bool
) -> None:
    env = {**os.environ, "CCMADMIN_DATA": str(tmp_path), "CCMADMIN_HTTPS": https}
    program = "from ccmadmin import settings; print(*settings.MIDDLEWARE)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=env, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert ("BehindProxy" in done.stdout) is counts
