"""One call: its caller, the phones that ring, and the one that answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sipcore.callcontrol import outcomes
from sipcore.callcontrol.addressing import ACCEPTED, ALLOW
from sipcore.callcontrol.alerting import Alerting, Unanswered
from sipcore.callcontrol.bodies import NO_BODY
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.causes import (
    NORMAL_CLEARING,
    OUT_OF_ORDER,
    RECOVERY_ON_TIMER,
    cause_of,
    reason,
)
from sipcore.callcontrol.conversation import PASSED, Conversation
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.refresh import Refresh
from sipcore.callcontrol.ringing import Ringing
from sipcore.callcontrol.routing import Route, Routes
from sipcore.callcontrol.wire import Wire
from sipcore.message import Response
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived
from sipcore.values import Enum

OnRefer = Callable[["Call", Leg, RequestArrived, float], None]

S = Enum("S", "RINGING ANSWERED OVER")
"""OVER: recorded; legs may still have to close."""

RETRY_AFTER_S = 5
MAXIMUM_CALL_DURATION_S = 12 * 3600.0
"""CallManager's Maximum Call Duration Timer (720 minutes): when both phones vanish in a call."""


class Pending(Protocol):
    """A transfer or takeover that is under way, as the calls that it touches see it."""

    def moves(self, leg: Leg) -> bool:
        """Say whether the leg is of the phone that goes anyway, and so may at any time."""
        ...

    def left(self, call: "Call", now: float) -> None:
        """The phone that goes anyway has hung up in `call`."""
        ...

    def hung_up(self, leg: Leg, now: float) -> None:
        """A phone has hung up that is none of the two that talk in the call."""
        ...

    def over(self, call: "Call", now: float) -> None:
        """The call has ended, and with it what was to be done with it."""
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
    ringing: Ringing | None = None
    alerting: Alerting | None = None
    talk: Conversation | None = None
    transfer: Pending | None = None
    legs: list[Leg] = field(default_factory=list)

    # -- from the INVITE to the answer ----------------------------------------------------------

    def start(
        self, event: RequestArrived, route: Route, routes: Routes, ring_s: float, now: float
    ) -> None:
        """Let the phones of the route ring for the caller's INVITE."""
        self.wire.calls[self.number] = self
        self.caller.open(self)
        self.ringing = Ringing(self, event)
        self.ringing.start(route, routes, ring_s, now)

    def put_through(self, branch: Branch, now: float) -> None:
        assert self.log is not None
        self.called = branch.leg
        self.log.called_phone = branch.phone
        self.log.called = branch.target.party.line.number
        self.answer(now)

    def answer(self, now: float) -> None:
        assert self.log is not None
        self.state = S.ANSWERED
        self.log.answered_at = now
        self._limit_duration(now)

    def end_talk(self, now: float) -> None:
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
            leg.respond(event, 200, now, headers=ACCEPTED)
        elif method == "REFER":
            self._refer(leg, event, now)
        elif method == "SUBSCRIBE":
            self._subscribe(leg, event, now)
        elif method not in PASSED:
            leg.respond(event, 405, now, headers=(ALLOW,))
        elif self.talk is not None and leg in self.talk.legs:
            self.talk.request(leg, event, now)
        else:
            leg.answer_alone(event, leg.early, now)

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

    def _subscribe(self, leg: Leg, event: RequestArrived, now: float) -> None:
        if leg.subscription is None:
            leg.respond(event, 403, now)  # "REFER is the only mechanism" (RFC 3515 section 2.4.4)
        else:
            leg.subscription.subscribe(event, now)

    def _prack(self, leg: Leg, event: RequestArrived, now: float) -> None:
        if leg is self.caller and self.ringing is not None:
            self.ringing.incoming.prack(event, now)
        else:
            leg.respond(event, 481, now)

    def _bye(self, leg: Leg, event: RequestArrived, now: float) -> None:
        is_early = leg.state is LegState.OPENING
        if is_early and leg is not self.caller:
            # "the callee's UA MUST NOT send a BYE on early dialogs" (15)
            leg.respond(event, 481, now)
            return
        leg.respond(event, 200, now)
        if is_early and self.ringing is not None:
            self.ringing.cancelled(now)
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
        self.finish(
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

    def is_ringing(self, leg: Leg) -> bool:
        """Say whether the leg is of a phone that rings, for a caller that waits."""
        if self.state is not S.RINGING or self.alerting is None:
            return False
        return any(each.leg is leg and each.is_ringing for each in self.alerting.branches)

    def is_ringing_for(self, leg: Leg) -> bool:
        """Say whether phones ring for the INVITE of this leg, and none has answered yet."""
        if self.state is not S.RINGING or leg is not self.caller or self.alerting is None:
            return False
        return any(branch.is_ringing for branch in self.alerting.branches)

    def hand_over(self, to: "Call", by: Leg, now: float) -> Alerting:
        """Give the phones that ring to another call, and end this one."""
        assert self.ringing is not None
        assert self.alerting is not None
        alerting, self.alerting = self.alerting, None
        for branch in alerting.branches:
            branch.owner = to
            if branch.leg in self.legs:
                self.legs.remove(branch.leg)
                branch.leg.join(to)
        decision = outcomes.handed_over(self.attempt, by.party)
        self.ringing.refuse(decision, NORMAL_CLEARING, "system", now)
        return alerting

    def part(self, leg: Leg, decision: Decision, now: float) -> None:
        """Let the two phones part, as `decision` says why: `leg` stays alone."""
        self._record(now, 200, NORMAL_CLEARING, "system", decision)
        self.end_talk(now)
        self.caller, self.called = leg, None

    def part_with(self, leg: Leg, by: Leg, now: float) -> None:
        """Give a leg to another call, and end what is left of this one."""
        self.legs.remove(leg)
        decision = outcomes.transferred(self.attempt, by.party)
        self.finish(now, status=200, cause=NORMAL_CLEARING, ended_by="system", decision=decision)
        self._forget()

    def go_on(self, attempt: Attempt, log: CallLog) -> None:
        """Be another call from now on: the one that a transfer makes."""
        self.attempt, self.log = attempt, log

    def connect(self, target: Leg, *, allows_video: bool, ring_s: float, now: float) -> None:
        """Let the leg that stayed alone talk to its new party."""
        self.called = target
        self.talk = Conversation(self.wire, self.caller, target, allows_video, ring_s, self.dead)
        self._limit_duration(now)

    def drop(self, why: Unanswered, now: float) -> None:
        """End the call of a phone whose new party cannot be had."""
        self.finish(
            now,
            status=why.decision.status,
            cause=why.cause,
            ended_by=why.ended_by,
            decision=why.decision,
        )

    def refresh(self, leg: Leg, now: float) -> None:
        if self.talk is not None and leg in self.talk.legs:
            Refresh(self.talk, leg).start(now)

    def restore(self, leg: Leg, now: float) -> None:
        """Tell a phone again what was in force: it has accepted what was taken back."""
        talk = self.talk
        if talk is None or leg not in talk.legs or not leg.described.data or not talk.is_quiet:
            return

        def acknowledge(response: Response, is_received: bool, now: float) -> None:
            if response.status < 300:
                leg.send_ack(response.cseq.number, NO_BODY)

        talk.reinvite(leg, leg.described, acknowledge, now)

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
        self.finish(now, status=200, cause=cause, ended_by="system", decision=decision)

    def _limit_duration(self, now: float) -> None:
        self.wire.start((self.number, "duration"), now + MAXIMUM_CALL_DURATION_S, self._too_long)

    def _too_long(self, now: float) -> None:
        decision = outcomes.too_long(self.attempt, MAXIMUM_CALL_DURATION_S)
        self.finish(now, status=200, cause=RECOVERY_ON_TIMER, ended_by="system", decision=decision)

    def shut_down(self, now: float) -> None:
        """End the call in order: this server goes down."""
        decision = outcomes.shut_down(self.attempt, is_answered=self.state is S.ANSWERED)
        if self.state is S.ANSWERED:
            self.finish(now, status=200, cause=cause_of(503), ended_by="system", decision=decision)
        elif self.state is S.RINGING and self.ringing is not None:
            wait = (("Retry-After", str(RETRY_AFTER_S)),)
            self.ringing.refuse(decision, cause_of(503), "system", now, headers=wait)

    def finish(
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
        self.end_talk(now)
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
        """Let go of everything when nothing can come any more.

        What belongs to a call knows the call: it is cut off here and freed at once. The cycle
        collector, which would find it later, took a tenth of the work for a call.
        """
        if self.state is S.OVER and not self.legs:
            self.wire.calls.pop(self.number, None)
            if self.alerting is not None:
                self.alerting.let_go()
            self.ringing = self.alerting = self.talk = None
