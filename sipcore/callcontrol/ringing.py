"""The caller's INVITE while phones ring for it: what the caller hears, and how that ends.

Provisional responses pass to the caller, its PRACKs to the phone, and the 2xx that wins becomes
ours; whatever else ends the ringing is answered with the status of its decision.
"""

from dataclasses import dataclass, field
from typing import Protocol

from sipcore.callcontrol import outcomes
from sipcore.callcontrol.alerting import Alerting, Unanswered
from sipcore.callcontrol.answer import OnAck
from sipcore.callcontrol.bodies import NO_BODY, Body, Exchange, body_of, inactive
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.causes import (
    COMPLETED_ELSEWHERE,
    NORMAL_CLEARING,
    OUT_OF_ORDER,
    RECOVERY_ON_TIMER,
    Failure,
    reason,
)
from sipcore.callcontrol.conversation import Conversation
from sipcore.callcontrol.early import Provisional
from sipcore.callcontrol.incoming import Incoming
from sipcore.callcontrol.leg import Leg, Owner
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.routing import Route, Routes
from sipcore.callcontrol.wire import Waiting, Wire
from sipcore.dialog import MAX_FORWARDS
from sipcore.message import Request, Response
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived


class Subject(Owner, Protocol):
    """The call that is rung for."""

    wire: Wire
    number: int
    caller: Leg
    attempt: Attempt
    log: CallLog | None
    alerting: Alerting | None
    talk: Conversation | None

    def put_through(self, branch: Branch, now: float) -> None:
        """A phone has answered: it is the called one from now on."""
        ...

    def answer(self, now: float) -> None:
        """The caller gets its 2xx."""
        ...

    def end_talk(self, now: float) -> None: ...

    def dead(self, leg: Leg, status: int, now: float) -> None: ...

    def finish(
        self, now: float, *, status: int, cause: int, ended_by: str, decision: Decision
    ) -> None: ...


