"""Phones that do not read what they are sent: engine, endpoint and sockets together.

What waits for them is bounded, nobody else notices, and whoever is cut off is unreachable at once.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from sipcore.actions import Committed, Report, SaveBindings
from sipcore.endpoint import Endpoint
from sipcore.engine import Engine
from sipcore.ports import CallRecord, Flow, RegistrationAttempt
from sipcore.transport import Listen, TcpLimits
from tests.sipcore.callcontrol.office import PHONES, quiet_site
from tests.sipcore.site import FixedTokens, Handset, binding, message, status_of
from tests.sipcore.transport.recording_sink import until

CUT_OFF, PATIENT = 64 * 1024, 4 * 1024 * 1024
MOST_AT_ONCE = 1024 * 1024
"""What the requests of one read can lead to before the next one is put off."""
LARGE = "x" * 8000


@dataclass
class Store:
    """Commits at once, and remembers what was recorded."""

    attempts: list[RegistrationAttempt] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)

    def save(
        self, changes: Sequence[SaveBindings], on_done: Callable[[Sequence[Report]], None]
    ) -> None:
        on_done([Committed(change.ticket) for change in changes if change.ticket])

    def record(self, attempts: Sequence[RegistrationAttempt], calls: Sequence[CallRecord]) -> None:
        self.attempts += attempts
        self.calls += calls


class Phone:
    """A TCP phone with line 1002 that reads only when told to; its receive buffer is small."""

    def __init__(self, made: socket.socket, address: tuple[str, int]) -> None:
        self.socket = made
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)
        self.address = address
        self.loop = asyncio.get_running_loop()

    async def register(self) -> None:
        await self.loop.sock_connect(self.socket, self.address)
        host, port = self.socket.getsockname()
        handset = Handset("1002", "bjones", "secret2", Flow("TCP", self.address, (host, port), 1))
        for expected in (401, 200):
            await self.send(handset.register())
            assert handset.take(await self.read()) == expected

    async def send(self, data: bytes) -> None:
        await self.loop.sock_sendall(self.socket, data)

    async def read(self) -> bytes:
        async with asyncio.timeout(5):
            return await self.loop.sock_recv(self.socket, 65536)


@pytest.fixture
def alice() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


@pytest.fixture
def desk() -> Iterator[socket.socket]:
    with socket.socket() as made:
        yield made


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def waiting_octets() -> int:
    return CUT_OFF


@pytest.fixture
async def endpoint(
    alice: socket.socket, store: Store, waiting_octets: int
) -> AsyncIterator[Endpoint]:
    caller = Flow("UDP", ("127.0.0.1", 5060), alice.getsockname())
    bound = binding(PHONES["1001"], "1001", caller, expires_at=1e9)
    engine = Engine(quiet_site(), tokens=FixedTokens(), bindings=[bound])
    listen = [Listen("UDP", "127.0.0.1", 0), Listen("TCP", "127.0.0.1", 0)]
    made = Endpoint(engine, store, listen, tcp_limits=TcpLimits(waiting_octets=waiting_octets))
    await made.open()
    yield made
    await made.close(0)


class Caller:
    """Alice, over UDP."""

    def __init__(self, sock: socket.socket, server: tuple[str, int]) -> None:
        self.socket, self.server, self.count = sock, server, 0
        self.loop = asyncio.get_running_loop()

    def send(self, method: str, tag: str = "", body: str = "", call: str = "c1") -> None:
        host, port = self.socket.getsockname()
        self.count += 1
        headers = [
            ("Via", f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK-{self.count};rport"),
            ("Max-Forwards", 70),
            ("From", "<sip:1001@127.0.0.1>;tag=a"),
            ("To", "<sip:1002@127.0.0.1>" + (f";tag={tag}" if tag else "")),
            ("Call-ID", call),
            ("CSeq", f"{1 if method == 'ACK' else self.count} {method}"),
            ("Contact", f"<sip:1001@{host}:{port}>"),
            ("Content-Type", "text/plain" if body else ""),
        ]
        data = message(f"{method} sip:1002@127.0.0.1 SIP/2.0", headers, body)
        self.socket.sendto(data, self.server)

    async def hears(self, status: int) -> bytes:
        async with asyncio.timeout(5):
            while True:
                data = await self.loop.sock_recv(self.socket, 65536)
                if data.startswith(b"SIP/2.0") and status_of(data) == status:
                    return data


@pytest.mark.parametrize("waiting_octets", [PATIENT])
async def test_a_phone_that_floods_without_reading_is_not_read_and_nobody_waits_for_it(
    endpoint: Endpoint, alice: socket.socket, desk: socket.socket
) -> None:
    udp, tcp = (listen.address for listen in endpoint.listening)
    phone = Phone(desk, tcp)
    await phone.register()
    [connection] = endpoint._tcp._by_number.values()
    flood = b"".join(question(number) for number in range(40_000))
    task = endpoint.spawn(phone.send(flood), "the flood")
    await until(lambda: "the peer does not read" in connection._paused_for)
    most = connection.waiting_octets
    caller = Caller(alice, udp)
    for _ in range(20):
        caller.send("OPTIONS")
        await caller.hears(200)
        most = max(most, connection.waiting_octets)
    assert most <= MOST_AT_ONCE
    assert not task.done()  # TCP holds back what nobody takes in


async def test_a_phone_that_does_not_read_is_cut_off_and_unreachable_at_once(
    endpoint: Endpoint, alice: socket.socket, desk: socket.socket, store: Store
) -> None:
    udp, tcp = (listen.address for listen in endpoint.listening)
    phone, caller = Phone(desk, tcp), Caller(alice, udp)
    await phone.register()
    caller.send("INVITE")
    invite = (await phone.read()).decode()
    await phone.send(answer_to(invite))
    tag = re.search(r"\nTo: [^\r]*tag=(\w+)", (await caller.hears(200)).decode())
    assert tag is not None
    caller.send("ACK", tag[1])
    caller.count += 1
    [connection] = endpoint._tcp._by_number.values()
    most = 0
    for _ in range(3000):
        caller.send("INFO", tag[1], LARGE)
        await asyncio.sleep(0)
        most = max(most, connection.waiting_octets)
        if store.attempts and store.attempts[-1].decision.rule == "connection-lost":
            break
    assert store.attempts[-1].phone == PHONES["1002"]
    assert store.attempts[-1].decision.rule == "connection-lost"
    assert most <= CUT_OFF + len(LARGE) + 2000
    caller.send("INVITE", call="c2")
    await caller.hears(480)


def question(number: int) -> bytes:
    headers = [
        ("Via", f"SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK-o{number}"),
        ("Max-Forwards", 70),
        ("From", "<sip:1002@127.0.0.1>;tag=o"),
        ("To", "<sip:127.0.0.1>"),
        ("Call-ID", "o"),
        ("CSeq", f"{number} OPTIONS"),
    ]
    return message("OPTIONS sip:127.0.0.1 SIP/2.0", headers)


def answer_to(invite: str) -> bytes:
    kept = [
        line + (";tag=b" if line.startswith("To:") else "")
        for line in invite.split("\r\n")
        if line.startswith(("Via:", "From:", "To:", "Call-ID:", "CSeq:"))
    ]
    more = ["Contact: <sip:1002@127.0.0.1:5060;transport=tcp>", "Content-Length: 0", "", ""]
    return "\r\n".join(["SIP/2.0 200 OK", *kept, *more]).encode()
