"""Many phones at once over UDP, as patient as RFC 3261 makes them; shares no code with ours.

Each registers: repeats its request after T1 and ever later (17.1.2.2), answers the challenge, and
comes back when a 503 says so. The phones of one host share a socket, as behind a NAT.
"""

import heapq
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from tests.sockets.client import PASSWORD, md5

T1, T2, TIMER_F = 0.5, 4.0, 32.0
PAUSE_S = 30.0
"""What a phone waits after a refusal that names no time."""
READ_AGAIN_S = 0.01
_NONCE = re.compile(rb'nonce="([^"]+)"')
_RETRY = re.compile(rb"Retry-After: (\d+)")
_CALL_ID = re.compile(rb"Call-ID: (\d+)-")
_CSEQ = re.compile(rb"CSeq: (\d+)")


@dataclass
class Phone:
    number: int
    link: socket.socket
    started_at: float = 0.0
    registered_at: float | None = None
    cseq: int = 0
    nonce: str = ""
    request: bytes = b""
    sent_at: float = 0.0
    interval: float = T1
    turn: int = 0
    """Tells a wake-up that still counts from one that was meant for an earlier request."""

    @property
    def took_s(self) -> float:
        return float("inf") if self.registered_at is None else self.registered_at - self.started_at

    def register(self, server: tuple[str, int]) -> bytes:
        """Build the next REGISTER."""
        self.cseq += 1
        host, port = self.link.getsockname()
        uri = f"sip:{server[0]}:{server[1]}"
        aor = f"<sip:{self.number}@{server[0]}>"
        lines = [
            f"REGISTER {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{self.number}x{self.cseq};rport",
            "Max-Forwards: 70",
            f"From: {aor};tag=t{self.number}",
            f"To: {aor}",
            f"Call-ID: {self.number}-crowd",
            f"CSeq: {self.cseq} REGISTER",
            f"Contact: <sip:{self.number}@{host}:{port}>",
            "Expires: 120",
            "User-Agent: Crowd/1.0",
        ]
        if self.nonce:
            lines.append(f"Authorization: {self._credentials(uri)}")
        self.request = "\r\n".join([*lines, "Content-Length: 0", "", ""]).encode()
        return self.request

    def _credentials(self, uri: str) -> str:
        ha1 = md5(f"u{self.number}:ccmsipline:{PASSWORD}")
        middle = f"{self.nonce}:00000001:c0ffee:auth"
        response = md5(f"{ha1}:{middle}:{md5(f'REGISTER:{uri}')}")
        return (
            f'Digest username="u{self.number}", realm="ccmsipline", nonce="{self.nonce}", '
            f'uri="{uri}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, '
            'cnonce="c0ffee"'
        )


@dataclass
class Crowd:
    server: tuple[str, int]
    phones: list[Phone] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    repeated: int = 0
    _due: list[tuple[float, int, int]] = field(default_factory=list)
    _by_number: dict[int, Phone] = field(default_factory=dict)
    _left: int = 0

    def run(
        self, numbers: Iterable[int], *, per_host: int, spread_s: float, until_s: float
    ) -> None:
        """Let the phones start within `spread_s`, and go on until all are registered."""
        links = [*self._join(list(numbers), per_host)]
        self._left = len(self.phones)
        started = time.monotonic()
        for index, phone in enumerate(self.phones):
            phone.started_at = started + spread_s * index / len(self.phones)
            self._wake(phone, phone.started_at)
        with selectors.DefaultSelector() as selector:
            for link in links:
                selector.register(link, selectors.EVENT_READ)
            while self._left and time.monotonic() - started < until_s:
                for key, _ in selector.select(self._pause()):
                    assert isinstance(key.fileobj, socket.socket)
                    self._read(key.fileobj)
                self._send_due()
        for link in links:
            link.close()

    def times(self) -> list[float]:
        return sorted(phone.took_s for phone in self.phones)

    def _join(self, numbers: list[int], per_host: int) -> Iterator[socket.socket]:
        for start in range(0, len(numbers), per_host):
            host = start // per_host + 1
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
            link.bind((f"127.1.{host // 250}.{host % 250 + 1}", 0))
            link.connect(self.server)
            link.setblocking(False)
            for number in numbers[start : start + per_host]:
                phone = self._by_number[number] = Phone(number, link)
                self.phones.append(phone)
            yield link

    def _wake(self, phone: Phone, at: float) -> None:
        phone.turn += 1
        heapq.heappush(self._due, (at, phone.number, phone.turn))

    def _pause(self) -> float:
        wait_s = self._due[0][0] - time.monotonic() if self._due else READ_AGAIN_S
        return min(max(wait_s, 0), READ_AGAIN_S)

    def _send_due(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, number, turn = heapq.heappop(self._due)
            phone = self._by_number[number]
            if turn != phone.turn or phone.registered_at is not None:
                continue
            if phone.request and now - phone.sent_at < TIMER_F:
                self.repeated += 1
                phone.interval = min(2 * phone.interval, T2)
                self._send(phone, phone.request)
            else:
                phone.nonce = ""
                self._send_new(phone, now)

    def _send_new(self, phone: Phone, now: float) -> None:
        phone.sent_at, phone.interval = now, T1
        self._send(phone, phone.register(self.server))

    def _send(self, phone: Phone, data: bytes) -> None:
        # lost, as on any network: it is repeated
        with suppress(BlockingIOError, ConnectionRefusedError):
            phone.link.send(data)
        self._wake(phone, time.monotonic() + phone.interval)

    def _read(self, link: socket.socket) -> None:
        while True:
            try:
                data = link.recv(65535)
            except (BlockingIOError, ConnectionRefusedError):
                return
            call_id, cseq = _CALL_ID.search(data), _CSEQ.search(data)
            assert call_id, data
            assert cseq, data
            phone = self._by_number[int(call_id[1])]
            if int(cseq[1]) == phone.cseq and phone.request:
                self._take(phone, data)

    def _take(self, phone: Phone, data: bytes) -> None:
        now = time.monotonic()
        status = int(data[8:11])
        self.answers[status] += 1
        challenge = _NONCE.search(data)
        if status == 200:
            phone.registered_at, phone.request = now, b""
            self._left -= 1
        elif status == 401 and challenge:
            phone.nonce = challenge[1].decode()
            self._send_new(phone, now)
        else:
            retry = _RETRY.search(data)
            phone.request = b""
            self._wake(phone, now + (float(retry[1]) if retry else PAUSE_S))
