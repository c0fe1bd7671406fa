"""The engine: messages, reports and time go in, actions come out.

    receive   what came over a flow            next_deadline   when `expire` wants to be called
    report    what became of an action         outbox          what the host is to do, in order
    expire    time has passed                  shut_down       all of it is about to end

A request that passes the screening goes to the registrar or to the call control.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeGuard

from sipcore.actions import (
    Action,
    CommitFailed,
    Committed,
    FlowFailed,
    RecordAttempt,
    RecordCall,
    Report,
    Resolved,
    SaveBindings,
)
from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.callcontrol import CallControl, OnNews, Probe, ProbeOrder
from sipcore.engine.overload import Overload, rank
from sipcore.engine.screening import CAPABILITIES, screen
from sipcore.errors import ParseError
from sipcore.message import (
    Message,
    Request,
    make_response,
    parse_leniently,
    parse_message,
)
from sipcore.ports import (
    Binding,
    Configuration,
    Decision,
    Flow,
    RegistrationAttempt,
    Settings,
    Tokens,
    UnavailableError,
)
from sipcore.registrar import (
    RETRY_AFTER_S,
    Commits,
    RegisterOutcome,
    Registrar,
    connection_lost,
    expired,
    lost,
    malformed,
    unavailable,
)
from sipcore.timers import Timers
from sipcore.transaction import (
    AckArrived,
    CancelArrived,
    Event,
    RequestArrived,
    ResponseArrived,
    SendFailed,
    TimedOut,
    Transactions,
    stateless_tag,
)
from sipcore.values import dataclass

KEEP_ALIVES = (b"", b"\r", b"\n", b"\0", b" ")
DEFAULT_TIMERS = Timers()


def _is_of_stranger(message: Message) -> TypeGuard[Request]:
    return (
        isinstance(message, Request)
        and message.method == "REGISTER"
        and "Authorization" not in message.headers
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """A REGISTER whose answer waits for the disk."""

    key: int
    request: Request
    outcome: RegisterOutcome
    since: float


class Engine:
    def __init__(
        self,
        configuration: Configuration,
        *,
        tokens: Tokens,
        timers: Timers = DEFAULT_TIMERS,
        bindings: Iterable[Binding] = (),
    ) -> None:
        self._configuration = configuration
        self._tokens = tokens
        self._bindings = Bindings()
        self._bindings.load(bindings)
        self._transactions = Transactions(timers, tokens)
        authenticator = Authenticator(configuration, tokens)
        self._registrar = Registrar(configuration, self._bindings, authenticator, tokens)
        self._commits = Commits(self._bindings)
        self._held: dict[int, _Held] = {}
        self._calls = CallControl(
            configuration, self._bindings, self._transactions, authenticator, timers, tokens
        )
        self._actions: list[Action] = []
        self._dropped: Counter[str] = Counter()
        self._overload = Overload(tokens)

    # -- the doors ------------------------------------------------------------------------------

    def receive(self, data: bytes, source: Flow, now: float, waited_s: float = 0.0) -> None:
        """Take one datagram, or one message of a stream, that has waited for its turn."""
        if data[:1] in KEEP_ALIVES and not data.strip(b"\r\n\0 "):
            return  # a phone keeps its NAT open
        limits = self._known_settings().limits
        try:
            message = parse_message(data, limits, is_stream=source.is_reliable)
            if self._refuses(message, source, max(waited_s, self._disk_wait(now))):
                return
            if _is_of_stranger(message):
                self._greet(message, source, now)
                return
            events = self._transactions.receive(message, source, now)
        except ParseError as error:
            self._answer_unreadable(data, error, source, now)
        else:
            self._dispatch(events, now)

    def knows(self, source: Flow) -> bool:
        """Tell whether a phone is registered over the flow: its messages go before others'."""
        return self._bindings.is_known(source)

    def report(self, report: Report, now: float) -> None:
        """Hear what became of an action."""
        match report:
            case Committed(ticket):
                self._committed(ticket, now)
            case CommitFailed(ticket, reason):
                self._commit_failed(ticket, reason, now)
            case FlowFailed(flow, reason):
                self._flow_failed(flow, reason, now)
            case Resolved():
                self._calls.resolved(report, now)

    def expire(self, now: float) -> None:
        """Do what is due at `now`; to be called at `next_deadline`, earlier does no harm."""
        self._dispatch(self._transactions.expire(now), now)
        self._calls.expire(now)
        settings = self._known_settings()
        self._lose(self._bindings.expired(now), lambda binding: expired(binding, settings), now)

    def probe(self, order: ProbeOrder, on_news: OnNews, now: float) -> Probe:
        """Place a test call to a line; `on_news` hears what becomes of it."""
        return self._calls.probe(order, on_news, now)

    def shut_down(self, now: float) -> None:
        """End the calls, as the process is about to; registrations stay as they are."""
        self._calls.shut_down(now)

    @property
    def has_calls(self) -> bool:
        """Say whether phones still have to be told that their calls are over, or answer that."""
        return self._calls.has_calls

    def next_deadline(self) -> float | None:
        deadlines = (
            self._transactions.next_deadline(),
            self._calls.next_deadline(),
            self._bindings.next_deadline(),
        )
        return min((each for each in deadlines if each is not None), default=None)

    def outbox(self) -> list[Action]:
        """Take what the host is to do now; it is handed out once."""
        actions, self._actions = self._actions, []
        actions += self._transactions.take_outbox()
        actions += self._calls.take_lookups()
        actions += [RecordCall(call) for call in self._calls.take_records()]
        return actions

    def counts(self) -> dict[str, int]:
        """Count everything that lives: but for the bindings all 0 at rest."""
        return {
            **self._transactions.counts(),
            **self._calls.counts(),
            "bindings": len(self._bindings),
            "commits": len(self._commits),
        }

    @property
    def dropped(self) -> Counter[str]:
        """Count by kind what was thrown away without an answer."""
        return self._dropped + self._transactions.dropped

    @property
    def refused(self) -> int:
        """Count the requests that were answered 503 because too many came."""
        return self._overload.refused

    # -- what came in ---------------------------------------------------------------------------

    def _disk_wait(self, now: float) -> float:
        """Return how long the oldest change of bindings has waited to be durable."""
        return now - next(iter(self._held.values())).since if self._held else 0.0

    def _refuses(self, message: Message, source: Flow, waited_s: float) -> bool:
        """Answer 503 to a new request that cannot be served now, and keep nothing of it."""
        held = len(self._transactions)
        if not isinstance(message, Request) or not self._overload.is_near(waited_s, held):
            return False
        message.check()
        if self._transactions.is_known(message):
            return False
        place = rank(message, is_registered=self.knows(source))
        wait_s = self._overload.retry_after(place, waited_s, held)
        if wait_s:
            retry = (("Retry-After", str(wait_s)),)
            self._transactions.answer_stateless(message, 503, source, headers=retry)
        return wait_s > 0

    def _answer_unreadable(self, data: bytes, error: ParseError, source: Flow, now: float) -> None:
        request = parse_leniently(data)
        try:
            if request is not None:
                self._transactions.answer_stateless(request, error.status, source)
        except ParseError:
            request = None  # a Via further down hides who wants the answer
        if request is None:
            self._dropped["unreadable"] += 1
        elif request.method == "REGISTER":
            self._actions.append(RecordAttempt(malformed(request, source, now, error)))

    def _greet(self, request: Request, source: Flow, now: float) -> None:
        """Answer a REGISTER without credentials, and keep nothing of it.

        "UAs and proxy servers SHOULD challenge questionable requests with only a single 401
        [...], forgoing the normal response retransmission algorithm, and thus behaving
        statelessly towards unauthenticated requests" (26.3.2.4).
        """
        self._transactions.receive_stateless(request, source)
        fault = screen(request, is_merged=False)
        if fault is None:
            outcome = self._registrar.register(request, source, now)
            self._record(outcome.attempts)
            response = outcome.response
        else:
            to_tag = stateless_tag(request)
            response = make_response(request, fault.status, to_tag=to_tag, fields=fault.headers)
        self._transactions.answer_once(request, response, source)

    def _dispatch(self, events: Sequence[Event], now: float) -> None:
        for event in events:
            if isinstance(event, RequestArrived):
                self._request(event, now)
                continue
            try:
                self._tell_calls(event, now)
            except ParseError:
                self._dropped["malformed"] += 1

    def _tell_calls(self, event: Event, now: float) -> None:
        match event:
            case AckArrived():
                self._calls.ack(event, now)
            case CancelArrived():
                self._calls.cancel(event, now)
            case ResponseArrived():
                self._calls.response(event, now)
            case TimedOut():
                self._calls.timed_out(event, now)
            case SendFailed():
                self._calls.send_failed(event, now)

    def _request(self, event: RequestArrived, now: float) -> None:
        try:
            fault = screen(event.request, is_merged=event.is_merged)
            if fault is not None:
                self._answer(event, fault.status, fault.headers, now=now)
            elif event.request.method == "REGISTER":
                self._register(event, now)
            elif event.request.method == "OPTIONS" and not event.request.to.tag:
                self._options(event, now)
            else:
                self._calls.request(event, now)
        except ParseError as error:
            self._answer(event, error.status, now=now)
        except UnavailableError:
            self._answer(event, 503, (("Retry-After", str(RETRY_AFTER_S)),), now=now)

    def _options(self, event: RequestArrived, now: float) -> None:
        """Answer as an INVITE to the number would be (11.2); this server itself always can."""
        request = event.request
        refusal = None
        if request.request_uri.user:
            refusal = self._calls.refusal(event, stateless_tag(request), now)
        if refusal is None:
            self._answer(event, 200, CAPABILITIES, now=now)
        elif "Authorization" in request.headers:
            # once judged, credentials are not good again for the same request repeated
            self._transactions.respond(event.key, refusal, now)
        else:
            self._transactions.respond_once(event.key, refusal)

    def _answer(
        self,
        event: RequestArrived,
        status: int,
        headers: Iterable[tuple[str, str]] = (),
        *,
        now: float,
    ) -> None:
        is_once = event.request.method != "INVITE"
        response = make_response(
            event.request,
            status,
            to_tag=stateless_tag(event.request) if is_once else self._tokens.hex(8),
            fields=headers,
        )
        if is_once:
            self._transactions.respond_once(event.key, response)
        else:
            self._transactions.respond(event.key, response, now)

    # -- registrations --------------------------------------------------------------------------

    def _register(self, event: RequestArrived, now: float) -> None:
        outcome = self._registrar.register(event.request, event.flow, now)
        if not outcome.saved and not outcome.removed:
            self._answer_unchanged(event.key, outcome, now)
            return
        ticket = self._commits.begin(outcome.saved, outcome.removed)
        self._held[ticket] = _Held(event.key, event.request, outcome, now)
        self._actions.append(SaveBindings(ticket, outcome.saved, outcome.removed))

    def _answer_unchanged(self, key: int, outcome: RegisterOutcome, now: float) -> None:
        if outcome.is_of_stranger:
            self._transactions.respond_once(key, outcome.response)
        else:
            self._transactions.respond(key, outcome.response, now)
        self._record(outcome.attempts)

    def _committed(self, ticket: int, now: float) -> None:
        held = self._held.pop(ticket, None)
        if held is None:
            return
        self._commits.committed(ticket)
        self._transactions.respond(held.key, held.outcome.response, now)
        self._record(held.outcome.attempts)

    def _commit_failed(self, ticket: int, reason: str, now: float) -> None:
        held = self._held.pop(ticket, None)
        if held is None:
            return
        self._commits.failed(ticket)
        response = make_response(held.request, 503, to_tag=self._tokens.hex(8))
        response.headers.add("Retry-After", str(RETRY_AFTER_S))
        self._transactions.respond(held.key, response, now)
        decision = unavailable(reason)
        self._record([replace(each, decision=decision) for each in held.outcome.attempts])

    def _flow_failed(self, flow: Flow, reason: str, now: float) -> None:
        gone = self._bindings.drop_flow(flow)
        self._dispatch(self._transactions.flow_failed(flow, now), now)
        self._lose(gone, lambda binding: connection_lost(binding, reason), now)

    def _lose(
        self, gone: Sequence[Binding], decide: Callable[[Binding], Decision], now: float
    ) -> None:
        """Tell the host of bindings that ended; nobody waits for the disk here."""
        if not gone:
            return
        self._actions.append(SaveBindings(0, removed=tuple(binding.key for binding in gone)))
        self._record([lost(binding, decide(binding), now) for binding in gone])

    def _record(self, attempts: Iterable[RegistrationAttempt]) -> None:
        self._actions += [RecordAttempt(each) for each in attempts]

    def _known_settings(self) -> Settings:
        try:
            return self._configuration.settings
        except UnavailableError:
            return Settings()
