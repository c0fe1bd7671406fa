"""One call: its caller, the phones that ring, and the one that answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from sipcore.callcontrol import outcomes, reasons
from sipcore.callcontrol.addressing import ALLOW
from sipcore.callcontrol.bodies import (
    NO_BODY,
    Body,
    Exchange,
    MediaNotAllowedError,
    body_of,
)
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.causes import (
    NO_ANSWER,
    NO_RESPONSE,
    NORMAL_CLEARING,
    OUT_OF_ORDER,
    RECOVERY_ON_TIMER,
    Failure,
    best,
    cause_of,
    passed_on,
)
from sipcore.callcontrol.conversation import PASSED, Conversation, retry_after
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.routing import Route, Target
from sipcore.callcontrol.wire import Waiting, Wire
from sipcore.message import Request, Response, make_response
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived

S = Enum("S", "RINGING ANSWERED OVER")
"""OVER: recorded; legs may still have to close."""

MAXIMUM_CALL_DURATION_S = 12 * 3600.0
"""CallManager's Maximum Call Duration Timer (720 minutes): when both phones vanish in a call."""


@dataclass(slots=True, eq=False)
class Call:
    """Takes what happens on its legs and branches; `wire` does what has to be done."""

    wire: Wire
    number: int
    event: RequestArrived
    caller: Leg
    route: Route
    attempt: Attempt
    log: CallLog
    ring_s: float
    state: S = S.RINGING
    branches: list[Branch] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    winner: Branch | None = None
    talk: Conversation | None = None
    relayed: set[tuple[int, bytes]] = field(default_factory=set)

    # -- ringing ----------------------------------------------------------------------------------

    def start(self, now: float) -> None:
        """Send an INVITE to every target at once."""
        self.wire.calls.add(self.number)
        self.caller.open(self)
        self.wire.wait(self.event.key, Waiting(self._cancelled, self._caller_lost))
        self.wire.transactions.respond(self.event.key, make_response(self.event.request, 100), now)
        self.wire.start((self.number, "ring"), now + self.ring_s, self._no_answer)
        self.failures = [Failure(486, party.phone.name) for party in self.route.busy]
        self.branches = [self._branch(target) for target in self.route.targets]
        body = body_of(self.event.request)
        for branch in self.branches.copy():
            self._invite(branch, body, now)
        if not self.branches:
            self._media_refused(now)

    def _branch(self, target: Target) -> Branch:
        leg = Leg(
            self.wire,
            self.number,
            target.party,
            target.binding.flow,
            call_id=self.wire.tokens.hex(16),
            local_tag=self.wire.tokens.hex(8),
            local_number=self.caller.party.number,
        )
        return Branch(self, leg, target, Exchange(self._allows_video(target)))

    def _invite(self, branch: Branch, body: Body, now: float) -> None:
        try:
            branch.start(body, self.caller.party, self.ring_s, now)
        except MediaNotAllowedError:
            self.branches.remove(branch)

    def _allows_video(self, target: Target) -> bool:
        return self.caller.party.phone.allows_video and target.party.phone.allows_video

    def progress(self, branch: Branch, response: Response, now: float) -> None:
        """Tell the caller that a phone rings; 181 and 182 are not for it (calls.md section 2)."""
        if response.status not in (180, 183):
            return
        if self.log.ringing_at is None:
            self.log.ringing_at = now
        body = self._early_media(branch, response)
        if (response.status, body.data) in self.relayed:
            return
        self.relayed.add((response.status, body.data))
        name = branch.target.party.alerting_name
        self.caller.respond(
            self.event,
            response.status,
            now,
            headers=(self.caller.identity(name, "called"),),
            body=body,
        )

    def _early_media(self, branch: Branch, response: Response) -> Body:
        """Let early media through while it is clear whose it is: one phone rings."""
        ignores = branch.target.party.phone.ignores_early_media_on_180
        if len(self.branches) > 1 or (response.status == 180 and ignores):
            return NO_BODY
        try:
            return branch.exchange.response(body_of(response))
        except MediaNotAllowedError:
            return NO_BODY

    def failed(self, branch: Branch, failure: Failure, now: float) -> None:
        """Go on while another phone rings; a 6xx is for all of them (16.7 step 5)."""
        self.failures.append(failure)
        if failure.status < 600 and any(each.is_ringing for each in self.branches):
            return
        chosen = best(self.failures)
        status = passed_on(chosen.status)
        self.log.called_phone = chosen.phone
        headers = (("Retry-After", chosen.retry_after),) if chosen.retry_after else ()
        reason = chosen.reason if status == chosen.received else ""
        decision = outcomes.failed(self.attempt, chosen, status)
        ended_by = "called" if chosen.received else "system"
        self._refuse(decision, cause_of(status), ended_by, now, reason=reason, headers=headers)

    # -- no answer --------------------------------------------------------------------------------

    def _cancelled(self, now: float) -> None:
        self._refuse(outcomes.cancelled(self.attempt), NORMAL_CLEARING, "caller", now)

    def _caller_lost(self, now: float) -> None:
        self._refuse(outcomes.caller_lost(self.attempt), OUT_OF_ORDER, "system", now)

    def _no_answer(self, now: float) -> None:
        """Stop ringing: 480 when a phone rang, 408 when none ever said so (calls.md 6 and 9)."""
        has_rung = self.log.ringing_at is not None
        decision = outcomes.no_answer(self.attempt, self.ring_s, 480 if has_rung else 408)
        self._refuse(decision, NO_ANSWER if has_rung else NO_RESPONSE, "system", now)

    def _media_refused(self, now: float) -> None:
        parties = [self.caller.party, *(target.party for target in self.route.targets)]
        phones = [party.phone.name for party in parties if not party.phone.allows_video]
        self._refuse(reasons.media_not_allowed(self.attempt, phones), 88, "system", now)

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
        status = decision.status
        self._finish(now, status=status, cause=cause, ended_by=ended_by, decision=decision)
        why = ("Reason", f"Q.850;cause={cause}")
        self.caller.respond(self.event, status, now, reason=reason, headers=(why, *headers))
        self.caller.close(now)

    # -- answer -----------------------------------------------------------------------------------

    def answered(self, branch: Branch, response: Response, now: float) -> None:
        """The first 2xx wins."""
        try:
            body = branch.exchange.response(body_of(response))
        except MediaNotAllowedError:
            branch.leg.hang_up(now, 88)
            self.failed(branch, Failure(488, branch.phone, 488), now)
            return
        self.winner, self.state = branch, S.ANSWERED
        self.log.answered_at = now
        self.log.called_phone = branch.phone
        self._stop_ringing(now)
        self.wire.start((self.number, "duration"), now + MAXIMUM_CALL_DURATION_S, self._too_long)
        self.talk = Conversation(
            self.wire,
            self.caller,
            branch.leg,
            self._allows_video(branch.target),
            self.ring_s,
            self._dead,
        )
        answer = self.caller.response(
            self.event.request,
            response.status,
            reason=response.reason,
            headers=(self.caller.identity(branch.target.party.name, "called"),),
            body=body,
        )
        self.caller.state = LegState.UP
        self.caller.accept(self.event.key, answer, self._confirmed, now)

    def _confirmed(self, ack: Request, now: float) -> None:
        """The caller's ACK: it may hold the answer to an offer of the 200, so it goes along."""
        assert self.winner is not None
        leg = self.winner.leg
        if leg.state is LegState.UP and leg.owes_ack is not None:
            leg.send_ack(leg.owes_ack, self.winner.exchange.ack(body_of(ack)))

    def _stop_ringing(self, now: float) -> None:
        self.wire.stop((self.number, "ring"))
        for branch in self.branches:
            branch.cancel(now)

    # -- requests inside the dialogs --------------------------------------------------------------

    def request(self, leg: Leg, event: RequestArrived, now: float) -> None:
        """Answer a request of a phone, or let the conversation pass it on."""
        method = event.request.method
        if method == "BYE":
            self._bye(leg, event, now)
        elif self.state is S.OVER or not self._is_side(leg) or method == "PRACK":
            leg.respond(event, 481, now)
        elif method == "OPTIONS":
            leg.respond(event, 200, now)
        elif method not in PASSED:
            leg.respond(event, 405, now, headers=(ALLOW,))
        elif self.talk is None:
            # "A UAS that receives a second INVITE before it sends the final response to a first
            # INVITE [...] MUST return a 500" (14.2); an UPDATE likewise (RFC 3311 section 5.2)
            leg.respond(event, 500, now, headers=retry_after(self.wire, 500))
        else:
            self.talk.request(leg, event, now)

    def _is_side(self, leg: Leg) -> bool:
        """Say whether a leg is still part of the call: others have lost, and close."""
        if self.winner is None:
            return leg.state is LegState.OPENING
        return leg is self.caller or leg is self.winner.leg

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
        if self._is_side(leg):
            self._hung_up(leg, now)
        leg.close(now)

    def _hung_up(self, leg: Leg, now: float) -> None:
        assert self.winner is not None
        leg.state = LegState.LEAVING  # it needs no BYE of ours
        self._finish(
            now,
            status=200,
            cause=NORMAL_CLEARING,
            ended_by="caller" if leg is self.caller else "called",
            decision=outcomes.answered(self.attempt, self.winner.target.party),
        )

    # -- the end ----------------------------------------------------------------------------------

    def silent(self, leg: Leg, now: float) -> None:
        self._lose(leg, "confirm the answer with an ACK", RECOVERY_ON_TIMER, now)

    def _dead(self, leg: Leg, status: int, now: float) -> None:
        if status == 481:
            self._lose(leg, "know the call that it is in", OUT_OF_ORDER, now)
        else:
            self._lose(leg, "answer requests during the call", OUT_OF_ORDER, now)

    def _lose(self, leg: Leg, what: str, cause: int, now: float) -> None:
        decision = outcomes.lost(self.attempt, leg.party, what)
        self._finish(now, status=200, cause=cause, ended_by="system", decision=decision)

    def _too_long(self, now: float) -> None:
        decision = outcomes.too_long(self.attempt, MAXIMUM_CALL_DURATION_S)
        self._finish(
            now, status=200, cause=RECOVERY_ON_TIMER, ended_by="system", decision=decision
        )

    def _finish(
        self, now: float, *, status: int, cause: int, ended_by: str, decision: Decision
    ) -> None:
        """Write the one record, and close whatever is open."""
        if self.state is S.OVER:
            return
        self.state = S.OVER
        self.wire.records.append(
            self.log.close(now, status=status, cause=cause, ended_by=ended_by, decision=decision)
        )
        self.wire.stop((self.number, "duration"))
        self._stop_ringing(now)
        if self.talk is not None:
            self.talk.end(now)
        for leg in self._legs():
            leg.hang_up(now, cause)

    def gone(self, leg: Leg, now: float) -> None:
        if self.state is S.OVER and all(each.state is LegState.GONE for each in self._legs()):
            self.wire.calls.discard(self.number)

    def _legs(self) -> Sequence[Leg]:
        return [self.caller, *(branch.leg for branch in self.branches)]
