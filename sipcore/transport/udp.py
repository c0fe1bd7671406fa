"""SIP over UDP (RFC 3261 section 18): one own socket, read until empty at each wake-up.

asyncio's own datagram endpoint reads one datagram per turn of the loop; draining the socket is
five times as fast, and what is dropped in a flood is then chosen by us and not by the kernel, to
which all datagrams are the same. The reads in one go are capped, so that all else gets its turn.
"""

import asyncio
import logging
import socket
from collections import Counter, deque

from sipcore.ports import Address, Flow
from sipcore.transport.listen import Listen, address_of, family_of, is_numeric
from sipcore.transport.local import LocalAddresses
from sipcore.transport.sink import ListenError, Received, Sink, cause_of
from sipcore.transport.throttle import Throttle

log = logging.getLogger(__name__)

READS_PER_WAKE_UP = 1024
FLOWS_REMEMBERED = 65536
# An address of this machine may change.
FLOWS_VALID_S = 30.0
DATAGRAM_OCTETS = 65535
# A storm of registrations after a power cut overruns the default of 208 KiB.
RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024
WAITING_DATAGRAMS = 1024
# Phones keep a NAT open with CRLF, CRLFCRLF, NULs or "jaK": shorter than any message.
KEEP_ALIVE_OCTETS = 4


class UdpTransport:
    """One socket; every method runs in the loop's thread."""

    def __init__(
        self,
        listen: Listen,
        sink: Sink,
        loop: asyncio.AbstractEventLoop,
        local_addresses: LocalAddresses,
    ) -> None:
        self.listen = listen
        self.counts: Counter[str] = Counter()
        self._sink = sink
        self._loop = loop
        self._local_addresses = local_addresses
        self._waiting: deque[tuple[bytes, Address]] = deque()
        self._socket: socket.socket | None = None
        self._throttle: Throttle | None = None
        self._flows: dict[Address, Flow] = {}
        self._flows_until = 0.0

    def open(self) -> None:
        """Bind and start to read; `listen` then holds the real port. Raises ListenError."""
        sock = socket.socket(self.listen.family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            if self.listen.family == socket.AF_INET6:
                # 0.0.0.0 and [::] stay two addresses, as everywhere else in the options.
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_OCTETS)
            sock.bind(self.listen.address)
        except OSError as error:
            sock.close()
            raise ListenError(f"{self.listen}: {cause_of(error)}") from error
        self._socket = sock
        self._throttle = Throttle(sock)
        self.listen = Listen("UDP", self.listen.host, sock.getsockname()[1])
        self._warn_of_small_buffer(sock)
        self._loop.add_reader(sock, self._drain)

    def _warn_of_small_buffer(self, sock: socket.socket) -> None:
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        if granted < RECEIVE_BUFFER_OCTETS:
            log.info(
                "%s: the system grants a receive buffer of %d octets; "
                "net.core.rmem_max=%d would carry a storm of registrations",
                self.listen,
                granted,
                RECEIVE_BUFFER_OCTETS,
            )

    def stop_reading(self) -> None:
        if self._socket is not None:
            self._loop.remove_reader(self._socket)

    def close(self) -> None:
        if self._socket is None:
            return
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        self._socket = None

    # -- in --------------------------------------------------------------------------------------

    def _drain(self) -> None:
        assert self._socket is not None
        assert self._throttle is not None
        batch: list[Received] = []
        hosts: list[str] = []
        now = self._loop.time()
        if now > self._flows_until or len(self._flows) > FLOWS_REMEMBERED:
            self._flows = {}
            self._flows_until = now + FLOWS_VALID_S
        known, receive = self._flows.get, self._socket.recvfrom
        try:
            for _ in range(READS_PER_WAKE_UP):
                data, name = receive(DATAGRAM_OCTETS)
                hosts.append(name[0])
                if len(data) > KEEP_ALIVE_OCTETS:
                    batch.append((data, known(name) or self._flow(address_of(name), now)))
        except BlockingIOError:
            pass  # that was all
        except OSError:  # an ICMP error that belongs to something sent before
            self.counts["receive_errors"] += 1
        self._throttle.note(hosts, now, is_full=len(hosts) == READS_PER_WAKE_UP)
        self.counts["received"] += len(batch)
        if batch:
            self._sink.deliver(batch)

    def _flow(self, remote: Address, now: float) -> Flow:
        flow = self._flows.get(remote)
        if flow is None:
            local = self._local_addresses.towards(self.listen.address, remote, now)
            flow = self._flows[remote] = Flow("UDP", local, remote)
        return flow

    # -- out -------------------------------------------------------------------------------------

    def send(self, flow: Flow, data: bytes) -> None:
        """Send at once; a full socket buffer makes it wait, a full queue drops it (it is UDP)."""
        remote = flow.remote
        if remote not in self._flows and not self._can_reach(remote):
            self._sink.failed(flow, f"{self.listen} cannot send to {remote[0]!r}")
        elif self._waiting:
            self._wait(data, remote)
        else:
            try:
                self._sendto(data, remote)
            except BlockingIOError:
                self._wait(data, remote)
            except OSError as error:
                self._sink.failed(flow, cause_of(error))

    def _can_reach(self, remote: Address) -> bool:
        """Look at an address from which nothing has come lately."""
        return is_numeric(remote[0]) and family_of(remote[0]) == self.listen.family

    def _sendto(self, data: bytes, remote: Address) -> None:
        if self._socket is None:
            raise OSError("the socket is closed")
        self._socket.sendto(data, remote)
        self.counts["sent"] += 1

    def _wait(self, data: bytes, remote: Address) -> None:
        if len(self._waiting) >= WAITING_DATAGRAMS:
            self.counts["dropped"] += 1
            return
        if not self._waiting and self._socket is not None:
            self._loop.add_writer(self._socket, self._flush)
        self._waiting.append((data, remote))

    def _flush(self) -> None:
        while self._waiting:
            try:
                self._sendto(*self._waiting[0])
            except BlockingIOError:
                return
            except OSError:  # the retransmission will meet the same error and report it
                self.counts["dropped"] += 1
            self._waiting.popleft()
        if self._socket is not None:
            self._loop.remove_writer(self._socket)
