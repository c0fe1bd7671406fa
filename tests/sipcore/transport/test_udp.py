import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from sipcore.ports import Flow
from sipcore.transport import Listen, ListenError, LocalAddresses, UdpTransport
from sipcore.transport import udp as udp_module
from tests.sipcore.transport.recording_sink import RecordingSink, until

MESSAGE = b"OPTIONS sip:x SIP/2.0\r\n\r\n"


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


def transport(sink: RecordingSink, host: str = "127.0.0.1", port: int = 0) -> UdpTransport:
    listen = Listen("UDP", host, port)
    return UdpTransport(listen, sink, asyncio.get_running_loop(), LocalAddresses())


@pytest.fixture
async def ours(sink: RecordingSink) -> AsyncIterator[UdpTransport]:
    made = transport(sink)
    made.open()
    yield made
    made.close()


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


async def test_a_datagram_arrives_with_its_flow(
    ours: UdpTransport, sink: RecordingSink, phone: socket.socket
) -> None:
    phone.sendto(MESSAGE, ours.listen.address)
    await until(lambda: sink.received)
    assert sink.received == [(MESSAGE, Flow("UDP", ours.listen.address, phone.getsockname()))]


async def test_many_datagrams_are_one_batch_but_never_more_than_the_cap(
    ours: UdpTransport,
    sink: RecordingSink,
    phone: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(udp_module, "READS_PER_WAKE_UP", 16)
    for number in range(100):
        phone.sendto(MESSAGE + b"%d" % number, ours.listen.address)
    await until(lambda: len(sink.received) == 100)
    assert [len(batch) for batch in sink.batches] == [16] * 6 + [4]
    assert sink.data == [MESSAGE + b"%d" % number for number in range(100)]


async def test_keep_alives_are_dropped(
    ours: UdpTransport, sink: RecordingSink, phone: socket.socket
) -> None:
    for data in (b"", b"\r\n", b"\r\n\r\n", b"\0\0\0\0", b"jaK", MESSAGE):
        phone.sendto(data, ours.listen.address)
    await until(lambda: sink.received)
    assert sink.data == [MESSAGE]


async def test_the_flow_names_a_concrete_address_when_listening_on_all(
    sink: RecordingSink, phone: socket.socket
) -> None:
    ours = transport(sink, "0.0.0.0")
    ours.open()
    phone.sendto(MESSAGE, ("127.0.0.1", ours.listen.port))
    await until(lambda: sink.received)
    ours.close()
    assert sink.received[0][1].local == ("127.0.0.1", ours.listen.port)


async def test_ipv6_has_its_own_socket_and_answers_come_back(sink: RecordingSink) -> None:
    ours = transport(sink, "::")
    ours.open()
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as phone:
        phone.bind(("::1", 0))
        phone.sendto(MESSAGE, ("::1", ours.listen.port))
        await until(lambda: sink.received)
        flow = sink.received[0][1]
        assert flow.local == ("::1", ours.listen.port)
        ours.send(flow, b"answer")
        assert phone.recv(100) == b"answer"
    ours.close()


async def test_what_is_sent_arrives(ours: UdpTransport, phone: socket.socket) -> None:
    ours.send(Flow("UDP", ours.listen.address, phone.getsockname()), b"answer")
    assert phone.recvfrom(100) == (b"answer", ours.listen.address)


@pytest.mark.parametrize("host", ["phone.example", "::1", "", "127.0.0.1\0"])
async def test_a_host_that_this_socket_cannot_reach_fails_the_flow(
    ours: UdpTransport, sink: RecordingSink, host: str
) -> None:
    flow = Flow("UDP", ours.listen.address, (host, 5060))
    ours.send(flow, b"x")
    assert [failed for failed, _ in sink.failures] == [flow]


async def test_an_error_of_the_system_fails_the_flow(
    ours: UdpTransport, sink: RecordingSink, phone: socket.socket
) -> None:
    flow = Flow("UDP", ours.listen.address, phone.getsockname())
    ours.send(flow, b"x" * 70_000)
    assert sink.failures == [(flow, "Message too long")]


class FullSocket:
    """Stands in for a socket whose send buffer is full for so many tries."""

    def __init__(self, real: socket.socket, refusals: int) -> None:
        self.real = real
        self.refusals = refusals

    def sendto(self, data: bytes, remote: tuple[str, int]) -> int:
        if self.refusals:
            self.refusals -= 1
            raise BlockingIOError
        return self.real.sendto(data, remote)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


async def test_a_full_buffer_makes_datagrams_wait_in_order(
    ours: UdpTransport, phone: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "_socket", FullSocket(ours._socket, 2))  # type: ignore[arg-type]  # acts as one
    flow = Flow("UDP", ours.listen.address, phone.getsockname())
    for data in (b"1", b"2", b"3"):
        ours.send(flow, data)
    await until(lambda: ours.counts["sent"] == 3)
    assert [phone.recv(10) for _ in range(3)] == [b"1", b"2", b"3"]


async def test_what_waits_is_bounded(
    ours: UdpTransport, phone: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(udp_module, "WAITING_DATAGRAMS", 2)
    monkeypatch.setattr(ours, "_socket", FullSocket(ours._socket, 1))  # type: ignore[arg-type]  # acts as one
    flow = Flow("UDP", ours.listen.address, phone.getsockname())
    for data in (b"1", b"2", b"3", b"4"):
        ours.send(flow, data)
    await until(lambda: ours.counts["sent"] == 2)
    assert ours.counts["dropped"] == 2


async def test_a_taken_port_is_named(ours: UdpTransport, sink: RecordingSink) -> None:
    second = transport(sink, port=ours.listen.port)
    with pytest.raises(ListenError, match=rf"^udp:127.0.0.1:{ours.listen.port}: Address already"):
        second.open()


async def test_nothing_is_read_after_stop_reading_but_answers_still_leave(
    ours: UdpTransport, sink: RecordingSink, phone: socket.socket
) -> None:
    ours.stop_reading()
    phone.sendto(MESSAGE, ours.listen.address)
    await asyncio.sleep(0.02)
    assert not sink.received
    ours.send(Flow("UDP", ours.listen.address, phone.getsockname()), b"answer")
    assert phone.recv(100) == b"answer"


async def test_sending_after_close_fails_the_flow(ours: UdpTransport, sink: RecordingSink) -> None:
    ours.close()
    ours.send(Flow("UDP", ours.listen.address, ("127.0.0.1", 9)), b"x")
    assert sink.failures[0][1] == "the socket is closed"
