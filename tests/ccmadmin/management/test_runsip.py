import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from ccmadmin.management.commands import runsip
from ccmadmin.models import CredentialKeyError
from ccmadmin.sipservice import service
from sipcore.transport import Listen, ListenError
from tests.sockets import callserver
from tests.sockets.callserver import FIRST_NUMBER, CallServer
from tests.sockets.client import Client

IN_PROCESS = pytest.mark.django_db(databases="__all__")


class FakeService:
    """Stands in for loading and serving; notes what it was given."""

    def __init__(self) -> None:
        self.node = ""
        self.listen: list[Listen] = []
        self.error: Exception | None = None

    def load(self, node: str) -> str:
        self.node = node
        if isinstance(self.error, OperationalError | CredentialKeyError):
            raise self.error
        return "loaded"

    async def serve(self, loaded: str, listen: list[Listen], announce: Any) -> None:
        assert loaded == "loaded"
        self.listen = listen
        if self.error:
            raise self.error
        announce("listening on " + ", ".join(map(str, listen)))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    made = FakeService()
    monkeypatch.setattr(service, "load", made.load)
    monkeypatch.setattr(service, "serve", made.serve)
    return made


@IN_PROCESS
def test_options_say_where_to_listen_and_what_the_node_is_called(
    fake: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("runsip", "--listen", "udp:192.0.2.1:5060", "--listen", "[::1]:5062", node="n-2")
    assert fake.node == "n-2"
    assert capsys.readouterr().out == (
        "listening on udp:192.0.2.1:5060, udp:[::1]:5062, tcp:[::1]:5062\n"
    )


@IN_PROCESS
def test_without_options_the_settings_count(fake: FakeService, settings: Any) -> None:
    settings.SIP_LISTEN = ["192.0.2.1:5060"]
    call_command("runsip")
    assert [str(each) for each in fake.listen] == ["udp:192.0.2.1:5060", "tcp:192.0.2.1:5060"]


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ListenError("udp:0.0.0.0:5060: Address already in use"), 69, "cannot listen on udp:0"),
        (OperationalError("no route"), 75, "the database does not answer: no route"),
        (CredentialKeyError("no key file"), 78, "no key file"),
    ],
)
@IN_PROCESS
def test_what_prevents_the_start_is_one_line_and_a_code(
    fake: FakeService, error: Exception, code: int, text: str
) -> None:
    fake.error = error
    with pytest.raises(CommandError, match=text) as caught:
        call_command("runsip")
    assert caught.value.returncode == code
    assert "\n" not in str(caught.value)


@IN_PROCESS
def test_a_wrong_address_is_refused_with_what_was_typed(fake: FakeService) -> None:
    with pytest.raises(CommandError, match=r"--listen tls:192\.0\.2\.1:5061") as caught:
        call_command("runsip", "--listen", "tls:192.0.2.1:5061")
    assert caught.value.returncode == os.EX_CONFIG


@IN_PROCESS
def test_missing_migrations_are_refused_with_the_cure(
    fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Executor(runsip.MigrationExecutor):
        def migration_plan(self, *_: object, **__: object) -> Any:
            return [("migration", False)]

    monkeypatch.setattr(runsip, "MigrationExecutor", Executor)
    with pytest.raises(CommandError, match=r"run `manage\.py setup`") as caught:
        call_command("runsip")
    assert caught.value.returncode == os.EX_CONFIG


def test_the_help_names_every_exit_code() -> None:
    for code in (0, os.EX_UNAVAILABLE, os.EX_TEMPFAIL, os.EX_CONFIG):
        assert f"{code} " in runsip.Command.help


# -- as a process --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> CallServer:
    return callserver.make(tmp_path_factory.mktemp("runsip"), 1)


@pytest.mark.external
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_within_three_seconds_although_a_phone_is_connected(
    server: CallServer, number: int
) -> None:
    with server.running() as process, Client(FIRST_NUMBER, server.port, "TCP") as client:
        assert client.register().status == 200
        assert callserver.stop(process, number) == 0
    assert "Traceback" not in server.log


@pytest.mark.external
def test_a_hangup_changes_nothing(server: CallServer) -> None:
    with server.running() as process:
        process.send_signal(signal.SIGHUP)
        with Client(FIRST_NUMBER, server.port) as client:
            assert client.register().status == 200
        assert callserver.stop(process) == 0


@pytest.mark.external
def test_a_port_that_is_taken_is_one_line_and_exit_69(server: CallServer) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = server.manage("runsip", "--listen", f"tcp:127.0.0.1:{port}", "--log-level=error")
    assert done.returncode == os.EX_UNAVAILABLE
    assert done.stderr == (
        f"CommandError: cannot listen on tcp:127.0.0.1:{port}: Address already in use\n"
    )
    assert done.stdout == ""


@pytest.mark.external
def test_an_empty_data_folder_is_one_line_and_exit_78(server: CallServer, tmp_path: Path) -> None:
    done = server.manage("runsip", CCMADMIN_DATA=str(tmp_path))
    assert done.returncode == os.EX_CONFIG
    assert "migrations are not applied" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.external
def test_a_missing_key_file_is_one_line_and_exit_78(server: CallServer, tmp_path: Path) -> None:
    done = server.manage("runsip", CCMADMIN_KEY_FILE=str(tmp_path / "none"))
    assert done.returncode == os.EX_CONFIG
    assert "cannot read the credential key file" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.external
def test_the_log_says_why_a_phone_was_refused_and_holds_no_secret(server: CallServer) -> None:
    with server.running() as process:
        with Client(FIRST_NUMBER, server.port) as client:
            client.number += 1  # a line that the phone has not
            assert client.register().status != 200
        assert callserver.stop(process) == 0
    assert "refused (" in server.log
    assert "secret1" not in server.log
