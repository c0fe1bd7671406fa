"""One transfer under way: RFC 5589, done here instead of by the phones.

    transferor   sends the REFER, and hears by NOTIFY what becomes of it
    transferee   talked to the transferor, and shall talk to
    target       a number that rings now, or whom the transferor has called before

The two that stay are joined by re-INVITEs: the target makes an offer, the transferee answers it.
A target that is called for the transfer is invited without an offer, so its 200 holds one.
"""

from dataclasses import dataclass, field

from sipcore.callcontrol import outcomes
from sipcore.callcontrol.alerting import Alerting, Unanswered
from sipcore.callcontrol.bodies import NO_BODY, Body, Exchange, MediaNotAllowedError, body_of
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.call import Call
from sipcore.callcontrol.causes import (
    GLARE,
    NORMAL_CLEARING,
    NOT_ACCEPTABLE,
    cause_of,
    passed_on,
)
from sipcore.callcontrol.conversation import Conversation
from sipcore.callcontrol.early import Provisional, decline
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.reinvite import Reinvite
from sipcore.callcontrol.routing import Route, Routes
from sipcore.callcontrol.subscription import Subscription
from sipcore.callcontrol.wire import OnReply, OnTimer, Wire
from sipcore.message import Response
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived

PAUSE_S = 0.5
PAUSES = 16
"""How often, and at what distance, it is tried whether the phones negotiate something else."""


