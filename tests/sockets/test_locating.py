"""A call to a contact that has a name: engine, endpoint, DNS client and sockets together."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import pytest

from sipcore.actions import Committed, Report, SaveBindings
from sipcore.endpoint import Endpoint
from sipcore.engine import Engine
from sipcore.ports import CallRecord, Flow, RegistrationAttempt
from sipcore.resolver.dns_client import DnsClient
from sipcore.timers import Timers
from sipcore.transport import Listen
from tests.sipcore.callcontrol.office import PHONES, quiet_site
from tests.sipcore.resolver.dns_server import DnsServer, running
from tests.sipcore.site import FixedTokens, binding, message

NAME = "sip:1002@phone.example.com"
FAR = 1e9  # such a registration outlives the test


class Store:
    """Commits at once."""

    def save(
        self, changes: Sequence[SaveBindings], on_done: Callable[[Sequence[Report]], None]
    ) -> None:
        on_done([Committed(change.ticket) for change in changes if change.ticket])

    def record(
        self, attempts: Sequence[RegistrationAttempt], calls: Sequence[CallRecord]
    ) -> None: ...


def udp_socket(host: str = "127.0.0.1") -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((host, 0))
    made.setblocking(False)
    return made


@pytest.fixture
def alice() -> Iterator[socket.socket]:
    with udp_socket() as made:
        yield made


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    """The phone with line 1002, at the address that its name leads to."""
    with udp_socket() as made:
        yield made


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Another host than the name leads to, where nobody answers any more."""
    with udp_socket("127.0.0.2") as made:
        yield made


@pytest.fixture
async def dns() -> AsyncIterator[DnsServer]:
    async with running(DnsServer("host.example.com. 60 IN A 127.0.0.1")) as made:
        yield made


@pytest.fixture
async def endpoint(
    alice: socket.socket, silent: socket.socket, dns: DnsServer
) -> AsyncIterator[Endpoint]:
    """A call server; 1002 registered from the silent host."""
    local = ("127.0.0.1", 5060)
    caller = Flow("UDP", local, alice.getsockname())
    called = Flow("UDP", local, silent.getsockname())
    engine = Engine(
        quiet_site(),
        tokens=FixedTokens(),
        timers=Timers(t1=0.02),
        bindings=[
            binding(PHONES["1001"], "1001", caller, expires_at=FAR),
            binding(PHONES["1002"], "1002", called, contact=NAME, expires_at=FAR),
        ],
    )
    locator = DnsClient([dns.address], server_s=0.2, query_s=0.5)
    listen = [Listen("UDP", "127.0.0.1", 0), Listen("TCP", "127.0.0.1", 0)]
    made = Endpoint(engine, Store(), listen, locator=locator)
    await made.open()
    yield made
    await made.close(0.1)


def dial(alice: socket.socket, endpoint: Endpoint, call: str) -> None:
    host, port = alice.getsockname()
    via = f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK-{call};rport"
    headers = [
        ("Via", via),
        ("Max-Forwards", 70),
        ("From", "<sip:1001@127.0.0.1>;tag=a"),
        ("To", "<sip:1002@127.0.0.1>"),
        ("Call-ID", call),
        ("CSeq", "1 INVITE"),
        ("Contact", f"<sip:1001@{host}:{port}>"),
    ]
    data = message("INVITE sip:1002@127.0.0.1 SIP/2.0", headers)
    alice.sendto(data, endpoint.listening[0].address)


async def invited(phone: socket.socket) -> bytes:
    """Wait for an INVITE, and answer it busy."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(5):
        while True:
            data, server = await loop.sock_recvfrom(phone, 65535)
            if data.startswith(b"INVITE"):
                break
    lines = data.decode().split("\r\n")
    kept = [
        line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")
    ]
    kept = [f"{line};tag=b" if line.startswith("To:") else line for line in kept]
    busy = "\r\n".join(["SIP/2.0 486 Busy Here", *kept, "Content-Length: 0", "", ""])
    await loop.sock_sendto(phone, busy.encode(), server)
    return data


def naptr(dns: DnsServer, preference: int, service: str, transport: str) -> None:
    target = f"_sip._{transport}.phone.example.com."
    line = f'phone.example.com. 60 IN NAPTR 10 {preference} "s" "{service}" "" {target}'
    dns.records.append(line.split(None, 4))


def srv(dns: DnsServer, transport: str, priority: int, port: int) -> None:
    line = f"_sip._{transport}.phone.example.com. 60 IN SRV {priority} 0 {port} host.example.com."
    dns.records.append(line.split(None, 4))


async def test_the_phone_is_called_where_its_name_leads(
    endpoint: Endpoint, dns: DnsServer, alice: socket.socket, phone: socket.socket
) -> None:
    srv(dns, "udp", 10, phone.getsockname()[1])
    dial(alice, endpoint, "one")
    assert (await invited(phone)).startswith(f"INVITE {NAME} SIP/2.0".encode())
    assert dns.asked[0] == "NAPTR phone.example.com"


async def test_a_server_that_is_silent_is_passed_over_and_remembered(
    endpoint: Endpoint,
    dns: DnsServer,
    alice: socket.socket,
    phone: socket.socket,
) -> None:
    with udp_socket() as dead:
        srv(dns, "udp", 10, dead.getsockname()[1])
        srv(dns, "udp", 20, phone.getsockname()[1])
        dial(alice, endpoint, "one")
        await invited(phone)
        while True:
            try:
                assert dead.recv(65535)
            except BlockingIOError:
                break
        dial(alice, endpoint, "two")
        await invited(phone)
        with pytest.raises(BlockingIOError):
            dead.recv(65535)


async def test_a_connection_that_is_refused_leads_to_the_next_server_at_once(
    endpoint: Endpoint, dns: DnsServer, alice: socket.socket, phone: socket.socket
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        naptr(dns, 10, "SIP+D2T", "tcp")
        naptr(dns, 20, "SIP+D2U", "udp")
        srv(dns, "tcp", 10, closed.getsockname()[1])
        srv(dns, "udp", 10, phone.getsockname()[1])
        start = asyncio.get_running_loop().time()
        dial(alice, endpoint, "one")
        await invited(phone)
        assert asyncio.get_running_loop().time() - start < 1.2  # timer B is at 1.28 s
        assert "SRV _sip._tcp.phone.example.com" in dns.asked


async def test_a_dns_server_that_hangs_delays_nobody_else(
    endpoint: Endpoint, dns: DnsServer, alice: socket.socket, silent: socket.socket
) -> None:
    dns.is_silent = True
    dial(alice, endpoint, "one")
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with asyncio.timeout(5):
        answer = await loop.sock_recv(alice, 65535)
    assert answer.startswith(b"SIP/2.0 100")
    assert loop.time() - start < 0.4
    # what nobody can look up is where it registered from
    assert (await invited(silent)).startswith(b"INVITE")
    assert "NAPTR phone.example.com" in dns.asked
