"""Registers phones one after the other, so many at once: as fast as the server answers.

A phone whose request is not answered in time repeats it (RFC 3261 timer E begins with T1). What
the server refuses is counted and not repeated.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from bench.load.phones import Phone, phone_of
from bench.load.wires import Wires

T1_S = 0.5
WINDOW = 256
"""REGISTERs under way at once; twice as many make no server faster."""
GIVE_UP_S = 5.0


@dataclass
class Registered:
    """What came of one run: `done` are REGISTERs that ended in a 200."""

    done: int = 0
    seconds: float = 0.0
    repeated: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    load_busy: float = 0.0

    @property
    def rate(self) -> float:
        return self.done / self.seconds

    @property
    def refused(self) -> int:
        return sum(n for status, n in self.statuses.items() if status not in (200, 401))


def make_phones(wires: Wires, count: int) -> list[Phone]:
    """Spread the phones over the sockets."""
    ports = [wires.port(index) for index in range(len(wires.sockets))]
    return [
        Phone(i, wires.server_port, ports[i % len(ports)], wires.sockets[i % len(ports)].send)
        for i in range(count)
    ]


class Registrations:
    """The load; it may run several times, and phones keep what they learnt."""

    def __init__(self, wires: Wires, phones: Sequence[Phone], window: int = WINDOW) -> None:
        self._wires = wires
        self._phones = phones
        self._window = min(window, len(phones))
        self._turns = cycle(phones)
        self._waiting: dict[int, Phone] = {}
        self._sent: deque[tuple[float, Phone, int]] = deque()
        self._result = Registered()

    def run(self, seconds: float, *, challenged: bool = False) -> Registered:
        """Keep registering for so long; `challenged`: each phone begins without a nonce."""
        start, busy = time.monotonic(), time.process_time()
        end = start + seconds
        self._go(self._turns, challenged, end)
        self._result.seconds = time.monotonic() - start
        self._result.load_busy = (time.process_time() - busy) / self._result.seconds
        return self._finish()

    def run_once(self) -> Registered:
        """Register each phone once."""
        start = time.monotonic()
        self._go(iter(self._phones), False, float("inf"))
        self._result.seconds = time.monotonic() - start
        return self._finish()

    def _finish(self) -> Registered:
        """Wait for what is under way, without counting it, and hand out the result."""
        result, self._result = self._result, Registered()
        self._go(iter(()), False, time.monotonic() + GIVE_UP_S)
        self._result = Registered()
        self._waiting.clear()
        self._sent.clear()
        return result

    def _go(self, turns: Iterator[Phone], challenged: bool, end: float) -> None:
        now = time.monotonic()
        room = self._window - len(self._waiting)
        while room and (phone := next(turns, None)):
            self._start(phone, challenged, now)
            room -= 1
        while self._waiting and now < end:
            for _, answer in self._wires.receive(0.05):
                now = time.monotonic()
                if self._take(answer, now) and (phone := next(turns, None)):
                    self._start(phone, challenged, now)
            now = time.monotonic()
            self._repeat(now)

    def _start(self, phone: Phone, challenged: bool, now: float) -> None:
        if challenged:
            phone.nonce = b""
        self._send(phone, now)

    def _send(self, phone: Phone, now: float) -> None:
        self._waiting[phone.index] = phone
        phone.register(now)
        self._sent.append((now, phone, phone.cseq))

    def _take(self, answer: bytes, now: float) -> bool:
        """Say whether the answer ends a registration."""
        index, cseq = phone_of(answer)
        phone = self._waiting.get(index)
        if phone is None or phone.cseq != cseq:
            return False  # an answer to a request that was repeated
        status = int(answer[8:11])
        if status < 200:
            return False
        self._result.statuses[status] += 1
        if status == 401 and (not phone.nonce or b"stale=" in answer):
            phone.take_challenge(answer)
            self._send(phone, now)
            return False
        del self._waiting[index]
        self._result.done += status == 200
        return True

    def _repeat(self, now: float) -> None:
        sent = self._sent
        while sent and sent[0][0] < now - T1_S:
            _, phone, cseq = sent.popleft()
            if phone.cseq == cseq and phone.index in self._waiting:
                phone.send(phone.request)
                self._result.repeated += 1
                sent.append((now, phone, cseq))
