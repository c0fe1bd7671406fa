"""Many UDP sockets towards one server: as many addresses as phones come from."""

import select
import socket
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType

from bench.children import HOST

DATAGRAM_OCTETS = 65535
Send = Callable[[bytes], object]


class Wires:
    """Connected, non-blocking sockets, read through one epoll; closed by the `with` block."""

    def __init__(self, server_port: int, count: int) -> None:
        self.server_port = server_port
        self._sockets = [self._open(server_port) for _ in range(count)]
        self._epoll = select.epoll()
        self._reads: dict[int, tuple[int, Callable[[int], bytes]]] = {}
        for index, sock in enumerate(self._sockets):
            self._epoll.register(sock, select.EPOLLIN)
            self._reads[sock.fileno()] = index, sock.recv

    @staticmethod
    def _open(server_port: int) -> socket.socket:
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.bind((HOST, 0))
        sock.connect((HOST, server_port))
        sock.setblocking(False)
        return sock

    def __enter__(self) -> "Wires":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._epoll.close()
        for sock in self._sockets:
            sock.close()

    @property
    def sockets(self) -> Sequence[socket.socket]:
        return self._sockets

    def port(self, index: int) -> int:
        return int(self._sockets[index].getsockname()[1])

    def receive(self, timeout_s: float) -> Iterator[tuple[int, bytes]]:
        """Yield the socket's index and a datagram for each socket that has one."""
        for descriptor, _ in self._epoll.poll(timeout_s):
            index, read = self._reads[descriptor]
            try:
                yield index, read(DATAGRAM_OCTETS)
            except OSError:  # refused: the server is gone, and what waits for it will time out
                continue
