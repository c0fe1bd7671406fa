"""What two phones say to each other during a call: RFC 3261 section 14, RFC 3311, RFC 6086.

A request of one dialog becomes one of the other dialog, and its answer goes back. Bodies pass,
headers do not: they are of one dialog only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.bodies import NO_BODY, Body, Exchange, MediaNotAllowedError, body_of
from sipcore.callcontrol.causes import GLARE, accepted
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.options import RELIABLE, requires
from sipcore.callcontrol.reinvite import Reinvite
from sipcore.callcontrol.session import TOO_SMALL
from sipcore.callcontrol.wire import OnReply, Waiting, Wire, retry_after
from sipcore.dialog import TARGET_REFRESH
from sipcore.message import Request, Response
from sipcore.transaction import RequestArrived

PASSED = frozenset({"INVITE", "UPDATE", "INFO"})
OFFERING = frozenset({"INVITE", "UPDATE"})

OnDead = Callable[[Leg, int, float], None]
"""Takes the leg whose phone is gone, and the status that says so."""


@dataclass(slots=True, eq=False)
class Conversation:
    """Two legs that talk; `ring_s` limits how long a re-INVITE may go unanswered.

    While the call `is_early` the caller's INVITE is not answered yet, though media may be agreed.
    While it `is_held` by a transfer, nobody else may offer anything.
    """

    wire: Wire
    caller: Leg
    called: Leg
    allows_video: bool
    ring_s: float
    on_dead: OnDead
    is_early: bool = False
    is_agreed: bool = True
    is_held: bool = False
    relays: list["Relay"] = field(default_factory=list)
    own: Reinvite | None = None

    @property
    def legs(self) -> tuple[Leg, Leg]:
        return self.caller, self.called

    @property
    def is_quiet(self) -> bool:
        """Say whether a new INVITE would collide with nothing."""
        return not self._collision(self.caller)

    def request(self, leg: Leg, event: RequestArrived, now: float) -> None:
        """Pass a request of one phone on, unless it collides with an offer under way."""
        status = self._refusal(leg, event.request)
        if status:
            leg.respond(event, status, now, headers=retry_after(self.wire, status))
            return
        target = self.called if leg is self.caller else self.caller
        Relay(self, leg, event, target, Exchange(self.allows_video)).start(now)

    def pass_prack(
        self, event: RequestArrived, rack: tuple[str, str], offer: Exchange | None, now: float
    ) -> None:
        """Pass the caller's PRACK to the phone that rings; it may answer an `offer` of that."""
        exchange = offer or Exchange(self.allows_video)
        relay = Relay(self, self.caller, event, self.called, exchange, offer is not None, (rack,))
        relay.start(now)

    def reinvite(self, leg: Leg, body: Body, on_done: OnReply, now: float) -> None:
        """Send a re-INVITE of our own; the conversation is to be quiet."""
        other = self.called if leg is self.caller else self.caller

        def done(response: Response, is_received: bool, now: float) -> None:
            self.own = None
            on_done(response, is_received, now)

        self.own = Reinvite(self.wire, leg, body, other.party.name, done)
        self.own.start(now)

    def end(self, now: float) -> None:
        """Answer what is still open: the call is over (15.1.2: 487 is RECOMMENDED)."""
        if self.own is not None:
            self.own.drop(now)
            self.own = None
        for relay in self.relays.copy():
            relay.drop(now)

    def _refusal(self, leg: Leg, request: Request) -> int:
        if request.method == "INVITE" and self.is_early:
            return 500 if leg is self.caller else GLARE
        if request.method == "INVITE":
            return self._collision(leg)
        if request.method == "UPDATE" and request.body:
            return self._offer_collision(leg)
        return 0

    def _offer_collision(self, leg: Leg) -> int:
        """Return what RFC 3311 section 5.2 wants for an UPDATE with an offer now, or 0.

        491 when an offer to that phone has no answer yet; 500 when one of that phone has none.
        """
        if self.is_early and not self.is_agreed:
            return 500 if leg is self.caller else GLARE
        if self.own is not None or self.is_held:
            return GLARE
        for relay in self.relays:
            if relay.offers:
                return 500 if relay.source is leg else GLARE
        return 0

    def _collision(self, leg: Leg) -> int:
        """Return the status that 14.2 wants for another INVITE now, or 0.

        Before the ACK of the last one the other phone may not know yet what was agreed, so that
        is a collision as well (RFC 5407 section 3.1.4).
        """
        for relay in self.relays:
            if relay.offers:
                return 500 if relay.source is leg else GLARE
        is_busy = self.own or self.is_held or self.caller.answer or self.called.answer
        return GLARE if is_busy else 0