@dataclass(slots=True, eq=False)
class Transfer:
    """`call` is the transferee's; `second` the one in which the transferor called the target."""

    wire: Wire
    call: Call
    transferor: Leg
    transferee: Leg
    attempt: Attempt
    log: CallLog
    ring_s: float
    second: Call | None = None
    consultation: Leg | None = None
    target: Leg | None = None
    is_over: bool = field(default=False, init=False)
    _news: Subscription = field(init=False)
    _has_left: bool = field(default=False, init=False)
    _exchange: Exchange = field(init=False)
    _offer: Body = field(default=NO_BODY, init=False)
    _own: Reinvite | None = field(default=None, init=False)
    _shown: str = field(default="", init=False)
    _pauses: int = field(default=0, init=False)
    _timer: tuple[int, str] = field(init=False)

    def accept(self, event: RequestArrived, *, wants_news: bool, now: float) -> None:
        """Answer the REFER with 202, and tell that the transfer is tried."""
        self._begin(event.request.cseq.number, wants_news, now)
        headers = () if wants_news else (("Refer-Sub", "false"),)
        self.transferor.respond(event, 202, now, headers=headers)
        self._news.start()
        self._news.tell(100, now)

    def go_back(self, stopped: Alerting, now: float) -> None:
        """Let the phones ring once more that a takeover has stopped: the transferor gave it up."""
        self._begin(0, False, now)
        self._has_left = True
        self.ring(stopped.route, stopped.routes, now)

    def _begin(self, number: int, wants_news: bool, now: float) -> None:
        self._shown = self.transferee.local_number
        self._timer = self.wire.number(), "transfer"
        until = now + self.ring_s + 60
        self._news = Subscription(self.transferor, number, wants_news, until, self._told)
        self.call.transfer = self

    # -- a target that is called now --------------------------------------------------------------

    def ring(self, route: Route, routes: Routes, now: float) -> None:
        self.call.alerting = Alerting(
            self.wire,
            self.call.number,
            self,
            self.call,
            self.transferee.party,
            route,
            self.attempt,
            routes,
            self.ring_s,
            self.transferee.terms,
        )
        self.call.alerting.start(now)

    def take_over(self, alerting: Alerting) -> None:
        """Go on with phones that ring already, for the transferor until now."""
        alerting.origin, alerting.owner, alerting.attempt = self, self.call, self.attempt
        self.call.alerting = alerting

    def rings(self, branch: Branch, provisional: Provisional, body: Body, now: float) -> None:
        provisional.acknowledge(now)
        if self.log.ringing_at is None:
            self.log.ringing_at = now
        self._news.tell(provisional.response.status, now)

    def answered(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        self.call.alerting = None
        leg = self.target = branch.leg
        if not leg.is_up:
            self._fail(480, now)
        elif branch.exchange.is_offered:
            # it has answered what the transferor offered
            leg.send_ack(response.cseq.number, NO_BODY)
            self.join(now)
        else:
            self._exchange, self._offer = branch.exchange, body_of(response)
            self._when_quiet(lambda now: self._pass_offer(body, now), now)

    def unanswered(self, why: Unanswered, now: float) -> None:
        self.call.alerting = None
        self.log.called_phone = why.phone or self.log.called_phone
        self._give_up(why, now)

    # -- joining ----------------------------------------------------------------------------------

    def join(self, now: float) -> None:
        """Join the transferee with a target that talks already."""
        self._when_quiet(self._ask_offer, now)

    @property
    def _talks(self) -> list[Conversation]:
        calls = (self.call, self.second)
        return [call.talk for call in calls if call is not None and call.talk is not None]

    def _when_quiet(self, do: OnTimer, now: float) -> None:
        """Go on when the phones are done with what they negotiate themselves."""
        if self.transferee.answer is None and all(talk.is_quiet for talk in self._talks):
            self._hold(True)
            do(now)
        elif self._pauses < PAUSES:
            self._pauses += 1
            again = now + PAUSE_S
            self.wire.start(self._timer, again, lambda now: self._when_quiet(do, now))
        else:
            self._fail(GLARE, now)

    def _hold(self, is_held: bool) -> None:
        for talk in self._talks:
            talk.is_held = is_held

    def _ask_offer(self, now: float) -> None:
        assert self.target is not None
        self._exchange = Exchange(self._allows_video)
        self._reinvite(self.target, NO_BODY, self._offered, now)

    def _offered(self, response: Response, is_received: bool, now: float) -> None:
        if response.status >= 300:
            self._fail(response.status, now)
            return
        self._offer = body_of(response)
        try:
            body = self._exchange.response(self._offer)
        except MediaNotAllowedError:
            body = NO_BODY
        self._pass_offer(body, now)

    def _pass_offer(self, body: Body, now: float) -> None:
        if body.data and self.target is not None:
            self.transferee.local_number = self.target.party.number
            self._reinvite(self.transferee, body, self._accepted, now)
        else:
            self._fail(NOT_ACCEPTABLE, now)

    def _accepted(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 300:
            self.transferee.send_ack(response.cseq.number, NO_BODY)
        if response.status in (408, 481) or not is_received:
            self._fail(response.status, now)
            self.call.dead(self.transferee, response.status, now)
        elif response.status >= 300 or not response.body:
            self._fail(response.status if response.status >= 300 else NOT_ACCEPTABLE, now)
        else:
            self._answer(self._exchange.ack(body_of(response)))
            self._succeed(now)

    def _reinvite(self, leg: Leg, body: Body, on_done: OnReply, now: float) -> None:
        other = self.transferee if leg is self.target else self.target
        name = other.party.name if other is not None else ""

        def done(response: Response, is_received: bool, now: float) -> None:
            self._own = None
            on_done(response, is_received, now)

        owner = self.call if leg is self.transferee else self.second
        restore = owner.restore if owner is not None else None
        self._own = Reinvite(self.wire, leg, body, name, done, restore)
        self._own.start(now)

    def _answer(self, answer: Body) -> None:
        """Confirm the 200 of the target that holds its offer."""
        if self.target is not None and self.target.is_up and self.target.owes_ack is not None:
            self.target.send_ack(self.target.owes_ack, answer)

    @property
    def _allows_video(self) -> bool:
        legs = (self.transferee, self.target)
        return all(leg is not None and leg.party.phone.allows_video for leg in legs)

    # -- how it ends ------------------------------------------------------------------------------

    def _succeed(self, now: float) -> None:
        assert self.target is not None
        self._finish(now)
        self.log.answered_at, self.log.called_phone = now, self.target.party.phone.name
        self.target.local_number = self.transferee.party.number
        if self.second is not None:
            self.second.part_with(self.target, self.transferor, now)
            self.target.join(self.call)
        if not self._has_left:
            self._part(self.call, self.transferee, now)
            self.call.go_on(self.attempt, self.log)
        self.call.connect(
            self.target, allows_video=self._allows_video, ring_s=self.ring_s, now=now
        )
        self._news.tell(200, now)

    def _told(self, now: float) -> None:
        """The transferor knows how it went; with nobody to talk to it is not needed any more."""
        if self.transferor is not self.call.caller and self.transferor is not self.call.called:
            self.transferor.hang_up(now)

    def _fail(self, status: int, now: float) -> None:
        party = self.target.party if self.target is not None else self.transferee.party
        status = passed_on(status)
        decision = outcomes.not_joined(self.attempt, party, status)
        self._give_up(Unanswered(decision, cause_of(status), "system"), now)

    def _give_up(self, why: Unanswered, now: float) -> None:
        """Leave everybody as they were, but those whom nobody talks to any more."""
        if self.is_over:
            return
        self._finish(now)
        self.transferee.local_number = self._shown
        self._release_target(why, now)
        self._news.tell(why.decision.status, now)
        if self._has_left:
            self.call.drop(why, now)
        else:
            self.record(why.decision, why.cause, why.ended_by, now)

    def _finish(self, now: float) -> None:
        self.is_over = True
        self.wire.stop(self._timer)
        self.call.transfer = None
        if self.second is not None:
            self.second.transfer = None
        if self._own is not None:
            self._own.drop(now)
            self._own = None
        self._hold(False)

    def _release_target(self, why: Unanswered, now: float) -> None:
        self._answer(decline(self._offer))
        if self.second is None:
            if self.target is not None:
                self.target.hang_up(now, why.cause)
        elif self.second.called is None:  # the transferor has left that call as well
            self.second.drop(why, now)

    def record(self, decision: Decision, cause: int, ended_by: str, now: float) -> None:
        self.wire.records.append(
            self.log.close(
                now,
                status=decision.status,
                cause=cause,
                ended_by=ended_by,
                decision=decision,
            )
        )

    # -- what the calls tell ----------------------------------------------------------------------

    def moves(self, leg: Leg) -> bool:
        return leg is self.transferor or leg is self.consultation

    def left(self, call: Call, now: float) -> None:
        if call is self.call:
            self._has_left = True
            self._part(call, self.transferee, now)
            call.go_on(self.attempt, self.log)
        elif self.target is not None:
            self._part(call, self.target, now)

    def _part(self, call: Call, leg: Leg, now: float) -> None:
        call.part(leg, outcomes.transferred(call.attempt, self.transferor.party), now)

    def hung_up(self, leg: Leg, now: float) -> None:
        """A phone of the call has hung up that is none of the two that talked."""
        if leg is self.target:
            self._fail(480, now)

    def over(self, call: Call, now: float) -> None:
        if call is self.second:
            call.transfer, self.second = None, None
            self._fail(480, now)
            return
        self._finish(now)
        why = Unanswered(outcomes.cancelled(self.attempt), NORMAL_CLEARING, "caller")
        self._release_target(why, now)
        self._news.tell(why.decision.status, now)
        if not self._has_left:
            self.record(why.decision, why.cause, why.ended_by, now)
