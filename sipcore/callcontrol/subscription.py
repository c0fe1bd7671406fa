"""What a phone hears of its transfer: RFC 3515 section 2.4.4, RFC 6665 in a dialog of INVITE."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.bodies import Body
from sipcore.callcontrol.leg import Leg
from sipcore.message import REASONS, Headers, Response
from sipcore.transaction import RequestArrived

SIPFRAG = "message/sipfrag;version=2.0"


@dataclass(slots=True, eq=False)
class Subscription:
    """Sends one NOTIFY after the other, so that none overtakes another.

    `number` is the CSeq of the REFER. The last NOTIFY says what became of the transfer; `on_over`
    hears when the phone has it, or cannot be told. `is_wanted` is False when the phone wants no
    news, or none any more. Implements `leg.Subscribed`.
    """

    leg: Leg
    number: int
    is_wanted: bool
    expires_at: float
    on_over: Callable[[float], None]
    _event: str = field(init=False)
    _status: int = field(default=100, init=False)
    _is_news: bool = field(default=False, init=False)
    _is_busy: bool = field(default=False, init=False)
    _is_over: bool = field(default=False, init=False)
    _is_last: bool = field(default=False, init=False)
    _timer: tuple[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self._timer = self.leg.wire.number(), "subscription"
        self.leg.refers += 1
        # only a further REFER of a dialog has to be told apart (RFC 3515 section 2.4.6)
        self._event = "refer" if self.leg.refers == 1 else f"refer;id={self.number}"

    def start(self) -> None:
        self.leg.subscription = self
        if self.is_wanted:
            self.leg.wire.start(self._timer, self.expires_at, self._expire)

    def tell(self, status: int, now: float) -> None:
        """Pass a status on: of a provisional response while the transfer is under way."""
        if self._is_over or self._is_last:
            return
        self._is_last = status >= 200
        # what has not been sent yet is overtaken by what is now so
        self._status, self._is_news = status, True
        self._next(now)

    # -- what the phone asks ----------------------------------------------------------------------

    def subscribe(self, event: RequestArrived, now: float) -> None:
        """Refresh the subscription, never for longer than is asked; at once ended with 0.

        Either way "the notifier MUST [...] send a NOTIFY immediately" (RFC 6665 section 4.2.1.2).
        """
        if not self.is_wanted or self._is_last or not self._is_named(event.request.headers):
            self.leg.respond(event, 403, now)
            return
        left_s, asked_s = self._left_s(now), event.request.expires
        granted_s = left_s if asked_s is None else min(asked_s, left_s)
        self.leg.respond(event, 200, now, headers=(("Expires", str(granted_s)),))
        self.expires_at = now + granted_s
        self._is_news = True
        if granted_s:
            self.leg.wire.start(self._timer, self.expires_at, self._expire)
        self._next(now)

    def _is_named(self, headers: Headers) -> bool:
        """Match Event: a phone may give the first REFER its id, or leave it out."""
        named = "".join(headers.get("Event").split()).lower()
        return named in (self._event, f"refer;id={self.number}")

    def _expire(self, now: float) -> None:
        self._is_news = True
        self._next(now)

    # -- what it is told --------------------------------------------------------------------------

    def _next(self, now: float) -> None:
        if self._is_busy:
            return
        if self._is_news and self.is_wanted and self.leg.is_up:
            self._notify(now)
        elif self._is_last:
            self._end(now)

    def _notify(self, now: float) -> None:
        self._is_busy, self._is_news = True, False
        state = self._state(now)
        if state.startswith("terminated"):
            self._stop()
        self.leg.send(
            "NOTIFY",
            now,
            self._answered,
            headers=(("Event", self._event), ("Subscription-State", state)),
            body=Body(_fragment(self._status), SIPFRAG),
        )

    def _state(self, now: float) -> str:
        if self._is_last:
            return "terminated;reason=noresource"
        if self.expires_at <= now:
            return "terminated;reason=timeout"
        return f"active;expires={self._left_s(now)}"

    def _left_s(self, now: float) -> int:
        return max(1, round(self.expires_at - now))

    def _answered(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 200:
            return
        self._is_busy = False
        # a NOTIFY that fails ends the subscription (RFC 6665 section 4.2.2), not the call
        if response.status >= 300:
            self._stop()
        self._next(now)

    def _stop(self) -> None:
        self.is_wanted = False
        self.leg.wire.stop(self._timer)

    def _end(self, now: float) -> None:
        self._stop()
        if not self._is_over:
            self._is_over = True
            self.on_over(now)


def _fragment(status: int) -> bytes:
    return f"SIP/2.0 {status} {REASONS.get(status, '')}\r\n".encode()
