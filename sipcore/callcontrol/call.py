"""One call: its caller, the phones that ring, and the one that answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from sipcore.callcontrol import outcomes
from sipcore.callcontrol.addressing import ALLOW
from sipcore.callcontrol.alerting import Alerting, Unanswered
from sipcore.callcontrol.answer import OnAck
from sipcore.callcontrol.bodies import Body, Exchange, body_of
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.causes import (
    NORMAL_CLEARING,
    OUT_OF_ORDER,
    RECOVERY_ON_TIMER,
    Failure,
    cause_of,
    reason,
)
from sipcore.callcontrol.conversation import PASSED, Conversation, retry_after
from sipcore.callcontrol.early import Provisional
from sipcore.callcontrol.incoming import Incoming
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.refresh import Refresh
from sipcore.callcontrol.routing import Route, Routes
from sipcore.callcontrol.wire import Waiting, Wire
from sipcore.message import Request, Response
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived

OnRefer = Callable[["Call", Leg, RequestArrived, float], None]

S = Enum("S", "RINGING ANSWERED OVER")
"""OVER: recorded; legs may still have to close."""

RETRY_AFTER_S = 5
MAXIMUM_CALL_DURATION_S = 12 * 3600.0
"""CallManager's Maximum Call Duration Timer (720 minutes): when both phones vanish in a call."""


class Pending(Protocol):
    """A transfer that is under way, as the calls that it touches see it."""

    def moves(self, leg: Leg) -> bool:
        """Say whether the leg is of the phone that transfers, and so may go at any time."""
        ...

    def left(self, call: "Call", now: float) -> None:
        """The phone that transfers has hung up in `call`."""
        ...

    def hung_up(self, leg: Leg, now: float) -> None:
        """A phone has hung up that is none of the two that talk in the call."""
        ...

    def over(self, call: "Call", now: float) -> None:
        """The call has ended, and with it what was to be transferred."""
        ...


