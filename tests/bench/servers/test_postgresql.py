import os

import pytest

from bench.servers import postgresql
from bench.servers.postgresql import Database


def test_root_runs_it_as_its_own_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert postgresql.as_its_user(["initdb"])[:2] == ["setpriv", "--reuid=postgres"]
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    assert postgresql.as_its_user(["initdb"]) == ["initdb"]


def test_the_database_is_reached_on_loopback() -> None:
    assert Database(5433, 1).url == "postgres://postgres@127.0.0.1:5433/postgres"
