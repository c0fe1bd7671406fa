"""The caller's INVITE until it has its final response: RFC 3261 section 13.3.1, RFC 3262."""

from dataclasses import dataclass, field

from sipcore.callcontrol.bodies import NO_BODY, Body
from sipcore.callcontrol.causes import Header
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.options import RELIABLE, requires, supports
from sipcore.callcontrol.reliable import OnPrack, ReliableResponses
from sipcore.callcontrol.wire import OnTimer, Waiting
from sipcore.message import Response, make_response
from sipcore.transaction import RequestArrived


@dataclass(slots=True, eq=False)
class Incoming:
    leg: Leg
    event: RequestArrived
    reliable: ReliableResponses = field(init=False)
    _told: set[tuple[int, str, bytes]] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.reliable = ReliableResponses(self.leg.wire, self.event.key)

    @property
    def can_prack(self) -> bool:
        return supports(self.event.request, RELIABLE)

    def start(self, waiting: Waiting, now: float) -> None:
        self.leg.wire.wait(self.event.key, waiting)
        trying = make_response(self.event.request, 100)
        self.leg.wire.transactions.respond(self.event.key, trying, now)

    def ring(
        self,
        status: int,
        name: str,
        body: Body,
        now: float,
        on_silence: OnTimer,
        on_prack: OnPrack | None = None,
    ) -> None:
        """Tell the caller of a phone that rings, reliably if that phone did or the caller must.

        What it has been told already it is not told again, unless a phone waits for its PRACK.
        `on_silence` hears when the caller does not acknowledge what it must.
        """
        news = status, self.leg.local_number, body.data
        if on_prack is None and news in self._told:
            return
        self._told.add(news)
        headers = (self.leg.identity(name, "called"),)
        response = self.leg.response(self.event.request, status, headers=headers, body=body)
        # "The UAS MUST send any non-100 provisional response reliably if the initial request
        # contained a Require header field with the option tag 100rel" (RFC 3262 section 3)
        if on_prack is not None or requires(self.event.request, RELIABLE):
            self.reliable.send(response, on_prack or self._acknowledged, on_silence, now)
        else:
            self.leg.wire.transactions.respond(self.event.key, response, now)

    def prack(self, event: RequestArrived, now: float) -> None:
        # "If the PRACK does not match an unacknowledged reliable provisional response, the UAS
        # MUST respond to the PRACK with a 481" (section 3)
        if not self.reliable.prack(event, now):
            self.leg.respond(event, 481, now)

    def _acknowledged(self, event: RequestArrived, now: float) -> None:
        """Answer a PRACK that no phone waits for; there is nobody to answer an offer in it."""
        self.leg.respond(event, 488 if event.request.body else 200, now)

    def refuse(
        self, status: int, now: float, *, reason: str = "", headers: tuple[Header, ...] = ()
    ) -> None:
        self.reliable.stop()
        self.leg.respond(self.event, status, now, reason=reason, headers=headers)
        self.leg.close(now)

    def response(self, answer: Response, name: str, body: Body = NO_BODY) -> Response:
        """Turn the 2xx of a phone into ours."""
        return self.leg.response(
            self.event.request,
            answer.status,
            reason=answer.reason,
            headers=(self.leg.identity(name, "called"),),
            body=body,
        )

    def accept(self, response: Response) -> None:
        self.reliable.answered()
        self.leg.state = LegState.UP
