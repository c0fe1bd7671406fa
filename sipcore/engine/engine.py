"""The engine: messages, reports and time go in, actions come out.

    receive   what came over a flow            next_deadline   when `expire` wants to be called
    report    what became of an action         outbox          what the host is to do, in order
    expire    time has passed                  shut_down       all of it is about to end

A request that passes the screening goes to the registrar or to the call control.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeGuard

from sipcore.actions import (
    Action,
    CommitFailed,
    Committed,
    FlowFailed,
    RecordCall,
    Report,
    Resolved,
    SaveBindings,
)
from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.callcontrol import CallControl, OnNews, Probe, ProbeOrder
from sipcore.engine.overload import Overload, rank
from sipcore.engine.registering import Registering
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
    Settings,
    Tokens,
    UnavailableError,
)
from sipcore.registrar import RETRY_LATER, connection_lost, expired, lost, malformed
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

REGISTER = b"REGISTER "
KEEP_ALIVES = (b"", b"\r", b"\n", b"\0", b" ")
DEFAULT_TIMERS = Timers()


def _is_of_stranger(message: Message) -> TypeGuard[Request]:
    return (
        isinstance(message, Request)
        and message.method == "REGISTER"
        and "Authorization" not in message.headers
    )


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
        self._registering = Registering(
            configuration,
            self._bindings,
            authenticator,
            self._transactions,
            tokens,
            timers.late_trying,
        )
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
        is_busy = self._is_busy(waited_s, now)
        if (
            data.startswith(REGISTER)
            and not is_busy
            and self._registering.recognizes(data, source, limits, now)
        ):
            return
        try:
            message = parse_message(data, limits, is_stream=source.is_reliable)
            if is_busy and self._refuses(message, source, waited_s, now):
                return
            if _is_of_stranger(message):
                self._registering.greet(message, source, now)
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
                self._registering.committed(ticket, now)
            case CommitFailed(ticket, reason):
                self._registering.failed(ticket, reason, now)
            case FlowFailed(flow, reason):
                self._flow_failed(flow, reason, now)
            case Resolved():
                self._calls.resolved(report, now)

    def expire(self, now: float) -> None:
        """Do what is due at `now`; to be called at `next_deadline`, earlier does no harm."""
        self._dispatch(self._transactions.expire(now), now)
        self._registering.expire(now)
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
            self._registering.next_deadline(),
            self._calls.next_deadline(),
            self._bindings.next_deadline(),
        )
        return min((each for each in deadlines if each is not None), default=None)

    def outbox(self) -> list[Action]:
        """Take what the host is to do now; it is handed out once."""
        actions, self._actions = self._actions, []
        actions += self._registering.take_actions()
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
            "commits": len(self._registering),
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

    def _is_busy(self, waited_s: float, now: float) -> bool:
        """Tell whether some requests may have to be refused now."""
        wait_s = max(waited_s, self._registering.disk_wait(now))
        return self._overload.is_near(wait_s, len(self._transactions))

    def _refuses(self, message: Message, source: Flow, waited_s: float, now: float) -> bool:
        """Answer 503 to a new request that cannot be served now, and keep nothing of it."""
        if not isinstance(message, Request):
            return False
        message.check()
        if self._transactions.is_known(message):
            return False
        place = rank(message, is_registered=self.knows(source))
        wait_s = max(waited_s, self._registering.disk_wait(now))
        retry_s = self._overload.retry_after(place, wait_s, len(self._transactions))
        if retry_s:
            retry = (("Retry-After", str(retry_s)),)
            self._transactions.answer_stateless(message, 503, source, headers=retry)
        return retry_s > 0

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
            self._registering.record([malformed(request, source, now, error)])

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
                self._registering.register(event, now)
            elif event.request.method == "OPTIONS" and not event.request.to.tag:
                self._options(event, now)
            else:
                self._calls.request(event, now)
        except ParseError as error:
            self._answer(event, error.status, now=now)
        except UnavailableError:
            self._answer(event, 503, RETRY_LATER, now=now)

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

    # -- bindings that end ----------------------------------------------------------------------

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
        self._registering.record(lost(binding, decide(binding), now) for binding in gone)

    def _known_settings(self) -> Settings:
        try:
            return self._configuration.settings
        except UnavailableError:
            return Settings()
