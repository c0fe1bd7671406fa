"""Registers phones at a steady rate and notes how long each answer takes.

A delay goes from the moment before the datagram is sent to the moment when the kernel has the
answer (SO_TIMESTAMPNS), so that it is the server's, whatever else runs on the load's core.
"""

import select
import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.load.phones import Phone, phone_of
from bench.load.wires import DATAGRAM_OCTETS

SO_TIMESTAMPNS = 35  # <asm-generic/socket.h>; Python has no name for it
LOST_S = 2.0


@dataclass
class Delays:
    """`seconds` holds the delay of each REGISTER that was answered, in order.

    `longest` is when the one that took longest was sent and answered.
    """

    seconds: list[float] = field(default_factory=list)
    longest: tuple[float, float] = (0.0, 0.0)
    refused: int = 0
    lost: int = 0

    def add(self, sent_at: float, answered_at: float) -> None:
        self.seconds.append(answered_at - sent_at)
        if self.seconds[-1] > self.longest[1] - self.longest[0]:
            self.longest = sent_at, answered_at

    @property
    def longest_ms(self) -> float:
        return 1000 * max(self.seconds)

    def percentile_ms(self, part: float) -> float:
        return 1000 * percentile(self.seconds, part)


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that so large a part of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def stamp(sock: socket.socket) -> None:
    """Ask the kernel to say when it received each datagram."""
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)


def receive_stamped(sock: socket.socket) -> tuple[bytes, float]:
    """Return a datagram and when the kernel received it, on the clock of `time.time`."""
    data, extras, _, _ = sock.recvmsg(DATAGRAM_OCTETS, 64)
    for level, kind, content in extras:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = struct.unpack("qq", content[:16])
            return data, seconds + nanoseconds / 1e9
    raise OSError("the kernel gave no time stamp")


class SteadyLoad(threading.Thread):
    """Registers one phone after the other from `start` until `finish`, so many a second."""

    def __init__(
        self, sockets: Sequence[socket.socket], phones: Sequence[Phone], rate: float
    ) -> None:
        super().__init__(name="steady load", daemon=True)
        self._sockets = {sock.fileno(): sock for sock in sockets}
        self._phones = phones
        self._pause_s = 1 / rate
        self._waiting: dict[int, Phone] = {}
        self._ending = threading.Event()
        self.delays = Delays()
        for sock in sockets:
            stamp(sock)

    def __enter__(self) -> "SteadyLoad":
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._ending.set()
        self.join()

    def run(self) -> None:
        poll = select.epoll()
        for descriptor in self._sockets:
            poll.register(descriptor, select.EPOLLIN)
        turn, due = 0, time.monotonic()
        while not self._ending.is_set():
            while (now := time.monotonic()) >= due:
                self._send(self._phones[turn % len(self._phones)])
                turn, due = turn + 1, due + self._pause_s
            self._read(poll.poll(due - now))
        end = time.monotonic() + LOST_S
        while self._waiting and (now := time.monotonic()) < end:
            self._read(poll.poll(end - now))
        poll.close()
        self.delays.lost += len(self._waiting)

    def _send(self, phone: Phone) -> None:
        if phone.index in self._waiting and time.time() - phone.sent_at > LOST_S:
            self.delays.lost += 1
        elif phone.index in self._waiting:
            return
        self._waiting[phone.index] = phone
        phone.register(time.time())

    def _read(self, events: Sequence[tuple[int, int]]) -> None:
        for descriptor, _ in events:
            answer, at = receive_stamped(self._sockets[descriptor])
            index, cseq = phone_of(answer)
            phone = self._waiting.get(index)
            if phone is None or phone.cseq != cseq:
                continue
            del self._waiting[index]
            self.delays.add(phone.sent_at, at)
            status = answer[8:11]
            if status == b"401":
                phone.take_challenge(answer)
            self.delays.refused += status not in (b"200", b"401")