@dataclass(slots=True, eq=False)
class Ringing:
    """Implements `alerting.Origin` for the INVITE of a caller."""

    call: Subject
    event: RequestArrived
    incoming: Incoming = field(init=False)

    def start(self, route: Route, routes: Routes, ring_s: float, now: float) -> None:
        call = self.call
        self.incoming = Incoming(call.caller, self.event)
        self.incoming.start(Waiting(self.cancelled, self._caller_lost), now)
        call.alerting = Alerting(
            call.wire,
            call.number,
            self,
            call,
            call.caller.party,
            route,
            call.attempt,
            routes,
            ring_s,
            call.caller.terms,
            body_of(self.event.request),
            self.incoming.can_prack,
            self._max_forwards,
        )
        call.alerting.start(now)

    @property
    def _max_forwards(self) -> int:
        """Return one less than the caller's (RFC 7332 section 4), which is not 0."""
        given = self.event.request.max_forwards
        return MAX_FORWARDS if given is None else min(given, MAX_FORWARDS + 1) - 1

    # -- a phone rings ----------------------------------------------------------------------------

    def rings(self, branch: Branch, provisional: Provisional, body: Body, now: float) -> None:
        call, alerting = self.call, self.call.alerting
        assert alerting is not None
        assert call.log is not None
        if call.log.ringing_at is None:
            call.log.ringing_at = now
        status, party = provisional.response.status, branch.target.party
        call.caller.local_number = party.number  # another one when the call was sent on
        name = party.alerting_name
        is_clear = alerting.only is branch and provisional.is_first
        if call.talk is not None and call.talk.called is not branch.leg:
            call.end_talk(now)  # with a phone that has redirected the call since
        if is_clear and provisional.early is not None and call.talk is None:
            self._speak(branch, is_early=True)
        if not provisional.is_reliable or not is_clear or not self.incoming.can_prack:
            provisional.acknowledge(now)
            self.incoming.ring(status, name, body, now, self._unacknowledged)
            return

        def pass_prack(event: RequestArrived, now: float) -> None:
            self._pass_prack(branch, provisional, event, now)

        self.incoming.ring(status, name, body, now, self._unacknowledged, pass_prack)

    def _pass_prack(
        self, branch: Branch, provisional: Provisional, event: RequestArrived, now: float
    ) -> None:
        """Acknowledge to the phone what the caller has acknowledged to us."""
        talk = self.call.talk
        if talk is None:
            self.call.caller.respond(event, 200, now)
            return
        is_offer = bool(provisional.response.body) and not provisional.offered
        talk.is_agreed = talk.is_agreed or bool(provisional.response.body)
        offer = branch.exchange if is_offer else None
        talk.pass_prack(event, provisional.rack, offer, now)

    def _speak(self, branch: Branch, *, is_early: bool) -> None:
        """Let the two phones talk; nothing changes when they did so before the answer."""
        call, alerting = self.call, self.call.alerting
        assert alerting is not None
        if call.talk is None:
            call.talk = Conversation(
                call.wire,
                call.caller,
                branch.leg,
                alerting.allows_video(branch.target),
                alerting.ring_s,
                call.dead,
                is_agreed=False,
            )
        call.talk.is_early = is_early

    # -- no answer --------------------------------------------------------------------------------

    def unanswered(self, why: Unanswered, now: float) -> None:
        if self.call.log is not None:
            self.call.log.called_phone = why.phone or self.call.log.called_phone
        self.refuse(
            why.decision, why.cause, why.ended_by, now, phrase=why.reason, headers=why.headers
        )

    def cancelled(self, now: float) -> None:
        self.refuse(outcomes.cancelled(self.call.attempt), NORMAL_CLEARING, "caller", now)

    def _caller_lost(self, now: float) -> None:
        self.refuse(outcomes.caller_lost(self.call.attempt), OUT_OF_ORDER, "system", now)

    def _unacknowledged(self, now: float) -> None:
        decision = outcomes.unacknowledged(self.call.attempt, self.call.caller.party)
        self.refuse(decision, RECOVERY_ON_TIMER, "system", now)

    def refuse(
        self,
        decision: Decision,
        cause: int,
        ended_by: str,
        now: float,
        *,
        phrase: str = "",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """End a call that nobody answered; `phrase` is the phone's own reason phrase."""
        status = decision.status
        self.call.finish(now, status=status, cause=cause, ended_by=ended_by, decision=decision)
        self.incoming.refuse(status, now, reason=phrase, headers=(reason(cause), *headers))

    # -- answer -----------------------------------------------------------------------------------

    def answered(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        """Pass the 2xx on, when the caller has acknowledged what must go before it."""
        reliable = self.incoming.reliable
        if reliable.holds_session:
            reliable.when_free = lambda now: self.answered(branch, response, body, now)
        elif branch.leg.state is LegState.UP:
            self._connect(branch, response, body, now)
        else:  # the phone hung up while its answer waited
            assert self.call.alerting is not None
            self.call.alerting.failed(branch, Failure(480, branch.phone), now)

    def _connect(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        call, alerting = self.call, self.call.alerting
        call.put_through(branch, now)
        if call.talk is not None and call.talk.called is not branch.leg:
            call.end_talk(now)
        self._speak(branch, is_early=False)
        call.caller.local_number = branch.target.party.number
        answer = self.incoming.response(response, branch.target.party.name, body)
        self.incoming.accept(answer)
        call.caller.accept(self.event.key, answer, confirming(branch.leg, branch.exchange), now)
        if alerting is not None:
            alerting.let_go()
        call.alerting = None

    # -- another phone takes the call -------------------------------------------------------------

    def pick_up(self, on_ack: OnAck, now: float) -> Alerting | None:
        """Answer for a phone that takes the call from those that ring; its media come later.

        Return what rang. None when that has to wait, because the caller has not acknowledged what
        it must.
        """
        call, alerting = self.call, self.call.alerting
        assert alerting is not None
        if self.incoming.reliable.holds_session:
            return None
        is_agreed = call.talk is not None and call.talk.is_agreed
        alerting.stop(now, COMPLETED_ELSEWHERE)
        call.alerting = None
        call.end_talk(now)
        call.answer(now)
        body = NO_BODY if is_agreed else inactive(body_of(self.event.request))
        answer = call.caller.response(self.event.request, 200, body=body)
        self.incoming.accept(answer)
        call.caller.accept(self.event.key, answer, on_ack, now)
        return alerting


def confirming(leg: Leg, exchange: Exchange) -> OnAck:
    """Pass the caller's ACK on: it may hold the answer to an offer of the 200."""

    def confirm(ack: Request, now: float) -> None:
        if leg.state is LegState.UP and leg.owes_ack is not None:
            leg.send_ack(leg.owes_ack, exchange.ack(body_of(ack)))

    return confirm
