"""A 2xx to an INVITE that waits for its ACK: RFC 3261 section 13.3.1.4."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.wire import OnTimer, Wire
from sipcore.message import Request, Response

OnAck = Callable[[Request, float], None]


@dataclass(slots=True, eq=False)
class PendingAnswer:
    """Sends the 2xx again until the ACK comes, or gives up.

    "The 2xx response is passed to the transport with an interval that starts at T1 seconds and
    doubles for each retransmission until it reaches T2 seconds", over TCP as well: the ACK may be
    lost beyond the connection. "If the server retransmits the 2xx response for 64*T1 seconds
    without receiving an ACK, the dialog is confirmed, but the session SHOULD be terminated".
    """

    wire: Wire
    key: int
    response: Response
    on_ack: OnAck
    on_silence: OnTimer
    interval: float = field(init=False)
    give_up_at: float = field(init=False, default=0.0)
    timer: tuple[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.interval = self.wire.timing.t1
        self.timer = self.wire.number(), "ack"

    @property
    def cseq(self) -> int:
        return self.response.cseq.number

    def start(self, now: float) -> None:
        self.give_up_at = now + 64 * self.wire.timing.t1
        self.wire.settle(self.key, self.response, now)
        self._wait(now)

    def stop(self) -> None:
        self.wire.stop(self.timer)

    def _wait(self, now: float) -> None:
        self.wire.start(self.timer, min(now + self.interval, self.give_up_at), self._repeat)

    def _repeat(self, now: float) -> None:
        if now >= self.give_up_at:
            self.on_silence(now)
            return
        self.wire.transactions.respond(self.key, self.response, now)
        self.interval = min(2 * self.interval, self.wire.timing.t2)
        self._wait(now)
