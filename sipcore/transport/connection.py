"""One TCP connection: framing, CRLF keep-alives (RFC 5626 section 3.5.1), back-pressure."""

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol

from sipcore.message import FramingError, KeepAlive, Limits, StreamFramer
from sipcore.ports import Address, Flow
from sipcore.transport.listen import address_of

# Seconds of silence, seconds between questions, questions: a dead phone is found in 3 minutes.
TCP_KEEP_ALIVE = (60, 30, 4)
# Flows differ by a connection that is gone, so there are few; past this, timers find the failure.
OTHER_FLOWS = 16
# Half a keep-alive is not the beginning of a message.
LINE_ENDS = b"\r\n\r"


class Owner(Protocol):
    """What a connection tells its transport."""

    def opened(self, connection: "Connection") -> str:
        """Return why the connection may not stay, or an empty text."""
        ...

    def received(self, connection: "Connection", messages: list[bytes]) -> None: ...

    def closed(self, connection: "Connection", reason: str) -> None: ...


class Connection(asyncio.Protocol):
    """`flow` says who is at the other end; it is known once the connection is made."""

    flow: Flow
    transport: asyncio.Transport

    def __init__(
        self, owner: Owner, number: int, port: int, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self.number = number
        # Requests that were sent before there was a connection name it by these flows.
        self.also_known_as: set[Flow] = set()
        self.last_heard = clock()
        # Since when a message that has begun is not whole; a new connection owes its first one.
        self.owes_since: float | None = self.last_heard
        self._port = port
        self._owner = owner
        self._clock = clock
        self._framer = StreamFramer(limits)
        self._reason = ""
        self._paused_for: set[str] = set()

    # -- asyncio calls these ---------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        remote = transport.get_extra_info("peername")
        if not remote:  # gone between accept and now
            self.abort("the peer went away at once")
            return
        local: Address = address_of(transport.get_extra_info("sockname"))
        # Our own port is the one we listen on, also where the system gave this connection another.
        self.flow = Flow("TCP", (local[0], self._port), address_of(remote), self.number)
        keep_alive(transport.get_extra_info("socket"))
        if refused := self._owner.opened(self):
            self.abort(refused)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self.last_heard = self._clock()
        try:
            parts = self._framer.feed(data)
        except FramingError as error:
            # Where the next message begins cannot be known any more.
            self._pass_on([*error.complete, error.data])
            self.close(f"framing lost: {error}")
            return
        self._note_debt(is_progress=bool(parts))
        self._pass_on(parts)

    def _note_debt(self, *, is_progress: bool) -> None:
        if self._framer.waiting <= len(LINE_ENDS):
            self.owes_since = None if is_progress else self.owes_since
        elif is_progress or self.owes_since is None:
            self.owes_since = self.last_heard

    def _pass_on(self, parts: list[bytes | KeepAlive]) -> None:
        messages = [part for part in parts if isinstance(part, bytes)]
        if len(messages) < len(parts):
            self.transport.write(b"\r\n")  # one pong answers all pings of one packet
        if messages:
            self._owner.received(self, messages)

    def pause_writing(self) -> None:
        # A peer that does not read what we send is not read from either.
        self.pause("the peer does not read")

    def resume_writing(self) -> None:
        self.resume("the peer does not read")

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.closed(self, self._reason or (str(exc) if exc else "closed by the peer"))
        # asyncio's transport holds a method of its own for ever, and so itself: two kilobytes that
        # only the cycle collector would free.
        getattr(self.transport, "__dict__", {}).pop("_read_ready_cb", None)

    # -- the transport calls these ---------------------------------------------------------------

    def pause(self, reason: str) -> None:
        """Stop reading until each reason to is gone."""
        if not self._paused_for and not self.transport.is_closing():
            self.transport.pause_reading()
        self._paused_for.add(reason)

    def resume(self, reason: str) -> None:
        self._paused_for.discard(reason)
        if not self._paused_for and not self.transport.is_closing():
            self.transport.resume_reading()
            self.last_heard = self._clock()

    @property
    def is_usable(self) -> bool:
        return not self.transport.is_closing()

    @property
    def waiting_octets(self) -> int:
        return self.transport.get_write_buffer_size()

    def send(self, data: bytes) -> None:
        self.transport.write(data)

    def answers_for(self, flow: Flow) -> None:
        """Remember that `flow` was sent over this connection, to report it when it ends."""
        if flow != self.flow and len(self.also_known_as) < OTHER_FLOWS:
            self.also_known_as.add(flow)

    def abort(self, reason: str) -> None:
        self._reason = self._reason or reason
        self.transport.abort()

    def close(self, reason: str) -> None:
        """Close when what waits has been sent."""
        self._reason = self._reason or reason
        self.transport.close()


def keep_alive(sock: socket.socket) -> None:
    silence_s, between_s, questions = TCP_KEEP_ALIVE
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, silence_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, between_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, questions)
    # While something of ours is unacknowledged no question is asked, and the system would repeat
    # it for a quarter of an hour: a phone that lost power would be called all that time.
    patience_s = silence_s + between_s * questions
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience_s * 1000)
