"""What a phone hears of its transfer: RFC 3515 section 2.4.4, RFC 6665 in a dialog of INVITE."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.bodies import Body
from sipcore.callcontrol.leg import Leg
from sipcore.message import REASONS, Response

SIPFRAG = "message/sipfrag;version=2.0"


@dataclass(slots=True, eq=False)
class Subscription:
    """Sends one NOTIFY after the other, so that none overtakes another.

    `event` is the value of Event. The last NOTIFY says what became of the transfer; `on_over`
    hears when the phone has it, or cannot be told.
    """

    leg: Leg
    event: str
    is_wanted: bool
    expires_at: float
    on_over: Callable[[float], None]
    _waiting: list[int] = field(default_factory=list, init=False)
    _is_busy: bool = field(default=False, init=False)
    _is_over: bool = field(default=False, init=False)
    _is_last: bool = field(default=False, init=False)

    def tell(self, status: int, now: float) -> None:
        """Pass a status on: of a provisional response while the transfer is under way."""
        if self._is_over or self._is_last:
            return
        self._is_last = status >= 200
        # what has not been sent yet is overtaken by what is now so
        self._waiting = [status]
        self._next(now)

    def _next(self, now: float) -> None:
        if self._is_busy:
            return
        if not self._waiting:
            if self._is_last:
                self._end(now)
            return
        status = self._waiting.pop()
        if not self.is_wanted or not self.leg.is_up:
            self._next(now)
            return
        self._is_busy = True
        left_s = max(1, round(self.expires_at - now))
        state = "terminated;reason=noresource" if status >= 200 else f"active;expires={left_s}"
        self.leg.send(
            "NOTIFY",
            now,
            self._answered,
            headers=(("Event", self.event), ("Subscription-State", state)),
            body=Body(f"SIP/2.0 {status} {REASONS.get(status, '')}\r\n".encode(), SIPFRAG),
        )

    def _answered(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 200:
            return
        self._is_busy = False
        # a NOTIFY that fails ends the subscription (RFC 6665 section 4.2.2), not the call
        if response.status >= 300:
            self.is_wanted = False
        self._next(now)

    def _end(self, now: float) -> None:
        if not self._is_over:
            self._is_over = True
            self.on_over(now)
