"""Reliable provisional responses: RFC 3262, our side as the UAS of the caller's INVITE.

They are sent again until the caller's PRACK comes, one after the other: "The UAS MUST NOT send a
second reliable provisional response until the first is acknowledged" (section 3), and we keep to
that with all of them.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.options import RELIABLE
from sipcore.callcontrol.wire import OnTimer, Wire
from sipcore.message import Request, Response
from sipcore.transaction import RequestArrived

OnPrack = Callable[[RequestArrived, float], None]
"""Takes the PRACK, and has to answer it."""
RSEQ_OCTETS = 3
"""The first RSeq "MUST be between 1 and 2**31 - 1", chosen at random (section 3)."""


@dataclass(slots=True, eq=False)
class ReliableResponses:
    """Those to the INVITE `key`."""

    wire: Wire
    key: int
    when_free: OnTimer | None = None
    _queue: deque[tuple[Response, OnPrack]] = field(default_factory=deque, init=False)
    _late: tuple[Response, OnPrack] | None = field(default=None, init=False)
    _on_silence: OnTimer | None = field(default=None, init=False)
    _rseq: int = field(default=0, init=False)
    _interval: float = field(default=0.0, init=False)
    _give_up_at: float = field(default=0.0, init=False)

    @property
    def _timer(self) -> tuple[int, str]:
        return self.key, "reliable"

    @property
    def holds_session(self) -> bool:
        """Say whether a session description waits for its PRACK: no 2xx may overtake it.

        "The UAS MAY send a final response to the initial request before having received PRACKs
        [...], unless the final response is 2xx and any of the unacknowledged reliable provisional
        responses contained a session description" (section 3).
        """
        return any(response.body for response, _ in self._queue)

    def send(self, response: Response, on_prack: OnPrack, on_silence: OnTimer, now: float) -> None:
        """Send a response; `on_silence` hears when the caller acknowledges none."""
        if not self._rseq:
            self._rseq = int(self.wire.tokens.hex(RSEQ_OCTETS), 16)  # one is added for the first
        self._rseq += 1
        self._on_silence = on_silence
        response.headers.add("Require", RELIABLE)
        response.headers.add("RSeq", str(self._rseq))
        self._queue.append((response, on_prack))
        if len(self._queue) == 1:
            self._begin(now)

    def prack(self, event: RequestArrived, now: float) -> bool:
        """Take a PRACK; False when it acknowledges nothing that waits for one."""
        if self._late is not None and _is_for(event.request, self._late[0]):
            (_, on_prack), self._late = self._late, None
            on_prack(event, now)
            return True
        if not self._queue or not _is_for(event.request, self._queue[0][0]):
            return False
        _, on_prack = self._queue.popleft()
        self.wire.stop(self._timer)
        on_prack(event, now)
        if self._queue:
            self._begin(now)
        if self.when_free is not None and not self.holds_session:
            do, self.when_free = self.when_free, None
            do(now)
        return True

    def answered(self) -> None:
        """The INVITE has its 2xx: nothing is sent again, but a PRACK may still be on its way.

        "The UAS [...] MUST be prepared to process PRACK requests for those outstanding responses"
        (section 3).
        """
        self._late = self._queue[0] if self._queue else None
        self.stop()

    def stop(self) -> None:
        """The INVITE was refused, or nobody wants it any more."""
        if self._on_silence is None:
            return  # nothing was ever sent
        self._queue.clear()
        self.when_free = self._on_silence = None
        self.wire.stop(self._timer)

    def _begin(self, now: float) -> None:
        self._interval = self.wire.timing.t1
        self._give_up_at = now + 64 * self.wire.timing.t1
        self._transmit(now)

    def _transmit(self, now: float) -> None:
        self.wire.transactions.respond(self.key, self._queue[0][0], now)
        at = min(now + self._interval, self._give_up_at)
        self.wire.start(self._timer, at, self._repeat)

    def _repeat(self, now: float) -> None:
        # "If a reliable provisional response is retransmitted for 64*T1 seconds without reception
        # of a corresponding PRACK, the UAS SHOULD reject the original request with a 5xx"
        on_silence = self._on_silence
        if now >= self._give_up_at and on_silence is not None:
            self.stop()
            on_silence(now)
            return
        self._interval *= 2
        self._transmit(now)


def _is_for(prack: Request, response: Response) -> bool:
    """Match RAck: the RSeq and the CSeq of the response (section 7.2)."""
    wanted = [response.headers.get("RSeq"), *response.headers.get("CSeq").split()]
    return prack.headers.get("RAck").split() == wanted
