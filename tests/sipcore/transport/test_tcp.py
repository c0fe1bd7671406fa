import asyncio
import contextlib
import gc
import logging
import socket
import weakref
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from sipcore.ports import Flow
from sipcore.transport import Listen, ListenError, TcpLimits, TcpTransport
from sipcore.transport.connection import Connection
from tests.sipcore.transport.recording_sink import RecordingSink, until

MESSAGE = b"OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n"


class Site:
    """A transport that listens on the loopback, its sink, and phones that connect to it."""

    def __init__(self, limits: TcpLimits, host: str = "127.0.0.1") -> None:
        self.sink = RecordingSink()
        self.loop = asyncio.get_running_loop()
        self.tasks: list[asyncio.Task[None]] = []
        self.phones: list[asyncio.StreamWriter] = []
        listens = [Listen("TCP", host, 0)]
        self.tcp = TcpTransport(listens, self.sink, self.loop, self.spawn, limits)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.tasks.append(self.loop.create_task(work, name=name))

    @property
    def address(self) -> tuple[str, int]:
        return self.tcp.listens[0].address

    async def phone(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.address[1])
        self.phones.append(writer)
        return reader, writer

    async def close(self) -> None:
        for writer in self.phones:
            writer.close()
        self.tcp.close()
        self.tcp.abort()
        await asyncio.gather(*self.tasks)
        await asyncio.sleep(0.01)


@pytest.fixture
def limits() -> TcpLimits:
    return TcpLimits()


@pytest.fixture
async def site(limits: TcpLimits) -> AsyncIterator[Site]:
    made = Site(limits)
    await made.tcp.open()
    yield made
    await made.close()


async def test_a_message_arrives_with_the_number_of_its_connection(site: Site) -> None:
    for _ in range(2):
        _, writer = await site.phone()
        writer.write(MESSAGE)
    await until(lambda: len(site.sink.received) == 2)
    flows = [flow for _, flow in site.sink.received]
    assert sorted(flow.connection for flow in flows) == [1, 2]
    assert {flow.local for flow in flows} == {site.address}
    names = {writer.get_extra_info("sockname") for writer in site.phones}
    assert {flow.remote for flow in flows} == names


async def test_an_answer_goes_back_over_the_same_connection(site: Site) -> None:
    reader, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    site.tcp.send(site.sink.received[0][1], b"answer")
    assert await reader.readexactly(6) == b"answer"


async def test_listening_on_all_addresses_names_the_one_that_was_called() -> None:
    site = Site(TcpLimits(), "0.0.0.0")
    await site.tcp.open()
    _, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    assert site.sink.received[0][1].local == ("127.0.0.1", site.address[1])
    await site.close()


async def test_ipv6_is_listened_on_apart() -> None:
    site = Site(TcpLimits(), "::1")
    await site.tcp.open()
    _, writer = await asyncio.open_connection("::1", site.address[1])
    site.phones.append(writer)
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    assert site.sink.received[0][1].local == site.address
    await site.close()


async def test_a_closed_connection_fails_its_flow(site: Site) -> None:
    _, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    writer.close()
    await until(lambda: site.sink.failures)
    assert site.sink.failures == [(site.sink.received[0][1], "closed by the peer")]
    assert len(site.tcp) == 0


# -- connecting ----------------------------------------------------------------------------------


