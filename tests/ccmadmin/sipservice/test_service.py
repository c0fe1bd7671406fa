import asyncio
import logging
import os
import resource
import signal
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from ccmadmin.sipservice import checkpointer, databases, feed, service
from ccmadmin.sipservice.changes import Changes
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.prober import Prober
from ccmadmin.sipservice.rows import Delta, UserRow
from ccmadmin.sipservice.service import Loaded, Service, at_home, connections_possible
from ccmadmin.sipservice.tables import Tables
from sipcore.ports import Binding, Flow
from sipcore.transport import Listen, ListenError
from tests.ccmadmin.sipservice.test_behind import FakeStorage
from tests.ccmadmin.sipservice.values import binding, tables
from tests.sipcore.transport.recording_sink import until
from tests.sockets.client import Client

BOTH = [Listen("UDP", "127.0.0.1", 0), Listen("TCP", "127.0.0.1", 0)]


class MemoryStorage(FakeStorage):
    """Notes every binding that was saved; the rest as the fake does."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.saved: list[Binding] = []

    def save_bindings(self, changes: Changes) -> None:
        self.saved += [*changes.saved.values(), *changes.renewed.values()]


def site() -> Tables:
    """One phone with line 2000 and user u2000; its profile does not look at the password."""
    made = tables()
    made.apply(Delta(11, users={1: UserRow("u2000")}))
    row = made.numbers.rows[1]
    made.apply(Delta(12, numbers={1: row._replace(number="2000")}))
    return made


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> list[Delta]:
    """What the change log will bring."""
    coming: list[Delta] = []

    def read_changes(known: Tables) -> Iterator[Delta]:
        while coming:
            yield coming.pop(0)

    monkeypatch.setattr(feed, "read_changes", read_changes)
    monkeypatch.setattr(Prober, "_look", lambda prober, work: None)
    monkeypatch.setattr(databases, "close_all", lambda: None)
    monkeypatch.setattr(databases, "close_broken", lambda: None)
    return coming


@pytest.fixture
async def running(storage: MemoryStorage, news: list[Delta]) -> AsyncIterator[Service]:
    made = Service(Loaded(storage, site(), []), BOTH)
    await made.start()
    yield made
    await made.stop()


async def register(running: Service, transport: str, expires: int = 120) -> int:
    index = 0 if transport == "UDP" else 1
    port = running.endpoint.listening[index].port

    def talk() -> int:
        with Client(2000, port, transport) as client:
            return client.register("sip:2000@127.0.0.1:5999", expires).status

    return await asyncio.to_thread(talk)


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
async def test_a_phone_registers_and_its_binding_is_stored_before_the_answer(
    running: Service, storage: MemoryStorage, transport: str
) -> None:
    assert await register(running, transport) == 200
    (stored,) = storage.saved
    assert (stored.phone, stored.number, stored.flow.transport) == ("SEP1", "2000", transport)
    assert stored.flow.local in [each.address for each in running.endpoint.listening]


async def test_a_change_is_in_force_for_the_next_register_and_in_the_state(
    running: Service, storage: MemoryStorage, news: list[Delta]
) -> None:
    assert await register(running, "UDP") == 200
    news.append(Delta(13, users={1: None}))
    await until(lambda: running.snapshot.revision == 13)
    assert await register(running, "UDP") != 200
    await until(lambda: ("state", (13, running.listening)) in storage.writes)


async def test_the_heartbeat_says_where_it_listens_and_at_the_end_that_it_does_not(
    storage: MemoryStorage, news: list[Delta]
) -> None:
    made = Service(Loaded(storage, site(), []), BOTH)
    await made.start()
    await until(lambda: ("state", (12, made.listening)) in storage.writes)
    await made.stop()
    states = [value for what, value in storage.writes if what == "state"]
    assert states[-1] == (12, [])


async def test_the_log_of_the_database_is_moved_beside_the_registrations_and_completed(
    storage: MemoryStorage, news: list[Delta], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryStorage, "has_log_to_move", True)
    storage.rows_written, storage.log_pages = checkpointer.ROWS, checkpointer.LONG_LOG
    made = Service(Loaded(storage, site(), []), BOTH)
    await made.start()
    # Twice by its own thread, then by the recorder's.
    await until(lambda: storage.writes.count(("log", None)) == 3)
    await made.stop()
    assert not made.checkpointer._thread.is_alive()


async def test_the_end_hangs_up_and_waits_a_moment_for_the_phones(
    storage: MemoryStorage, news: list[Delta], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Service(Loaded(storage, site(), []), BOTH)
    await made.start()
    ended: list[float] = []
    monkeypatch.setattr(made.engine, "shut_down", ended.append)
    monkeypatch.setattr(type(made.engine), "has_calls", property(lambda engine: True))
    before = asyncio.get_running_loop().time()
    await asyncio.wait_for(made.stop(), 3)
    assert len(ended) == 1
    assert asyncio.get_running_loop().time() - before >= service.CALLS_S


async def test_what_was_bound_before_is_bound_again(
    storage: MemoryStorage, news: list[Delta]
) -> None:
    known = binding(
        phone="SEP1", number="2000", expires_at=asyncio.get_running_loop().time() + 100
    )
    made = Service(Loaded(storage, site(), [known]), BOTH)
    assert made.engine.counts()["bindings"] == 1


async def test_serve_announces_and_ends_at_a_signal(
    storage: MemoryStorage, news: list[Delta], caplog: pytest.LogCaptureFixture
) -> None:
    lines: list[str] = []

    def announce(line: str) -> None:
        lines.append(line)
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)

    with caplog.at_level(logging.INFO):
        await asyncio.wait_for(service.serve(Loaded(storage, site(), []), BOTH, announce), 3)
    assert lines[0].startswith("listening on udp:127.0.0.1:")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.remove_signal_handler(number)


async def test_a_taken_port_ends_it_before_anything_runs(
    running: Service, storage: MemoryStorage
) -> None:
    taken = running.endpoint.listening
    with pytest.raises(ListenError):
        await service.serve(Loaded(storage, site(), []), taken, lambda line: None)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.remove_signal_handler(number)


# -- parts ---------------------------------------------------------------------------------------


def local_of(flow: Flow, *listen: Listen) -> Any:
    (moved,) = at_home([binding(flow=flow)], listen, 0.0)
    return moved.flow.local


def test_a_binding_gets_the_address_that_we_have_now() -> None:
    flow = Flow("UDP", ("192.0.2.1", 5060), ("127.0.0.1", 5062))
    same = Listen("UDP", "192.0.2.1", 5060)
    assert local_of(flow, Listen("UDP", "127.0.0.1", 5070), same) == ("192.0.2.1", 5060)
    assert local_of(flow, Listen("UDP", "127.0.0.1", 5070)) == ("127.0.0.1", 5070)
    assert local_of(flow, Listen("UDP", "0.0.0.0", 5070)) == ("127.0.0.1", 5070)


def test_a_binding_of_a_transport_that_we_do_not_listen_on_stays_as_it_is() -> None:
    flow = Flow("UDP", ("192.0.2.1", 5060), ("127.0.0.1", 5062))
    assert local_of(flow, Listen("TCP", "127.0.0.1", 5070)) == flow.local
    assert local_of(flow, Listen("UDP", "::1", 5070)) == flow.local


def test_connections_leave_files_for_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(1024, 4096)]
    monkeypatch.setattr(resource, "getrlimit", lambda what: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda what, wanted: limits.append(wanted))
    assert connections_possible(10_000) == 3996
    assert limits[-1] == (4096, 4096)
    assert connections_possible(500) == 500


def test_a_system_that_gives_no_more_files_allows_fewer_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(what: int, wanted: tuple[int, int]) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "getrlimit", lambda what: (1024, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert connections_possible(10_000) == 924
