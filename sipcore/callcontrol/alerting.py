"""The phones that ring for one number until one of them answers: RFC 3261 13.2.2.4 and 16.7."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sipcore.callcontrol import outcomes, reasons
from sipcore.callcontrol.bodies import NO_BODY, Body, Exchange, MediaNotAllowedError, body_of
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.causes import (
    BUSY,
    COMPLETED_ELSEWHERE,
    NO_ANSWER,
    NO_RESPONSE,
    Failure,
    Header,
    best,
    cause_of,
    passed_on,
)
from sipcore.callcontrol.diversion import Diversion
from sipcore.callcontrol.early import Provisional
from sipcore.callcontrol.leg import Leg, Owner
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.options import RELIABLE
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.redirect import MAXIMUM_HOPS
from sipcore.callcontrol.routing import Route, Routes, Target, rerouting_list
from sipcore.callcontrol.session import Terms
from sipcore.callcontrol.wire import Wire
from sipcore.dialog import MAX_FORWARDS
from sipcore.message import Response
from sipcore.ports import Decision, UnavailableError


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why nobody answered, and how whoever wanted the call is told."""

    decision: Decision
    cause: int
    ended_by: str
    reason: str = ""
    headers: tuple[Header, ...] = ()
    phone: str = ""


class Origin(Protocol):
    """Who wanted the number called: a caller's INVITE, or a transfer."""

    def rings(self, branch: Branch, provisional: Provisional, body: Body, now: float) -> None: ...

    def answered(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        """A phone has answered, first of all; its 2xx still wants an ACK."""
        ...

    def unanswered(self, why: Unanswered, now: float) -> None: ...


@dataclass(slots=True, eq=False)
class Alerting:
    """`number` is the call's; `body` what every phone is offered, nothing for a late offer.

    `can_prack` says whether the origin acknowledges reliable provisional responses;
    `max_forwards` goes out: a call that goes round several servers must not do so for ever.
    """

    wire: Wire
    number: int
    origin: Origin
    owner: Owner
    caller: Party
    route: Route
    attempt: Attempt
    routes: Routes
    ring_s: float
    terms: Terms
    body: Body = NO_BODY
    can_prack: bool = False
    max_forwards: int = MAX_FORWARDS
    branches: list[Branch] = field(default_factory=list, init=False)
    failures: list[Failure] = field(default_factory=list, init=False)
    has_rung: bool = field(default=False, init=False)
    redirected: set[str] = field(default_factory=set, init=False)
    _timer: tuple[int, str] = field(init=False)

    def start(self, now: float) -> None:
        """Send an INVITE to every target at once."""
        self._timer = self.wire.number(), "ring"
        self.wire.start(self._timer, now + self.ring_s, self._no_answer)
        self.failures = [Failure(BUSY, party.phone.name) for party in self.route.busy]
        self.branches = [self._branch(target) for target in self.route.targets]
        for branch in self.branches.copy():
            self._invite(branch, now)
        if not self.branches:
            self._media_refused(now)

    def stop(self, now: float, reason: Header) -> None:
        """Stop the ringing; `reason` tells the phones why."""
        self.wire.stop(self._timer)
        for branch in self.branches:
            branch.cancel(now, reason)

    def let_go(self) -> None:
        """Forget the phones, none of which rings any more; they know who let them ring."""
        self.branches.clear()

    @property
    def only(self) -> Branch | None:
        """Return the branch if there is one: then it is clear who talks to the caller."""
        return self.branches[0] if len(self.branches) == 1 else None

    def _branch(self, target: Target, diversions: tuple[Diversion, ...] = ()) -> Branch:
        leg = Leg(
            self.wire,
            self.number,
            target.party,
            target.binding.flow,
            call_id=self.wire.tokens.hex(16),
            local_tag=self.wire.tokens.hex(8),
            local_number=self.caller.number,
            terms=self.terms,
            is_called=True,
        )
        exchange = Exchange(self.allows_video(target))
        return Branch(self, self.owner, leg, target, exchange, diversions, self.max_forwards)

    def _invite(self, branch: Branch, now: float) -> None:
        try:
            branch.start(self.body, self.caller, self.ring_s, self._options(), now)
        except MediaNotAllowedError:
            self.branches.remove(branch)

    def _options(self) -> tuple[str, ...]:
        """Let phones ring reliably when we can acknowledge that.

        A phone that was offered nothing makes the offer in its first reliable response, and the
        answer is in the PRACK (RFC 3262 section 5): only the caller has one.
        """
        is_possible = self.body.data or (self.can_prack and len(self.branches) == 1)
        return (RELIABLE,) if is_possible else ()

    def allows_video(self, target: Target) -> bool:
        return self.caller.phone.allows_video and target.party.phone.allows_video

    # -- what the branches tell -------------------------------------------------------------------

    def progress(self, branch: Branch, provisional: Provisional, now: float) -> None:
        """Tell that a phone rings; 181 and 182 are not for the caller."""
        status = provisional.response.status
        if status in (180, 183):
            self.has_rung = True
            self.origin.rings(branch, provisional, self._early_media(branch, provisional), now)
        else:
            provisional.acknowledge(now)

    def _early_media(self, branch: Branch, provisional: Provisional) -> Body:
        """Let early media through while it is clear whose it is: one phone rings, in one place."""
        response, profile = provisional.response, branch.target.party.phone
        # of a reliable response the media are no preview but the answer itself
        is_preview = response.status == 180 and not provisional.is_reliable
        ignores = is_preview and profile.ignores_early_media_on_180
        if self.only is None or not provisional.is_first or ignores:
            return NO_BODY
        try:
            return branch.exchange.response(body_of(response))
        except MediaNotAllowedError:
            return NO_BODY

    def answered(self, branch: Branch, response: Response, now: float) -> None:
        """The first 2xx wins."""
        try:
            body = branch.exchange.response(branch.body_of(response))
        except MediaNotAllowedError:
            branch.leg.hang_up(now, 88)
            self.failed(branch, Failure(488, branch.phone, 488), now)
            return
        self.stop(now, COMPLETED_ELSEWHERE)
        self.origin.answered(branch, response, body, now)

    def failed(self, branch: Branch, failure: Failure, now: float) -> None:
        """Go on while another phone rings; a 6xx is for all of them (16.7 step 5)."""
        if failure.numbers and self._redirect(branch, failure, now):
            return
        self.failures.append(failure)
        if failure.status < 600 and any(each.is_ringing for each in self.branches):
            return
        chosen = best(self.failures)
        status = passed_on(chosen.status)
        self._give_up(
            Unanswered(
                outcomes.failed(self.attempt, chosen, status),
                cause_of(status),
                "called" if chosen.received else "system",
                reason=chosen.reason if status == chosen.received else "",
                headers=chosen.told,
                phone=chosen.phone,
            ),
            now,
        )

    def _redirect(self, branch: Branch, failure: Failure, now: float) -> bool:
        """Let the first number ring that the phone names and that can; False when none can."""
        party = branch.target.party
        for number in failure.numbers:
            # no number twice: phones that redirect to each other would go on for ever
            if number in self.redirected or len(self.redirected) >= MAXIMUM_HOPS:
                continue
            self.redirected.add(number)
            attempt = Attempt(self.attempt.caller, number, rerouting_list(party))
            targets = self._targets(attempt)
            diversions = (*branch.diversions, Diversion(party, failure.why, failure.received))
            branches = [self._branch(target, diversions) for target in targets]
            self.branches += branches
            for each in branches:
                self._invite(each, now)
            if any(each in self.branches for each in branches):
                self.branches.remove(branch)
                return True
        return False

    def _targets(self, attempt: Attempt) -> tuple[Target, ...]:
        try:
            destination = self.routes.find(attempt)
            if isinstance(destination, Decision):
                return ()
            route = self.routes.ring(attempt, self.caller, destination)
        except UnavailableError:
            return ()
        return () if isinstance(route, Decision) else route.targets

    # -- nobody -----------------------------------------------------------------------------------

    def _no_answer(self, now: float) -> None:
        """Stop ringing: 480 when a phone rang, 408 when none ever said so."""
        decision = outcomes.no_answer(self.attempt, self.ring_s, 480 if self.has_rung else 408)
        cause = NO_ANSWER if self.has_rung else NO_RESPONSE
        self._give_up(Unanswered(decision, cause, "system"), now)

    def _media_refused(self, now: float) -> None:
        parties = [self.caller, *(target.party for target in self.route.targets)]
        phones = _without_video(parties)
        decision = reasons.media_not_allowed(self.attempt, phones)
        self._give_up(Unanswered(decision, 88, "system"), now)

    def _give_up(self, why: Unanswered, now: float) -> None:
        self.stop(now, ("Reason", f"Q.850;cause={why.cause}"))
        self.origin.unanswered(why, now)


def _without_video(parties: Sequence[Party]) -> list[str]:
    return [party.phone.name for party in parties if not party.phone.allows_video]
