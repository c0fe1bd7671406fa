"""Whole calls, so many at once: each caller dials, is answered, hangs up, and dials again.

    caller    INVITE            100 180 200 ACK BYE   200
    callee           INVITE 100 180 200     ACK   BYE 200

A request that is not answered in time is repeated; a call that is not over in time has failed.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from bench.children import HOST
from bench.load.callees import EMPTY, WITH_SDP, answers, value
from bench.load.wires import Send, Wires

T1_S = 0.5
GIVE_UP_S = 4.0

Step = Enum("Step", "IDLE INVITED ENDING")


@dataclass
class Called:
    """What came of one run: `done` are calls that went through to the 200 of the BYE."""

    done: int = 0
    seconds: float = 0.0
    repeated: int = 0
    failed: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    load_busy: float = 0.0

    @property
    def rate(self) -> float:
        return self.done / self.seconds


class Caller:
    """One phone that dials `dialed`; it has one call at a time."""

    def __init__(
        self,
        number: str,
        dialed: str,
        server_port: int,
        port: int,
        send: Send,
    ) -> None:
        self.send = send
        self.step = Step.IDLE
        self.started_at = 0.0
        self.repeat_at = 0.0
        self.request = b""
        self._calls = 0
        self._call_id = b""
        self._uri = f"sip:{dialed}@{HOST}:{server_port}".encode()
        self._via = f"Via: SIP/2.0/UDP {HOST}:{port};rport;branch=z9hG4bK-{number}-".encode()
        self._from = f"From: <sip:{number}@{HOST}>;tag={number}-".encode()
        self._to = b"To: <" + self._uri + b">"
        self._contact = f"Contact: <sip:{number}@{HOST}:{port}>\r\n".encode()

    def dial(self, now: float) -> None:
        self._calls += 1
        self._call_id = b"Call-ID: %b-%d@bench\r\n" % (self._via[-12:], self._calls)
        self.step = Step.INVITED
        self.started_at = now
        self.request = self._request(b"INVITE", self._uri, self._to, 1, WITH_SDP)
        self._send(now)

    def _send(self, now: float) -> None:
        self.repeat_at = now + T1_S
        self.send(self.request)

    def _request(self, method: bytes, uri: bytes, to: bytes, cseq: int, rest: bytes) -> bytes:
        return b"".join(
            (
                b"%b %b SIP/2.0\r\n" % (method, uri),
                b"%b%b%d\r\n" % (self._via, method, self._calls),
                b"Max-Forwards: 70\r\n",
                b"%b%d\r\n" % (self._from, self._calls),
                b"%b\r\n" % to,
                self._call_id,
                b"CSeq: %d %b\r\n" % (cseq, method),
                self._contact,
                rest,
            )
        )

    def take(self, response: bytes, now: float) -> int:
        """Take a response; return its status when it ends the call, else 0."""
        if self._call_id not in response:
            return 0
        status, method = int(response[8:11]), value(response, b"CSeq").rpartition(b" ")[2]
        if status < 200:
            self.repeat_at = float("inf")  # no INVITE is repeated from here on
            return 0
        if method == b"INVITE" and self.step is Step.INVITED:
            return self._answered(response, status, now)
        if method == b"BYE" and self.step is Step.ENDING:
            self.step = Step.IDLE
            return status
        return 0

    def _answered(self, response: bytes, status: int, now: float) -> int:
        to = b"To: " + value(response, b"To")
        if status >= 300:
            self.send(self._request(b"ACK", self._uri, to, 1, EMPTY))
            self.step = Step.IDLE
            return status
        target = value(response, b"Contact").partition(b"<")[2].partition(b">")[0]
        self.send(self._request(b"ACK", target, to, 1, EMPTY))
        self.step = Step.ENDING
        self.request = self._request(b"BYE", target, to, 2, EMPTY)
        self._send(now)
        return 0

    def watch(self, now: float, result: Called) -> bool:
        """Repeat what was not answered; say whether the call must be given up."""
        if self.step is Step.IDLE:
            return False
        if now - self.started_at > GIVE_UP_S:
            result.failed += 1
            self.step = Step.IDLE
            return True
        if now > self.repeat_at:
            result.repeated += 1
            self._send(now)
        return False


class Calls:
    """The load: callers on the first wires, phones that answer on all the others."""

    def __init__(self, wires: Wires, callers: Sequence[Caller]) -> None:
        self._wires = wires
        self._callers = callers
        self._ports = [wires.port(index) for index in range(len(wires.sockets))]
        self._sends = [sock.send for sock in wires.sockets]

    def run(self, seconds: float) -> Called:
        """Keep every caller busy for so long, then let the last calls end."""
        result = Called()
        start, busy = time.monotonic(), time.process_time()
        end = start + seconds
        for caller in self._callers:
            caller.dial(start)
        self._until(end, result, again=True)
        result.seconds = time.monotonic() - start
        result.load_busy = (time.process_time() - busy) / result.seconds
        self._until(end + GIVE_UP_S + 1, Called(), again=False)
        return result

    def _until(self, end: float, result: Called, *, again: bool) -> None:
        watch_at = 0.0
        while (now := time.monotonic()) < end and (again or self._is_busy()):
            for index, data in self._wires.receive(0.05):
                now = time.monotonic()
                if data.startswith(b"SIP/"):
                    self._response(index, data, now, result, again)
                    continue
                for answer in answers(data, self._ports[index]):
                    self._sends[index](answer)
            if now >= watch_at:
                watch_at = now + 0.1
                self._watch(now, result, again)

    def _is_busy(self) -> bool:
        return any(caller.step is not Step.IDLE for caller in self._callers)

    def _response(self, index: int, data: bytes, now: float, result: Called, again: bool) -> None:
        # Phones that answer get late answers to their REGISTERs.
        caller = self._callers[index] if index < len(self._callers) else None
        status = caller.take(data, now) if caller is not None else 0
        if caller is None or not status:
            return
        result.statuses[status] += 1
        result.done += status == 200
        result.failed += status != 200
        if again:
            caller.dial(now)

    def _watch(self, now: float, result: Called, again: bool) -> None:
        for caller in self._callers:
            if caller.watch(now, result) and again:
                caller.dial(now)
