"""SIP over TCP (RFC 3261 section 18): listening, connecting, and what a peer may use up."""

import asyncio
import itertools
import logging
import socket
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sipcore.message import Limits
from sipcore.ports import Address, Flow
from sipcore.transport.connection import Connection
from sipcore.transport.listen import Listen, family_of, is_numeric
from sipcore.transport.sink import ListenError, Sink, cause_of

log = logging.getLogger(__name__)

BACKLOG = 1024
Spawn = Callable[[Coroutine[Any, Any, None], str], object]


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """What one peer, and all of them, may use up.

    `idle_s` is longer than the longest keepalive interval (3600 s), so that a registered phone's
    connection is never taken from it; peers that died are found by TCP's own keep-alive.
    """

    connections: int = 10_000
    connections_per_address: int = 256
    waiting_octets: int = 256 * 1024
    idle_s: float = 7200.0
    half_open_s: float = 30.0
    connect_s: float = 5.0
    message: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Connecting:
    """What waits for a connection that is being made."""

    flows: set[Flow] = field(default_factory=set)
    data: list[bytes] = field(default_factory=list)
    octets: int = 0


class TcpTransport:
    """All TCP connections of this process, whichever side opened them."""

    def __init__(
        self,
        listens: Sequence[Listen],
        sink: Sink,
        loop: asyncio.AbstractEventLoop,
        spawn: Spawn,
        limits: TcpLimits | None = None,
    ) -> None:
        self.listens = list(listens)
        self.limits = limits or TcpLimits()
        self.counts: Counter[str] = Counter()
        self._sink = sink
        self._loop = loop
        self._spawn = spawn
        self._servers: list[asyncio.Server] = []
        self._numbers = itertools.count(1)
        self._by_number: dict[int, Connection] = {}
        self._by_remote: dict[Address, Connection] = {}
        self._per_host: Counter[str] = Counter()
        self._connecting: dict[Address, Connecting] = {}
        self._is_closing = False
        self._is_deaf = False
        self.is_empty = asyncio.Event()
        self.is_empty.set()

    def __len__(self) -> int:
        return len(self._by_number)

    # -- listening -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Bind and start to accept; `listens` then holds the real ports. Raises ListenError."""
        for index, listen in enumerate(self.listens):
            sock = bound_socket(listen)
            real = Listen("TCP", listen.host, sock.getsockname()[1])
            self.listens[index] = real
            make = partial(self._new_connection, real.port)
            self._servers.append(await self._loop.create_server(make, sock=sock, backlog=BACKLOG))

    def _new_connection(self, port: int) -> Connection:
        number = next(self._numbers)
        return Connection(self, number, port, self.limits.message, self._loop.time)

    def stop_reading(self) -> None:
        """Take no new connection and no new message; what is sent still leaves."""
        self._is_deaf = True
        for server in self._servers:
            server.close()

    def close(self) -> None:
        """Close every connection once what waits has been sent; `abort` ends those that do not."""
        self._is_closing = True
        self.stop_reading()
        for connection in list(self._by_number.values()):
            connection.close("the call server is stopping")

    def abort(self) -> None:
        for connection in list(self._by_number.values()):
            connection.abort("the call server is stopping")

    # -- what connections report -----------------------------------------------------------------

    def opened(self, connection: Connection) -> str:
        host = connection.flow.remote[0]
        if self._is_closing:
            return "the call server is stopping"
        if len(self._by_number) >= self.limits.connections:
            return self._refuse(connection, "too many connections")
        if self._per_host[host] >= self.limits.connections_per_address:
            return self._refuse(connection, "too many connections from this address")
        self._by_number[connection.number] = connection
        self._by_remote[connection.flow.remote] = connection
        self._per_host[host] += 1
        self.is_empty.clear()
        return ""

    def _refuse(self, connection: Connection, reason: str) -> str:
        if not self.counts["refused"]:  # the first one says it; the rest are counted
            log.warning("TCP connection of %s refused: %s", connection.flow.remote[0], reason)
        self.counts["refused"] += 1
        return reason

    def received(self, connection: Connection, messages: list[bytes]) -> None:
        if self._is_deaf:
            return
        self.counts["received"] += len(messages)
        self._sink.deliver([(message, connection.flow) for message in messages])

    def closed(self, connection: Connection, reason: str) -> None:
        if self._by_number.pop(connection.number, None) is None:
            return  # was refused
        remote = connection.flow.remote
        if self._by_remote.get(remote) is connection:
            del self._by_remote[remote]
        self._per_host[remote[0]] -= 1
        if not self._per_host[remote[0]]:
            del self._per_host[remote[0]]
        if not self._by_number:
            self.is_empty.set()
        if not self._is_closing:
            for flow in (connection.flow, *connection.also_known_as):
                self._sink.failed(flow, reason)

    def pause(self, number: int) -> None:
        """Read no more from a connection until what it brought has been dealt with."""
        connection = self._by_number.get(number)
        if connection is not None:
            connection.pause("too much waits")

    def resume(self, number: int) -> None:
        connection = self._by_number.get(number)
        if connection is not None:
            connection.resume("too much waits")

    def sweep(self, now: float) -> None:
        """Close connections that brought nothing for too long, or half a message."""
        for connection in list(self._by_number.values()):
            owes_since = connection.owes_since
            if owes_since is not None and now - owes_since > self.limits.half_open_s:
                connection.abort("no whole message within the time allowed")
            elif now - connection.last_heard > self.limits.idle_s:
                connection.close("idle for too long")

    # -- out -------------------------------------------------------------------------------------

    def send(self, flow: Flow, data: bytes) -> None:
        """Send over the flow's connection, any other to its remote, or a new one."""
        connection = self._by_number.get(flow.connection) or self._by_remote.get(flow.remote)
        if connection is None or not connection.is_usable:
            self._connect_and_send(flow, data)
            return
        connection.answers_for(flow)
        self._write(connection, data)

    def _write(self, connection: Connection, data: bytes) -> None:
        connection.send(data)
        self.counts["sent"] += 1
        if connection.waiting_octets > self.limits.waiting_octets:
            connection.abort("the peer does not read what is sent to it")

    def _connect_and_send(self, flow: Flow, data: bytes) -> None:
        if self._is_closing or not is_numeric(flow.remote[0]):
            self._sink.failed(flow, f"cannot connect to {flow.remote[0]!r}")
            return
        connecting = self._connecting.get(flow.remote)
        if connecting is None:
            connecting = self._connecting[flow.remote] = Connecting()
            self._spawn(self._connect(flow), f"connect to {flow.remote}")
        connecting.flows.add(flow)
        connecting.octets += len(data)
        if connecting.octets > self.limits.waiting_octets:
            self._sink.failed(flow, "too much waits for the connection")
        else:
            connecting.data.append(data)

    async def _connect(self, flow: Flow) -> None:
        """Make the connection and send what waits for it, or report every flow that waits."""
        reason = ""
        connection = None
        try:
            async with asyncio.timeout(self.limits.connect_s):
                connection = await self._open_connection(flow)
        except TimeoutError:
            reason = f"no connection within {self.limits.connect_s:g} s"
        except OSError as error:
            reason = cause_of(error)
        waiting = self._connecting.pop(flow.remote)
        if connection is None or not connection.is_usable:
            for each in waiting.flows:
                self._sink.failed(each, reason or "closed at once")
            return
        connection.owes_since = None  # the peer owes nothing: it was us who called
        for each in waiting.flows:
            connection.answers_for(each)
        for data in waiting.data:
            self._write(connection, data)

    async def _open_connection(self, flow: Flow) -> Connection:
        listen = self._listen_for(flow)
        source = None if listen is None or listen.is_wildcard else (listen.host, 0)
        port = listen.port if listen else flow.local[1]
        _, connection = await self._loop.create_connection(
            partial(self._new_connection, port), *flow.remote, local_addr=source
        )
        return connection

    def _listen_for(self, flow: Flow) -> Listen | None:
        """Choose where a connection starts: from the flow's own address if it is one of ours."""
        family = family_of(flow.remote[0])
        ours = [listen for listen in self.listens if listen.family == family]
        same = [listen for listen in ours if listen.address == flow.local]
        return next(iter(same or ours), None)


def bound_socket(listen: Listen) -> socket.socket:
    sock = socket.socket(listen.family, socket.SOCK_STREAM)
    try:
        # Connections of the process before us may still be in TIME-WAIT.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listen.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(listen.address)
        sock.listen(BACKLOG)  # here and not in the loop, where a taken port is no OSError of ours
    except OSError as error:
        sock.close()
        raise ListenError(f"{listen}: {cause_of(error)}") from error
    return sock