@dataclass(slots=True, eq=False)
class Call:
    """Takes what happens on its legs; `wire` does what has to be done.

    `on_refer` takes a REFER of one of two phones that talk. `log` is None when what there was to
    record has been recorded.
    """

    wire: Wire
    number: int
    caller: Leg
    attempt: Attempt
    log: CallLog | None
    on_refer: OnRefer
    state: S = S.RINGING
    called: Leg | None = None
    incoming: Incoming | None = None
    alerting: Alerting | None = None
    talk: Conversation | None = None
    transfer: Pending | None = None
    legs: list[Leg] = field(default_factory=list)

    # -- ringing ----------------------------------------------------------------------------------

    def start(
        self, event: RequestArrived, route: Route, routes: Routes, ring_s: float, now: float
    ) -> None:
        """Let the phones of the route ring for the caller's INVITE."""
        self.wire.calls[self.number] = self
        self.caller.open(self)
        self.incoming = Incoming(self.caller, event, self._unacknowledged)
        self.incoming.start(Waiting(self._cancelled, self._caller_lost), now)
        self.alerting = Alerting(
            self.wire,
            self.number,
            self,
            self,
            self.caller.party,
            route,
            self.attempt,
            routes,
            ring_s,
            self.caller.terms,
            body_of(event.request),
            self.incoming.can_prack,
        )
        self.alerting.start(now)

    def rings(self, branch: Branch, provisional: Provisional, body: Body, now: float) -> None:
        assert self.incoming is not None
        assert self.alerting is not None
        assert self.log is not None
        if self.log.ringing_at is None:
            self.log.ringing_at = now
        status, name = provisional.response.status, branch.target.party.alerting_name
        is_clear = self.alerting.only is branch and provisional.is_first
        if self.talk is not None and self.talk.called is not branch.leg:
            self._end_talk(now)  # with a phone that has redirected the call since
        if is_clear and provisional.early is not None and self.talk is None:
            self._speak(branch, is_early=True)
        if not provisional.is_reliable or not is_clear or not self.incoming.can_prack:
            provisional.acknowledge(now)
            self.incoming.ring(status, name, body, now)
            return

        def pass_prack(event: RequestArrived, now: float) -> None:
            self._pass_prack(branch, provisional, event, now)

        self.incoming.ring(status, name, body, now, pass_prack)

    def _pass_prack(
        self, branch: Branch, provisional: Provisional, event: RequestArrived, now: float
    ) -> None:
        """Acknowledge to the phone what the caller has acknowledged to us."""
        if self.talk is None:
            self.caller.respond(event, 200, now)
            return
        is_offer = bool(provisional.response.body) and not provisional.offered
        self.talk.is_agreed = self.talk.is_agreed or bool(provisional.response.body)
        offer = branch.exchange if is_offer else None
        self.talk.pass_prack(event, provisional.rack, offer, now)

    def _speak(self, branch: Branch, *, is_early: bool) -> None:
        """Let the two phones talk; nothing changes when they did so before the answer."""
        assert self.alerting is not None
        if self.talk is None:
            self.talk = Conversation(
                self.wire,
                self.caller,
                branch.leg,
                self.alerting.allows_video(branch.target),
                self.alerting.ring_s,
                self.dead,
                is_agreed=False,
            )
        self.talk.is_early = is_early

    # -- no answer --------------------------------------------------------------------------------

    def unanswered(self, why: Unanswered, now: float) -> None:
        if self.log is not None:
            self.log.called_phone = why.phone or self.log.called_phone
        self._refuse(
            why.decision, why.cause, why.ended_by, now, reason=why.reason, headers=why.headers
        )

    def _cancelled(self, now: float) -> None:
        self._refuse(outcomes.cancelled(self.attempt), NORMAL_CLEARING, "caller", now)

    def _caller_lost(self, now: float) -> None:
        self._refuse(outcomes.caller_lost(self.attempt), OUT_OF_ORDER, "system", now)

    def _unacknowledged(self, now: float) -> None:
        decision = outcomes.unacknowledged(self.attempt, self.caller.party)
        self._refuse(decision, RECOVERY_ON_TIMER, "system", now)

    def _refuse(
        self,
        decision: Decision,
        cause: int,
        ended_by: str,
        now: float,
        *,
        reason: str = "",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """End a call that nobody answered."""
        assert self.incoming is not None
        status = decision.status
        self._finish(now, status=status, cause=cause, ended_by=ended_by, decision=decision)
        why = ("Reason", f"Q.850;cause={cause}")
        self.incoming.refuse(status, now, reason=reason, headers=(why, *headers))

    # -- answer -----------------------------------------------------------------------------------

    def answered(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        """Pass the 2xx on, when the caller has acknowledged what must go before it."""
        assert self.incoming is not None
        reliable = self.incoming.reliable
        if reliable.holds_session:
            reliable.when_free = lambda now: self.answered(branch, response, body, now)
        elif branch.leg.state is LegState.UP:
            self._connect(branch, response, body, now)
        else:  # the phone hung up while its answer waited
            assert self.alerting is not None
            self.alerting.failed(branch, Failure(480, branch.phone), now)

    def _connect(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        assert self.incoming is not None
        assert self.log is not None
        self.state, self.called = S.ANSWERED, branch.leg
        self.log.answered_at = now
        self.log.called_phone = branch.phone
        self.log.called = branch.target.party.line.number
        self.wire.start((self.number, "duration"), now + MAXIMUM_CALL_DURATION_S, self._too_long)
        if self.talk is not None and self.talk.called is not branch.leg:
            self._end_talk(now)
        self._speak(branch, is_early=False)
        answer = self.incoming.response(response, branch.target.party.name, body)
        self.incoming.accept(answer)
        key = self.incoming.event.key
        self.caller.accept(key, answer, self._confirming(branch.leg, branch.exchange), now)
        self.alerting = None

    def _confirming(self, leg: Leg, exchange: Exchange) -> OnAck:
        """Pass the caller's ACK on: it may hold the answer to an offer of the 200."""

        def confirm(ack: Request, now: float) -> None:
            if leg.state is LegState.UP and leg.owes_ack is not None:
                leg.send_ack(leg.owes_ack, exchange.ack(body_of(ack)))

        return confirm

    def _end_talk(self, now: float) -> None:
        if self.talk is not None:
            self.talk.end(now)
            self.talk = None

    # -- requests inside the dialogs --------------------------------------------------------------

    def request(self, leg: Leg, event: RequestArrived, now: float) -> None:
        """Answer a request of a phone, or let the conversation pass it on."""
        method = event.request.method
        if method == "BYE":
            self._bye(leg, event, now)
        elif self.state is S.OVER or not self._is_side(leg):
            leg.respond(event, 481, now)
        elif method == "PRACK":
            self._prack(leg, event, now)
        elif method == "OPTIONS":
            leg.respond(event, 200, now)
        elif method == "REFER":
            self._refer(leg, event, now)
        elif method not in PASSED:
            leg.respond(event, 405, now, headers=(ALLOW,))
        elif self.talk is not None and leg in self.talk.legs:
            self.talk.request(leg, event, now)
        else:
            # "A UAS that receives a second INVITE before it sends the final response to a first
            # INVITE [...] MUST return a 500" (14.2); an UPDATE likewise (RFC 3311 section 5.2)
            leg.respond(event, 500, now, headers=retry_after(self.wire, 500))

    def _is_side(self, leg: Leg) -> bool:
        """Say whether a leg is still part of the call: others have lost, and close."""
        if leg is self.caller or leg is self.called:
            return True
        return self.alerting is not None and leg.state is LegState.OPENING

    def _refer(self, leg: Leg, event: RequestArrived, now: float) -> None:
        if self.state is not S.ANSWERED or self.talk is None:
            leg.respond(event, 403, now)  # there is nobody yet who could be transferred
        elif self.transfer is not None:
            leg.respond(event, 491, now)
        else:
            self.on_refer(self, leg, event, now)

    def _prack(self, leg: Leg, event: RequestArrived, now: float) -> None:
        if leg is self.caller and self.incoming is not None:
            self.incoming.prack(event, now)
        else:
            leg.respond(event, 481, now)

    def _bye(self, leg: Leg, event: RequestArrived, now: float) -> None:
        is_early = leg.state is LegState.OPENING
        if is_early and leg is not self.caller:
            # "the callee's UA MUST NOT send a BYE on early dialogs" (15)
            leg.respond(event, 481, now)
            return
        leg.respond(event, 200, now)
        if is_early:
            self._cancelled(now)
            return
        leg.state = LegState.LEAVING  # it needs no BYE of ours
        if self.transfer is not None and self.transfer.moves(leg):
            self.transfer.left(self, now)
        elif leg is self.caller or leg is self.called:
            self._hung_up(leg, now)
        elif self.transfer is not None:
            self.transfer.hung_up(leg, now)
        leg.close(now)

    def _hung_up(self, leg: Leg, now: float) -> None:
        self._finish(
            now,
            status=200,
            cause=NORMAL_CLEARING,
            ended_by="caller" if leg is self.caller else "called",
            decision=outcomes.answered(self.attempt, (self.called or self.caller).party),
        )

    # -- transfers --------------------------------------------------------------------------------

    def other(self, leg: Leg) -> Leg:
        """Return the other one of two legs that talk."""
        assert self.called is not None
        return self.called if leg is self.caller else self.caller

    def is_ringing_for(self, leg: Leg) -> bool:
        """Say whether phones ring for the INVITE of this leg, and none has answered yet."""
        if self.state is not S.RINGING or leg is not self.caller or self.alerting is None:
            return False
        return any(branch.is_ringing for branch in self.alerting.branches)

    def hand_over(self, to: "Call", by: Leg, now: float) -> Alerting:
        """Give the phones that ring to another call, and end this one."""
        assert self.alerting is not None
        alerting, self.alerting = self.alerting, None
        for branch in alerting.branches:
            branch.owner = to
            if branch.leg in self.legs:
                self.legs.remove(branch.leg)
                branch.leg.join(to)
        self._refuse(outcomes.handed_over(self.attempt, by.party), NORMAL_CLEARING, "system", now)
        return alerting

    def part(self, leg: Leg, by: Leg, now: float) -> None:
        """Let the two phones part: `leg` stays alone, because `by` has transferred it."""
        decision = outcomes.transferred(self.attempt, by.party)
        self._record(now, 200, NORMAL_CLEARING, "system", decision)
        self._end_talk(now)
        self.caller, self.called = leg, None

    def part_with(self, leg: Leg, by: Leg, now: float) -> None:
        """Give a leg to another call, and end what is left of this one."""
        self.legs.remove(leg)
        decision = outcomes.transferred(self.attempt, by.party)
        self._finish(now, status=200, cause=NORMAL_CLEARING, ended_by="system", decision=decision)
        self._forget()

    def go_on(self, attempt: Attempt, log: CallLog) -> None:
        """Be another call from now on: the one that a transfer makes."""
        self.attempt, self.log = attempt, log

    def connect(self, target: Leg, *, allows_video: bool, ring_s: float, now: float) -> None:
        """Let the leg that stayed alone talk to its new party."""
        self.called = target
        self.talk = Conversation(self.wire, self.caller, target, allows_video, ring_s, self.dead)
        self.wire.start((self.number, "duration"), now + MAXIMUM_CALL_DURATION_S, self._too_long)

    def drop(self, why: Unanswered, now: float) -> None:
        """End the call of a phone whose new party cannot be had."""
        self._finish(
            now,
            status=why.decision.status,
            cause=why.cause,
            ended_by=why.ended_by,
            decision=why.decision,
        )

    def refresh(self, leg: Leg, now: float) -> None:
        if self.talk is not None and leg in self.talk.legs:
            Refresh(self.talk, leg).start(now)

    # -- the end ----------------------------------------------------------------------------------

    def expired(self, leg: Leg, now: float) -> None:
        self._lose(leg, "refresh its session in time", RECOVERY_ON_TIMER, now)

    def silent(self, leg: Leg, now: float) -> None:
        self._lose(leg, "confirm the answer with an ACK", RECOVERY_ON_TIMER, now)

    def dead(self, leg: Leg, status: int, now: float) -> None:
        """End the call of a phone that does not know it any more, or does not answer."""
        if status == 481:
            self._lose(leg, "know the call that it is in", OUT_OF_ORDER, now)
        else:
            self._lose(leg, "answer requests during the call", OUT_OF_ORDER, now)

    def _lose(self, leg: Leg, what: str, cause: int, now: float) -> None:
        if leg is not self.caller and leg is not self.called:
            leg.hang_up(now, cause)  # a transfer has left it behind
            return
        decision = outcomes.lost(self.attempt, leg.party, what)
        self._finish(now, status=200, cause=cause, ended_by="system", decision=decision)

    def _too_long(self, now: float) -> None:
        decision = outcomes.too_long(self.attempt, MAXIMUM_CALL_DURATION_S)
        self._finish(
            now, status=200, cause=RECOVERY_ON_TIMER, ended_by="system", decision=decision
        )

    def shut_down(self, now: float) -> None:
        """End the call in order: this server goes down."""
        decision = outcomes.shut_down(self.attempt, is_answered=self.state is S.ANSWERED)
        if self.state is S.ANSWERED:
            self._finish(
                now, status=200, cause=cause_of(503), ended_by="system", decision=decision
            )
        elif self.state is S.RINGING:
            wait = (("Retry-After", str(RETRY_AFTER_S)),)
            self._refuse(decision, cause_of(503), "system", now, headers=wait)

    def _finish(
        self, now: float, *, status: int, cause: int, ended_by: str, decision: Decision
    ) -> None:
        """Write the one record, and close whatever is open."""
        if self.state is S.OVER:
            return
        if self.called is None and status == 200:
            # it waited for a new party when it ended
            status, decision = 487, outcomes.cancelled(self.attempt)
        self.state = S.OVER
        self._record(now, status, cause, ended_by, decision)
        self.wire.stop((self.number, "duration"))
        if self.transfer is not None:
            self.transfer.over(self, now)
        if self.alerting is not None:
            self.alerting.stop(now, reason(cause))
        self._end_talk(now)
        for leg in self.legs.copy():
            leg.hang_up(now, cause)

    def _record(
        self, now: float, status: int, cause: int, ended_by: str, decision: Decision
    ) -> None:
        log, self.log = self.log, None
        if log is not None:
            self.wire.records.append(
                log.close(now, status=status, cause=cause, ended_by=ended_by, decision=decision)
            )

    def opened(self, leg: Leg) -> None:
        self.legs.append(leg)

    def gone(self, leg: Leg, now: float) -> None:
        if leg in self.legs:
            self.legs.remove(leg)
        self._forget()

    def _forget(self) -> None:
        if self.state is S.OVER and not self.legs:
            self.wire.calls.pop(self.number, None)
