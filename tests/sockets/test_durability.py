"""Acknowledged is durable: `kill -9` under a stream of registrations loses none of them."""

import random
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.sockets import callserver
from tests.sockets.callserver import FIRST_NUMBER, CallServer
from tests.sockets.client import Client

pytestmark = pytest.mark.external

PHONES = 24
CONTACTS = 8  # a line may have ten
STREAM_S = 1.5


class RestlessPhone(threading.Thread):
    """Registers ever more contacts, refreshes them and takes some back, until nobody answers.

    `acknowledged` says what the last answered request made of each contact: True for bound. What
    was asked for and not answered is in `open`: both are right for it.
    """

    def __init__(self, number: int, port: int) -> None:
        super().__init__()
        self.number = number
        self.port = port
        self.acknowledged: dict[str, bool] = {}
        self.answers = 0
        self.open = ""
        self.faults: list[str] = []

    def run(self) -> None:
        dice = random.Random(self.number)
        with Client(self.number, self.port, patience_s=1) as client:
            while True:
                port = 10000 + dice.randrange(CONTACTS)
                contact = f"sip:{self.number}@127.0.0.1:{port}"
                is_bound = dice.random() < 0.8
                self.open = contact
                try:
                    answer = client.register(contact, 120 * is_bound)
                except (TimeoutError, ConnectionError):
                    return
                if answer.status != 200:
                    self.faults.append(answer.text)
                    return
                self.answers += 1
                self.acknowledged[contact] = is_bound
                self.open = ""


def bound(server: CallServer, number: int) -> set[str]:
    """Ask the engine what a line has."""
    with Client(number, server.port) as client:
        answer = client.register(contact="")
    assert answer.status == 200, answer.text
    return answer.contacts


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> CallServer:
    folder: Path = tmp_path_factory.mktemp("callserver")
    return callserver.make(folder, PHONES)


def test_kill_9_under_a_stream_of_registrations_loses_nothing_that_was_acknowledged(
    server: CallServer,
) -> None:
    numbers = range(FIRST_NUMBER, FIRST_NUMBER + PHONES)
    phones = [RestlessPhone(number, server.port) for number in numbers]
    with server.running() as process:
        for phone in phones:
            phone.start()
        time.sleep(STREAM_S)
        assert process.poll() is None
        process.kill()
        process.wait()
    for phone in phones:
        phone.join(5)
    assert not [fault for phone in phones for fault in phone.faults]
    assert sum(phone.answers for phone in phones) > 2 * PHONES
    saved = {contact for (contact,) in server.rows("SELECT contact FROM ccmadmin_binding")}
    with server.running():
        for phone in phones:
            in_engine = bound(server, phone.number)
            sure = {contact for contact in phone.acknowledged if contact != phone.open}
            expected = {contact for contact in sure if phone.acknowledged[contact]}
            assert saved & sure >= expected
            assert in_engine & sure == expected


def test_a_phone_that_was_acknowledged_can_be_called_after_kill_9(server: CallServer) -> None:
    with (
        Client(FIRST_NUMBER, server.port) as called,
        Client(FIRST_NUMBER + 1, server.port) as caller,
    ):
        with server.running() as process:
            assert called.register().status == 200
            assert caller.register().status == 200
            process.kill()
            process.wait()
        with server.running():
            assert caller.invite(FIRST_NUMBER).status == 100
            assert called.receive().startswith(f"INVITE {called.contact} SIP/2.0")


def test_an_orderly_end_keeps_bindings_too_and_says_so_in_the_state(server: CallServer) -> None:
    with server.running() as process:
        with Client(FIRST_NUMBER, server.port) as client:
            assert client.register().status == 200
            contact = client.contact
        assert callserver.stop(process) == 0
    assert (contact,) in server.rows("SELECT contact FROM ccmadmin_binding")
    assert server.rows("SELECT listening FROM ccmadmin_serverstate") == [("[]",)]
    outcomes = server.rows("SELECT DISTINCT outcome FROM ccmadmin_registrationattempt")
    assert ("accepted",) in outcomes


def test_expired_bindings_are_neither_loaded_nor_kept(server: CallServer) -> None:
    with closing(sqlite3.connect(server.folder / "runtime.sqlite3")) as database, database:
        database.execute("UPDATE ccmadmin_binding SET expires_at = '2020-01-01 00:00:00'")
    with server.running():
        assert bound(server, FIRST_NUMBER) == set()
    assert server.rows("SELECT COUNT(*) FROM ccmadmin_binding") == [(0,)]