class Called:
    """A phone that listens; what it hears and who called."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self) -> "Called":
        self.server = await asyncio.start_server(self.hear, "127.0.0.1", 0)
        self.address = self.server.sockets[0].getsockname()
        return self

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        while data := await reader.read(65536):
            self.heard.append(data)
        writer.close()

    async def close(self) -> None:
        self.server.close()
        for writer in self.writers:
            writer.close()
        await asyncio.sleep(0.01)


@pytest.fixture
async def called() -> AsyncIterator[Called]:
    made = await Called().open()
    yield made
    await made.close()


async def test_a_flow_without_connection_opens_one_and_keeps_the_order(
    site: Site, called: Called
) -> None:
    flow = Flow("TCP", site.address, called.address)
    for data in (b"1", b"2", b"3"):
        site.tcp.send(flow, data)
    await until(lambda: b"".join(called.heard) == b"123")
    site.tcp.send(flow, b"4")
    await until(lambda: b"".join(called.heard) == b"1234")
    assert len(called.writers) == len(site.tcp) == 1


async def test_what_comes_back_over_our_own_connection_has_our_listening_port(
    site: Site, called: Called
) -> None:
    site.tcp.send(Flow("TCP", site.address, called.address), b"1")
    await until(lambda: called.writers)
    called.writers[0].write(MESSAGE)
    await until(lambda: site.sink.received)
    assert site.sink.received[0][1] == Flow("TCP", site.address, called.address, 1)


async def test_a_flow_whose_connection_is_gone_uses_another_to_the_same_remote(
    site: Site, called: Called
) -> None:
    site.tcp.send(Flow("TCP", site.address, called.address), b"1")
    await until(lambda: called.heard)
    site.tcp.send(Flow("TCP", site.address, called.address, 99), b"2")
    await until(lambda: b"".join(called.heard) == b"12")
    assert len(called.writers) == 1


async def test_every_flow_that_used_a_connection_hears_of_its_end(
    site: Site, called: Called
) -> None:
    flows = [Flow("TCP", site.address, called.address, number) for number in (0, 99)]
    for flow in flows:
        site.tcp.send(flow, b"1")
    await until(lambda: called.writers)
    called.writers[0].close()
    await until(lambda: len(site.sink.failures) == 3)
    assert {flow.connection for flow, _ in site.sink.failures} == {0, 1, 99}


async def test_a_refused_connection_fails_the_flow(site: Site, called: Called) -> None:
    await called.close()
    flow = Flow("TCP", site.address, called.address)
    site.tcp.send(flow, b"1")
    await until(lambda: site.sink.failures)
    assert site.sink.failures[0][0] == flow
    assert "refused" in site.sink.failures[0][1].lower()


async def test_a_name_instead_of_an_address_fails_the_flow(site: Site) -> None:
    flow = Flow("TCP", site.address, ("phone.example", 5060))
    site.tcp.send(flow, b"1")
    assert site.sink.failures == [(flow, "cannot connect to 'phone.example'")]


# -- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limits", [TcpLimits(connections=1), TcpLimits(connections_per_address=1)]
)
async def test_a_connection_too_many_is_closed_and_said_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.phone()
    await until(lambda: len(site.tcp) == 1)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            reader, _ = await site.phone()
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read(1) == b""
    assert len(site.tcp) == 1
    assert site.tcp.counts["refused"] == 2
    assert len(caplog.records) == 1
    assert site.sink.failures == []


async def test_a_place_is_free_again_when_a_connection_ends(site: Site) -> None:
    _, writer = await site.phone()
    await until(lambda: len(site.tcp) == 1)
    writer.close()
    await until(lambda: len(site.tcp) == 0)
    assert site.tcp._per_host == {}
    assert site.tcp._by_remote == {}


async def test_a_connection_that_brings_no_whole_message_is_closed(site: Site) -> None:
    _, writer = await site.phone()
    writer.write(MESSAGE[:10])
    await until(lambda: len(site.tcp) == 1)
    site.tcp.sweep(site.loop.time() + 29)
    assert len(site.tcp) == 1
    site.tcp.sweep(site.loop.time() + 31)
    await until(lambda: len(site.tcp) == 0)


async def test_a_silent_connection_is_closed_after_a_long_time(site: Site) -> None:
    _, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    site.tcp.sweep(site.loop.time() + 3600)
    assert len(site.tcp) == 1
    site.tcp.sweep(site.loop.time() + 7201)
    await until(lambda: len(site.tcp) == 0)


@pytest.mark.parametrize("limits", [TcpLimits(waiting_octets=1000)])
async def test_a_peer_that_does_not_read_loses_its_connection(site: Site) -> None:
    _, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    flow = site.sink.received[0][1]
    for _ in range(1000):
        site.tcp.send(flow, b"x" * 65536)
        await asyncio.sleep(0)
        if site.sink.failures:
            break
    assert site.sink.failures[0] == (flow, "the peer does not read what is sent to it")


@pytest.mark.parametrize("limits", [TcpLimits(waiting_octets=10)])
async def test_what_waits_for_a_connection_is_bounded(site: Site, called: Called) -> None:
    flow = Flow("TCP", site.address, called.address)
    site.tcp.send(flow, b"12345")
    site.tcp.send(flow, b"123456")
    assert site.sink.failures == [(flow, "too much waits for the connection")]


async def test_a_taken_port_is_named(site: Site) -> None:
    second = TcpTransport(site.tcp.listens, site.sink, site.loop, site.spawn)
    with pytest.raises(ListenError, match=rf"^tcp:127.0.0.1:{site.address[1]}: Address already"):
        await second.open()


async def test_closing_sends_what_waits_and_reports_nothing(site: Site) -> None:
    reader, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    flow = site.sink.received[0][1]
    site.tcp.send(flow, b"last")
    site.tcp.close()
    assert await reader.read() == b"last"
    await asyncio.wait_for(site.tcp.is_empty.wait(), 1)
    assert site.sink.failures == []
    site.tcp.send(flow, b"more")
    assert len(site.sink.failures) == 1


async def test_nobody_gets_in_and_nothing_is_heard_while_stopping(site: Site) -> None:
    reader, writer = await site.phone()
    writer.write(MESSAGE)
    await until(lambda: site.sink.received)
    site.tcp.stop_reading()
    writer.write(MESSAGE)
    site.tcp.send(site.sink.received[0][1], b"last")
    assert await reader.readexactly(4) == b"last"
    assert len(site.sink.received) == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(site.address, 1)


async def test_a_connection_that_is_over_leaves_nothing_to_the_cycle_collector(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[asyncio.BaseTransport]] = []

    def connection_made(self: Connection, transport: asyncio.BaseTransport) -> None:
        made.append(weakref.ref(transport))
        usual(self, transport)

    usual = Connection.connection_made
    monkeypatch.setattr(Connection, "connection_made", connection_made)
    _, polite = await site.phone()
    polite.write(MESSAGE)
    _, rude = await site.phone()
    await until(lambda: site.sink.received and len(made) == 2)
    gc.disable()
    try:
        polite.close()
        rude.transport.abort()
        await until(lambda: [each() for each in made] == [None, None])
    finally:
        gc.enable()
