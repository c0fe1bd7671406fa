"""A test call: this server itself calls one line of one phone, so that somebody hears it ring.

    place      the phone's contacts get an INVITE from "Test call"
    answered   confirmed, kept for a moment, then ended with a BYE
    end        given up: CANCEL while it rings, BYE afterwards

No phone stands behind the caller and nobody talks: the offer is one audio stream that stays
inactive, in every codec that a phone has without being asked (RFC 3551), on the discard port.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sipcore.callcontrol import outcomes, reasons
from sipcore.callcontrol.addressing import ALLOW
from sipcore.callcontrol.alerting import Alerting, Unanswered
from sipcore.callcontrol.bodies import NO_BODY, SDP, Body
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.causes import NORMAL_CLEARING, OUT_OF_ORDER, cause_of, reason
from sipcore.callcontrol.early import Provisional
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.reasons import Attempt, cause_of_refusal
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.routing import Destination, Route, Routes
from sipcore.callcontrol.session import Terms
from sipcore.callcontrol.wire import Wire
from sipcore.message import Response
from sipcore.ports import (
    Decision,
    LineRecord,
    NumberRecord,
    PhoneRecord,
    SecurityProfileRecord,
    UnavailableError,
)
from sipcore.transaction import RequestArrived
from sipcore.values import Enum

NAME, USER = "Test call", "test-call"
RING_S = 40.0
"""Longer than an INVITE waits for any response (32 s), so that a phone that is silent shows."""
TALK_S = 4.0
ANSWERED_ALIKE = frozenset({"OPTIONS", "INFO"})

S = Enum("S", "RINGING ANSWERED OVER")


@dataclass(frozen=True, slots=True)
class ProbeOrder:
    """Which line of which phone is to be called; `partition` is "" for <None>."""

    phone: str
    number: str
    partition: str = ""


@dataclass(frozen=True, slots=True)
class ProbeNews:
    """`state` is "ringing", "answered" or "over"; only then there is a decision."""

    state: str
    at: float
    decision: Decision | None = None


OnNews = Callable[[ProbeNews], None]

CALLER = Party(
    PhoneRecord("", "", SecurityProfileRecord("")), LineRecord(1, NumberRecord(USER), NAME)
)


@dataclass(slots=True, eq=False)
class Probe:
    """Implements `alerting.Origin`, `leg.Owner` and `wire.Open`: a call with one side only."""

    wire: Wire
    number: int
    attempt: Attempt
    log: CallLog
    on_news: OnNews
    state: S = S.RINGING
    alerting: Alerting | None = None
    party: Party | None = None
    legs: list[Leg] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.state is S.OVER

    def start(self, route: Route, routes: Routes, terms: Terms, now: float) -> None:
        self.wire.calls[self.number] = self
        host = route.targets[0].binding.flow.local[0]
        self.alerting = Alerting(
            self.wire,
            self.number,
            self,
            self,
            CALLER,
            route,
            self.attempt,
            routes,
            RING_S,
            terms,
            Body(offer(host), SDP),
        )
        self.alerting.start(now)

    # -- what the phones that ring tell -----------------------------------------------------------

    def rings(self, branch: Branch, provisional: Provisional, body: Body, now: float) -> None:
        provisional.acknowledge(now)
        if self.log.ringing_at is None:
            self.log.ringing_at = now
            self.on_news(ProbeNews("ringing", now))

    def answered(self, branch: Branch, response: Response, body: Body, now: float) -> None:
        self.alerting = None
        self.state, self.party = S.ANSWERED, branch.target.party
        self.log.answered_at, self.log.called_phone = now, branch.phone
        branch.leg.send_ack(response.cseq.number, NO_BODY)
        self.on_news(ProbeNews("answered", now))
        self.wire.start((self.number, "talk"), now + TALK_S, self.end)

    def unanswered(self, why: Unanswered, now: float) -> None:
        self.alerting = None
        decision = why.decision
        if decision.rule == "no-answer" and self.log.ringing_at is not None:
            decision = not_picked_up(self.attempt)
        self._finish(decision, why.cause, why.ended_by, now)

    # -- what the phone asks in the dialog --------------------------------------------------------

    def request(self, leg: Leg, event: RequestArrived, now: float) -> None:
        method, has_offer = event.request.method, bool(event.request.body)
        if method == "BYE":
            self._bye(leg, event, now)
        elif self.state is S.OVER:
            leg.respond(event, 481, now)
        elif method in ANSWERED_ALIKE or (method == "UPDATE" and not has_offer):
            leg.respond(event, 200, now)
        elif method in ("INVITE", "UPDATE"):
            leg.respond(event, 488, now)  # there are no media that could change
        elif method == "REFER":
            leg.respond(event, 403, now)
        else:
            leg.respond(event, 405, now, headers=(ALLOW,))

    def _bye(self, leg: Leg, event: RequestArrived, now: float) -> None:
        if leg.state is LegState.OPENING:
            # "the callee's UA MUST NOT send a BYE on early dialogs" (15)
            leg.respond(event, 481, now)
            return
        leg.respond(event, 200, now)
        leg.state = LegState.LEAVING  # it needs no BYE of ours
        self._succeed("called", now)
        leg.close(now)

    def refresh(self, leg: Leg, now: float) -> None:
        """A test call is over long before its session has to be refreshed."""

    def expired(self, leg: Leg, now: float) -> None:
        self._lose(leg, "refresh its session in time", now)

    def silent(self, leg: Leg, now: float) -> None:
        self._lose(leg, "confirm the answer with an ACK", now)

    def _lose(self, leg: Leg, what: str, now: float) -> None:
        decision = outcomes.lost(self.attempt, leg.party, what)
        self._finish(decision, OUT_OF_ORDER, "system", now)

    def opened(self, leg: Leg) -> None:
        self.legs.append(leg)

    def gone(self, leg: Leg, now: float) -> None:
        if leg in self.legs:
            self.legs.remove(leg)
        self._forget()

    # -- the end ----------------------------------------------------------------------------------

    def end(self, now: float) -> None:
        """Hang up: after the answer that is how it should end, before it the call is given up."""
        if self.state is S.ANSWERED:
            self._succeed("caller", now)
        else:
            self._finish(outcomes.cancelled(self.attempt), NORMAL_CLEARING, "caller", now)

    def shut_down(self, now: float) -> None:
        decision = outcomes.shut_down(self.attempt, is_answered=self.state is S.ANSWERED)
        self._finish(decision, cause_of(503), "system", now)

    def _succeed(self, ended_by: str, now: float) -> None:
        if self.party is not None:
            decision = outcomes.answered(self.attempt, self.party)
            self._finish(decision, NORMAL_CLEARING, ended_by, now)

    def _finish(self, decision: Decision, cause: int, ended_by: str, now: float) -> None:
        if self.state is S.OVER:
            return
        self.state = S.OVER
        self.wire.stop((self.number, "talk"))
        if self.alerting is not None:
            self.alerting.stop(now, reason(cause))
            self.alerting = None
        for leg in self.legs.copy():
            leg.hang_up(now, cause)
        self.report(decision, cause, ended_by, now)
        self._forget()

    def report(self, decision: Decision, cause: int, ended_by: str, now: float) -> None:
        """Write the call record, and tell whoever asked for the call."""
        record = self.log.close(
            now, status=decision.status, cause=cause, ended_by=ended_by, decision=decision
        )
        self.wire.records.append(record)
        self.on_news(ProbeNews("over", now, decision))

    def _forget(self) -> None:
        if self.state is S.OVER and not self.legs:
            self.wire.calls.pop(self.number, None)


@dataclass(frozen=True, slots=True)
class Probes:
    """Places test calls."""

    wire: Wire
    routes: Routes

    def place(self, order: ProbeOrder, on_news: OnNews, now: float) -> Probe:
        """Let the line ring, on this phone only; what becomes of it comes as news."""
        attempt = Attempt("the test call of this server", order.number, (order.partition,))
        log = CallLog(self.wire.tokens.hex(16), now, caller_number=USER, dialed=order.number)
        probe = Probe(self.wire, self.wire.number(), attempt, log, on_news)
        try:
            route = self._route(order, attempt, log)
            if not isinstance(route, Decision):
                settings = self.routes.configuration.settings
                terms = Terms(settings.session_expires_s, settings.min_se_s)
                probe.start(route, self.routes, terms, now)
                return probe
        except UnavailableError:
            route = reasons.unavailable()
        probe.state = S.OVER
        probe.report(route, cause_of_refusal(route), "system", now)
        return probe

    def _route(self, order: ProbeOrder, attempt: Attempt, log: CallLog) -> Route | Decision:
        appearances = self.routes.configuration.appearances(order.number, order.partition)
        found = [Party(*each) for each in appearances if each[0].name == order.phone]
        if not found:
            return not_on_phone(attempt, order)
        log.called, log.called_phone = found[0].line.number, order.phone
        if not log.called.is_active:
            return reasons.number_inactive(attempt, log.called)
        return self.routes.ring(attempt, CALLER, Destination(log.called, tuple(found)))


def offer(host: str) -> bytes:
    """Describe a session in which nobody sends: RFC 3264 section 5.1, port 9 is Discard."""
    family = "IP6" if ":" in host else "IP4"
    return (
        f"v=0\r\no=- 0 0 IN {family} {host}\r\ns=-\r\nc=IN {family} {host}\r\nt=0 0\r\n"
        "m=audio 9 RTP/AVP 0 8 9 18 101\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:9 G722/8000\r\n"
        "a=rtpmap:18 G729/8000\r\na=rtpmap:101 telephone-event/8000\r\na=inactive\r\n"
    ).encode()


def not_on_phone(attempt: Attempt, order: ProbeOrder) -> Decision:
    place = f"{order.number} in partition {order.partition or '<None>'}"
    return reasons.refused(
        "number-not-found",
        404,
        f"{order.phone} has no line {attempt.number}",
        f"A line of {order.phone} that is {place}.",
        f"{attempt.came}; the call server knows no such line.",
        f"Open {order.phone} and add {place} to one of its lines.",
    )


def not_picked_up(attempt: Attempt) -> Decision:
    return reasons.refused(
        "no-answer",
        480,
        f"{attempt.number} rang, and nobody answered",
        f"Somebody to answer within {RING_S:.0f} seconds.",
        f"{attempt.came}; the phone rang all that time.",
        "The way to the phone is right: it rang. Start the test call again beside the phone.",
    )