@dataclass(slots=True, eq=False)
class Relay:
    """One request on its way from `source` to `target`, there with `headers`.

    Its body is an offer; or `is_answer`, to an offer that a response held.
    """

    talk: Conversation
    source: Leg
    event: RequestArrived
    target: Leg
    exchange: Exchange
    is_answer: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    key: int = field(default=0, init=False)
    timer: tuple[int, str] = field(default=(0, ""), init=False)
    _offer: Body = field(default=NO_BODY, init=False)

    @property
    def method(self) -> str:
        return self.event.request.method

    @property
    def offers(self) -> bool:
        """Say whether an offer is made by this, or may be."""
        has_body = bool(self.event.request.body)
        return self.method == "INVITE" or (self.method in OFFERING and has_body)

    def start(self, now: float) -> None:
        pass_on = self.exchange.ack if self.is_answer else self.exchange.request
        try:
            body = pass_on(body_of(self.event.request))
        except MediaNotAllowedError:
            self.source.respond(self.event, 488, now)
            return
        self.talk.relays.append(self)
        self._offer = body
        self._send(now)
        if self.method == "INVITE":
            self.timer = self.talk.wire.number(), "re-INVITE"
            self.talk.wire.start(self.timer, now + self.talk.ring_s, self._cancel)
            self.talk.wire.wait(self.event.key, Waiting(self._cancel, _ignore))

    def _send(self, now: float) -> None:
        headers, body = self.headers, self._offer
        if self.method in TARGET_REFRESH:
            headers = (*headers, self.target.identity(self.source.party.name, "calling"))
        self.key = self.target.send(self.method, now, self._reply, headers=headers, body=body)

    def drop(self, now: float) -> None:
        self._done()
        self.talk.wire.forget(self.key)
        if self.method == "INVITE":
            self.talk.wire.transactions.cancel(self.key, now)
        self.source.respond(self.event, 487, now)

    def _cancel(self, now: float) -> None:
        """The phone has thought better of its re-INVITE, or the other one keeps silent."""
        self.talk.wire.transactions.cancel(self.key, now)

    def _done(self) -> None:
        self.talk.relays.remove(self)
        self.talk.wire.stop(self.timer)

    def _reply(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 200:
            if self.method == "INVITE" and response.status > 100 and not self._wants_reliable:
                self._pass(response, response.status, now)
            return
        is_too_small = response.status == TOO_SMALL and self.target.session.insist(response)
        if is_too_small or (not is_received and self.target.has_moved()):
            self._send(now)
            return
        self._done()
        if response.status < 300:
            self._succeed(response, now)
        elif response.status in (408, 481) or not is_received:
            # "If the response for a request within a dialog is a 481 or a 408, the UAC SHOULD
            # terminate the dialog", and so "if no response at all is received" (12.2.1.2)
            self.source.respond(self.event, response.status, now)
            if not self.talk.is_early and self.method != "PRACK":
                # else it is the INVITE's business whether the phone still rings; and a phone that
                # has answered may have forgotten what it was that wanted a PRACK
                self.talk.on_dead(self.target, response.status, now)
        else:
            self._pass(response, _passed_on(response.status), now)

    def _succeed(self, response: Response, now: float) -> None:
        if self.method in TARGET_REFRESH:
            self.target.follow(response, now)
            self.target.tell(self._offer)
        if self.method != "INVITE":
            self._pass(response, response.status, now)
            return
        self.target.owes_ack = response.cseq.number
        try:
            body = self.exchange.response(body_of(response))
        except MediaNotAllowedError:
            self.target.send_ack(response.cseq.number, NO_BODY)
            self.source.respond(self.event, 488, now)
            return
        answer = self.source.response(
            self.event.request,
            response.status,
            reason=response.reason,
            headers=(self.source.identity(self.target.party.name, "called"),),
            body=body,
        )
        self.source.accept(self.event.key, answer, self._acked, now)

    @property
    def _wants_reliable(self) -> bool:
        return requires(self.event.request, RELIABLE)

    def _acked(self, ack: Request, now: float) -> None:
        if self.target.state is LegState.UP and self.target.owes_ack is not None:
            self.target.send_ack(self.target.owes_ack, self.exchange.ack(body_of(ack)))

    def _pass(self, response: Response, status: int, now: float) -> None:
        try:
            body = self.exchange.response(body_of(response))
        except MediaNotAllowedError:
            body = NO_BODY
        reason = response.reason if status == response.status else ""
        wait = response.headers.get("Retry-After")
        headers = (*((("Retry-After", wait),) if wait else ()), *accepted(response))
        self.source.respond(self.event, status, now, reason=reason, headers=headers, body=body)


def _passed_on(status: int) -> int:
    """Turn what only this server could act on into a failure of the request alone."""
    return 500 if status < 400 or status in (401, 407, 503) else status


def _ignore(now: float) -> None:
    """The way back to the phone is gone; its next request, or ours, finds out about the rest."""
