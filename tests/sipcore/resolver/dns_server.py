"""A DNS server on the loopback, UDP and TCP on one port, that can also misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SOA = (
    "example.com.",
    3600,
    "IN",
    "SOA",
    "ns.example.com. admin.example.com. 1 7200 900 86400 120",
)


class DnsServer:
    """`records` are lines of a zone file; what a test sets makes the server misbehave.

    `asked` are the questions in their order, with "TCP" before those that came over it.
    """

    def __init__(self, *records: str) -> None:
        self.records = [line.split(None, 4) for line in records]
        self.asked: list[str] = []
        self.is_silent = False
        self.silent_to: set[str] = set()
        self.rcode = dns.rcode.NOERROR
        self.truncates = False
        self.is_garbled = False
        self.address = ("127.0.0.1", 0)

    def answer(self, data: bytes, *, is_tcp: bool = False) -> bytes | None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        kind = question.to_text().split()[-1]
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append(f"{'TCP ' if is_tcp else ''}{kind} {name}")
        if self.is_silent or kind in self.silent_to:
            return None
        if self.is_garbled:
            return data[:2] + b"\x84\x00garbage"
        response = dns.message.make_response(query)
        response.set_rcode(self.rcode)
        if self.truncates and not is_tcp:
            response.flags |= dns.flags.TC
            return response.to_wire()
        if self.rcode == dns.rcode.NOERROR:
            self._fill(response, name, kind)
        return response.to_wire()

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        names = {record[0].rstrip(".") for record in self.records}
        if name not in names:
            response.set_rcode(dns.rcode.NXDOMAIN)
        for owner, ttl, _, type_, data in self.records:
            if owner.rstrip(".") == name and type_ in (kind, "CNAME"):
                response.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", type_, data))
                # as a resolver does; the record that an alias stands for comes later in the list
                name = data.rstrip(".") if type_ == "CNAME" else name
        if not response.answer:
            response.authority.append(dns.rrset.from_text(*SOA))


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self.server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.server.answer(data)
        if answer is not None:
            self.transport.sendto(answer, addr)


@contextlib.asynccontextmanager
async def running(server: DnsServer) -> AsyncIterator[DnsServer]:
    conversations: set[asyncio.Task[None] | None] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            length = int.from_bytes(await reader.readexactly(2), "big")
            answer = server.answer(await reader.readexactly(length), is_tcp=True)
            if answer is not None:
                writer.write(len(answer).to_bytes(2, "big") + answer)
                await writer.drain()
            await reader.read()  # until the client has closed
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    loop = asyncio.get_running_loop()
    streams = await asyncio.start_server(converse, "127.0.0.1", 0)
    server.address = streams.sockets[0].getsockname()
    datagrams, _ = await loop.create_datagram_endpoint(
        lambda: _Datagrams(server), local_addr=server.address
    )
    try:
        yield server
    finally:
        datagrams.close()
        streams.close()
        await streams.wait_closed()
        await asyncio.gather(*filter(None, conversations))
