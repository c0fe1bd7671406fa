"""What two phones say to each other during a call: RFC 3261 section 14, RFC 3311, RFC 6086.

A request of one dialog becomes one of the other dialog, and its answer goes back. Bodies pass,
headers do not: they are of one dialog only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.bodies import NO_BODY, Exchange, MediaNotAllowedError, body_of
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.wire import Waiting, Wire
from sipcore.dialog import TARGET_REFRESH
from sipcore.message import Request, Response
from sipcore.transaction import RequestArrived

PASSED = frozenset({"INVITE", "UPDATE", "INFO"})
GLARE = 491

OnDead = Callable[[Leg, int, float], None]
"""Takes the leg whose phone is gone, and the status that says so."""


@dataclass(slots=True, eq=False)
class Conversation:
    """The two legs of an answered call; `ring_s` limits how long a re-INVITE may go unanswered."""

    wire: Wire
    caller: Leg
    called: Leg
    allows_video: bool
    ring_s: float
    on_dead: OnDead
    relays: list["Relay"] = field(default_factory=list)

    def request(self, leg: Leg, event: RequestArrived, now: float) -> None:
        """Pass a request of one phone on, unless it collides with an INVITE under way."""
        if event.request.method == "INVITE":
            status = self._collision(leg)
            if status:
                leg.respond(event, status, now, headers=retry_after(self.wire, status))
                return
        target = self.called if leg is self.caller else self.caller
        relay = Relay(self, leg, event, target, Exchange(self.allows_video))
        relay.start(now)

    def end(self, now: float) -> None:
        """Answer what is still open: the call is over (15.1.2: 487 is RECOMMENDED)."""
        for relay in self.relays.copy():
            relay.drop(now)

    def _collision(self, leg: Leg) -> int:
        """Return the status that 14.2 wants for another INVITE now, or 0.

        Before the ACK of the last one the other phone may not know yet what was agreed, so that
        is a collision as well (RFC 5407 section 3.1.4).
        """
        for relay in self.relays:
            if relay.method == "INVITE":
                return 500 if relay.source is leg else GLARE
        return GLARE if self.caller.answer or self.called.answer else 0


@dataclass(slots=True, eq=False)
class Relay:
    """One request on its way from `source` to `target`."""

    talk: Conversation
    source: Leg
    event: RequestArrived
    target: Leg
    exchange: Exchange
    key: int = field(default=0, init=False)
    timer: tuple[int, str] = field(default=(0, ""), init=False)

    @property
    def method(self) -> str:
        return self.event.request.method

    def start(self, now: float) -> None:
        try:
            body = self.exchange.request(body_of(self.event.request))
        except MediaNotAllowedError:
            self.source.respond(self.event, 488, now)
            return
        self.talk.relays.append(self)
        headers = (
            (self.target.identity(self.source.party.name, "calling"),)
            if self.method in TARGET_REFRESH
            else ()
        )
        self.key = self.target.send(self.method, now, self._reply, headers=headers, body=body)
        if self.method == "INVITE":
            self.timer = self.talk.wire.number(), "re-INVITE"
            self.talk.wire.start(self.timer, now + self.talk.ring_s, self._cancel)
            self.talk.wire.wait(self.event.key, Waiting(self._cancel, _ignore))

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
            if self.method == "INVITE" and response.status > 100:
                self._pass(response, response.status, now)
            return
        self._done()
        if response.status < 300:
            self._succeed(response, now)
        elif response.status in (408, 481) or not is_received:
            # "If the response for a request within a dialog is a 481 or a 408, the UAC SHOULD
            # terminate the dialog", and so "if no response at all is received" (12.2.1.2)
            self.source.respond(self.event, response.status, now)
            self.talk.on_dead(self.target, response.status, now)
        else:
            self._pass(response, _passed_on(response.status), now)

    def _succeed(self, response: Response, now: float) -> None:
        if self.method in TARGET_REFRESH:
            self.target.follow(response)
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
        headers = (("Retry-After", wait),) if wait else ()
        self.source.respond(self.event, status, now, reason=reason, headers=headers, body=body)


def _passed_on(status: int) -> int:
    """Turn what only this server could act on into a failure of the request alone."""
    return 500 if status < 400 or status in (401, 407, 503) else status


def retry_after(wire: Wire, status: int) -> tuple[tuple[str, str], ...]:
    """Add to a 500 what 14.2 wants: "a randomly chosen value of between 0 and 10 seconds"."""
    return (("Retry-After", str(int(wire.tokens.hex(1), 16) % 11)),) if status == 500 else ()


def _ignore(now: float) -> None:
    """The way back to the phone is gone; its next request, or ours, finds out about the rest."""
