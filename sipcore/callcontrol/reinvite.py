"""An INVITE of our own inside a call: RFC 3261 section 14.1, with its wait after a collision."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol.bodies import NO_BODY, Body, body_of
from sipcore.callcontrol.causes import GLARE
from sipcore.callcontrol.early import decline
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.session import TOO_SMALL
from sipcore.callcontrol.wire import OnReply, Wire
from sipcore.message import Response

OnCrossed = Callable[[Leg, float], None]

TRIES = 5
PATIENCE_S = 32.0
"""How long a phone may think about it: nobody has to press a key."""


@dataclass(slots=True, eq=False)
class Reinvite:
    """Offers `body` to one phone, or without a body asks it for an offer.

    `on_done` takes the final response, or ours if none came, and sends the ACK for a 2xx. `name`
    is whom the phone is told that it talks to. `on_crossed` hears of a phone that has accepted
    what was taken back meanwhile.
    """

    wire: Wire
    leg: Leg
    body: Body
    name: str
    on_done: OnReply
    on_crossed: OnCrossed | None = None
    tries: int = field(default=0, init=False)
    _key: int = field(default=0, init=False)
    _is_dropped: bool = field(default=False, init=False)
    _timer: tuple[int, str] = field(init=False)

    def start(self, now: float) -> None:
        self._timer = self.wire.number(), "own re-INVITE"
        self._send(now)

    def drop(self, now: float) -> None:
        """Take it back: nobody waits for the answer any more."""
        self._is_dropped = True
        self.wire.stop(self._timer)
        self.wire.transactions.cancel(self._key, now)

    def _send(self, now: float) -> None:
        self.tries += 1
        identity = self.leg.identity(self.name, "calling")
        self._key = self.leg.send("INVITE", now, self._reply, headers=(identity,), body=self.body)
        self.wire.start(self._timer, now + PATIENCE_S, self._cancel)

    def _cancel(self, now: float) -> None:
        self.wire.transactions.cancel(self._key, now)

    def _reply(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 200:
            return
        if self._is_dropped:
            self._cross(response, now)
            return
        self.wire.stop(self._timer)
        if response.status == GLARE and is_received and self.tries < TRIES:
            self.wire.start(self._timer, now + self._wait_s(), self._send)
        elif (response.status == TOO_SMALL and self.leg.session.insist(response)) or (
            not is_received and self.leg.has_moved()
        ):
            self._send(now)
        else:
            if response.status < 300:
                self.leg.owes_ack = response.cseq.number
                self.leg.follow(response, now)
                self.leg.tell(self.body)
            self.on_done(response, is_received, now)

    def _cross(self, response: Response, now: float) -> None:
        """Acknowledge a 2xx that our CANCEL has not stopped."""
        if response.status >= 300:
            return
        leg, described = self.leg, self.leg.described
        answer = NO_BODY if self.body.data else decline(body_of(response))
        leg.send_ack(response.cseq.number, answer)
        leg.described = described
        if leg.is_up and self.on_crossed is not None:
            self.on_crossed(leg, now)

    def _wait_s(self) -> float:
        """Return how long to wait after a 491, in units of 10 ms.

        "If the UAC is the owner of the Call-ID of the dialog ID [...], T has a randomly chosen
        value between 2.1 and 4 seconds", else "of between 0 and 2 seconds".
        """
        chosen = int(self.wire.tokens.hex(2), 16)
        return (210 + chosen % 191) / 100 if self.leg.is_called else (chosen % 201) / 100
