"""Session timers: RFC 4028, kept for each phone by itself.

Whoever refreshes does so at half of the interval. When it is the phone and it falls silent, the
call is over; when it is us, a phone that does not answer is found out by our refresh. A phone that
does not know session timers is refreshed by us all the same.
"""

from dataclasses import dataclass, field

from sipcore.callcontrol.options import TIMER, supports
from sipcore.callcontrol.wire import OnTimer, Wire
from sipcore.errors import ParseError
from sipcore.message import Request, Response
from sipcore.message.params import parse_params

METHODS = frozenset({"INVITE", "UPDATE"})
"""Requests that refresh a session (section 3)."""
TOO_SMALL = 422
SMALLEST_S = 90
"""Section 4: "The absolute minimum for the Session-Expires header field is 90 seconds"."""
LARGEST_S = 86400
PAUSE_S = 4.0
REQUIRE: tuple[str, str] = ("Require", TIMER)


@dataclass(frozen=True, slots=True)
class Terms:
    """The service parameters: how long a session lasts unrefreshed, and what is too short."""

    expires_s: int = 1800
    minimum_s: int = SMALLEST_S

    def is_too_small(self, request: Request) -> bool:
        """Say whether a phone wants to refresh more often than we let it (section 9)."""
        asked = interval_of(request)
        return 0 < asked < self.minimum_s and supports(request, TIMER)

    @property
    def min_se(self) -> tuple[str, str]:
        return "Min-SE", str(self.minimum_s)


@dataclass(slots=True, eq=False)
class SessionTimer:
    """`is_ours`: we refresh; `is_known`: the phone knows session timers."""

    wire: Wire
    terms: Terms
    on_refresh: OnTimer
    on_expiry: OnTimer
    is_ours: bool = True
    is_known: bool = False
    interval_s: int = field(init=False)
    minimum_s: int = field(init=False)
    is_agreed: bool = field(default=False, init=False)
    expires_at: float = field(default=0.0, init=False)
    _timer: tuple[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.minimum_s = self.terms.minimum_s
        self.interval_s = max(self.terms.expires_s, self.minimum_s)
        self._timer = self.wire.number(), "session"

    # -- when we ask ------------------------------------------------------------------------------

    def ask(self) -> tuple[tuple[str, str], ...]:
        """Return what an INVITE or UPDATE of ours says; who refreshes stays so (section 7.4)."""
        value = str(self.interval_s)
        if self.is_agreed:
            value += ";refresher=uac" if self.is_ours else ";refresher=uas"
        return ("Session-Expires", value), ("Min-SE", str(self.minimum_s))

    def insist(self, response: Response) -> bool:
        """Take the Min-SE of a 422; False when asking again would not help (section 7.3)."""
        wanted = _seconds(response.headers.get("Min-SE"))
        if not self.minimum_s < wanted <= LARGEST_S:
            return False
        self.minimum_s = wanted
        self.interval_s = max(self.interval_s, wanted)
        return True

    def agree(self, response: Response) -> None:
        """Take what the 2xx to a request of ours says (section 7.2)."""
        interval_s, refresher = read(response)
        self.is_agreed = True
        # without Session-Expires the phone will not refresh, so we do
        self.is_known = bool(interval_s)
        self.is_ours = refresher != "uas"
        if interval_s >= SMALLEST_S:
            self.interval_s = interval_s

    # -- when the phone asks ----------------------------------------------------------------------

    def answer(self, request: Request) -> tuple[tuple[str, str], ...]:
        """Return what the 2xx to an INVITE or UPDATE of the phone says (section 9, table 2)."""
        asked, refresher = read(request)
        self.is_known, self.is_agreed = supports(request, TIMER), True
        self.minimum_s = max(self.minimum_s, _seconds(request.headers.get("Min-SE")))
        wanted = asked or self.interval_s
        self.interval_s = max(min(wanted, self.terms.expires_s), self.minimum_s)
        self.is_ours = refresher == "uas" or not self.is_known
        if not self.is_known:
            return ()
        who = "uas" if self.is_ours else "uac"
        expires = "Session-Expires", f"{self.interval_s};refresher={who}"
        # "If the refresher parameter in the Session-Expires header field in the 2xx response has a
        # value of 'uac', the UAS MUST place a Require header field into the response with the
        # value 'timer'" (section 9)
        return (expires,) if self.is_ours else (expires, REQUIRE)

    # -- time -------------------------------------------------------------------------------------

    def start(self, now: float) -> None:
        """Begin the session, or begin it anew: it has just been refreshed."""
        self.expires_at = now + self.interval_s
        if self.is_ours:
            self.wire.start(self._timer, now + self.interval_s / 2, self._refresh)
        else:
            # "it SHOULD send a BYE to terminate the session, slightly before the session
            # expiration. The minimum of 32 seconds and one third of the session interval is
            # RECOMMENDED" (section 10)
            early_s = min(32.0, self.interval_s / 3)
            self.wire.start(self._timer, self.expires_at - early_s, self.on_expiry)

    def stop(self) -> None:
        self.wire.stop(self._timer)

    def end(self) -> None:
        """Stop for good, and let go of whoever was to be told: a leg, which holds this timer."""
        self.stop()
        self.on_refresh = self.on_expiry = _nobody

    def failed(self, now: float) -> None:
        """A refresh of ours was refused: try once more before the session expires."""
        self._again(now + self.interval_s / 4)

    def put_off(self, now: float) -> None:
        """Something else is under way with the phone: refresh when that is over."""
        self._again(now + PAUSE_S)

    def _again(self, at: float) -> None:
        if at < self.expires_at:
            self.wire.start(self._timer, at, self._refresh)
        else:
            self.wire.start(self._timer, self.expires_at, self.on_expiry)

    def _refresh(self, now: float) -> None:
        self.wire.start(self._timer, self.expires_at, self.on_expiry)
        self.on_refresh(now)


def _nobody(now: float) -> None:
    """The session is over."""


def read(message: Request | Response) -> tuple[int, str]:
    """Return interval and refresher of the Session-Expires; 0 and "" for what is not there."""
    value, semicolon, rest = message.headers.get("Session-Expires").partition(";")
    try:
        params = parse_params(semicolon + rest, "Session-Expires") if rest else {}
    except ParseError:
        params = {}
    return _seconds(value), (params.get("refresher") or "").lower()


def interval_of(message: Request) -> int:
    return read(message)[0]


def _seconds(text: str) -> int:
    digits = text.partition(";")[0].strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
