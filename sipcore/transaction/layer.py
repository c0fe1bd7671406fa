"""The transaction layer: RFC 3261 section 17, matching, and 18.2 and 9 where they touch it.

It holds the machines and their timers, and turns messages into their inputs, their actions into
`Transmit` and events. A duplicate never leaves this layer, nor does a stray response.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum

from sipcore.actions import Transmit
from sipcore.errors import StateError
from sipcore.message import BRANCH_COOKIE, Request, Response, make_response
from sipcore.ports import Flow, Tokens
from sipcore.timers import TimerQueue, Timers
from sipcore.transaction import actions
from sipcore.transaction.answers import Answers
from sipcore.transaction.events import (
    AckArrived,
    CancelArrived,
    Event,
    RequestArrived,
    ResponseArrived,
    SendFailed,
    TimedOut,
)
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.invite_server import InviteServer
from sipcore.transaction.key import (
    Key,
    ack_key,
    client_key,
    merge_key,
    server_key,
    stateless_tag,
)
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.non_invite_server import NonInviteServer
from sipcore.transaction.oversize import Oversize, afresh, is_unheard
from sipcore.transaction.routing import answer_flow, fallback_flow, own_via, stamp_via
from sipcore.transaction.store import Store, Transaction

BRANCH_OCTETS = 12
TAG_OCTETS = 8


class Transactions:
    """All client and server transactions of one engine.

    `dropped` counts, by reason, what was thrown away without a word.
    """

    def __init__(self, timers: Timers, tokens: Tokens) -> None:
        self._timers = {
            False: replace(timers, is_reliable=False),
            True: replace(timers, is_reliable=True),
        }
        self._tokens = tokens
        self._store = Store()
        self._oversize = Oversize()
        self._answers = Answers()
        self._queue: TimerQueue[tuple[int, Enum]] = TimerQueue()
        self._outbox: list[Transmit] = []
        self._events: list[Event] = []
        self._over: dict[int, Transaction] = {}  # since the last message or timer
        self.dropped: Counter[str] = Counter()

    # -- from the network ------------------------------------------------------------------------

    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[Event]:
        """Take one message that came over `flow`.

        Raises ParseError, having done nothing, when a header that every message must have cannot
        be read; a request may then be answered by `answer_stateless`.
        """
        self._over.clear()
        if isinstance(message, Response):
            message.check()
            self._receive_response(message, flow, now)
        else:
            stamp_via(message, flow)
            message.check()
            self._receive_request(message, flow, now)
        return self._take_events()

    def receive_stateless(self, request: Request, flow: Flow) -> None:
        """Read a request that gets no transaction; `answer_once` answers it. Raises ParseError."""
        stamp_via(request, flow)
        request.check()

    def answer_once(self, request: Request, response: Response, flow: Flow) -> None:
        """Answer a request that has no transaction, as a stateless UAS (8.2.7).

        If it is repeated, it arrives again and is answered again: for answers that cost nothing
        and change nothing. The To tag of the response has to be `stateless_tag`'s.
        """
        self._transmit(answer_flow(request, flow), response.to_bytes())

    def flow_failed(self, flow: Flow, now: float) -> list[Event]:
        """Nothing more can be sent over `flow`."""
        self._over.clear()
        for tx in self._store.on_path(flow):
            if self._goes_as_datagram(tx, now):
                continue
            elsewhere = None
            if isinstance(tx.machine, InviteServer | NonInviteServer):
                elsewhere = fallback_flow(tx.request, tx.path)
            if elsewhere is None:
                self._step(tx, tx.machine.inputs.SEND_FAILED, now)
            else:
                # The latest answer may have been lost: it goes the new way at once, as if the
                # request had been repeated, which also shows whether anybody is still there.
                self._store.move(tx, elsewhere)
                self._step(tx, tx.machine.inputs.REQUEST, now)
        return self._take_events()

    def expire(self, now: float) -> list[Event]:
        """Fire the timers that are due."""
        self._over.clear()
        self._answers.expire(now)
        for key, on in self._queue.pop_due(now):
            tx = self._store.get(key)
            if tx is not None:  # else one that fired before it ended the transaction
                self._step(tx, on, now)
        return self._take_events()

    def next_deadline(self) -> float | None:
        deadlines = self._queue.next_deadline(), self._answers.next_deadline()
        return min((each for each in deadlines if each is not None), default=None)

    # -- from the transaction user ---------------------------------------------------------------

    def respond(self, key: int, response: Response, now: float) -> None:
        """Answer a request; nothing happens when its transaction is over by now."""
        tx = self._store.get(key)
        if tx is None:
            self.dropped["late answer"] += 1
            return
        if isinstance(tx.machine, InviteServer) and response.status >= 200:
            name = ack_key(tx.request, response)
            if name is not None:
                self._store.name(tx, name)
        self._step(tx, tx.machine.input_of(response.status), now, response)

    def respond_once(self, key: int, response: Response) -> None:
        """Answer a request other than INVITE and forget it at once, as a stateless UAS (8.2.7).

        If it is repeated, it arrives again and is answered again: for answers that cost nothing
        and change nothing. A flood of such requests leaves nothing in memory. The To tag of the
        response has to be `stateless_tag`'s.
        """
        tx = self._store.get(key)
        if tx is None:
            self.dropped["late answer"] += 1
            return
        self._transmit(tx.path, response.to_bytes())
        self._queue.stop((key, tx.machine.inputs.TIMER_TRYING))
        self._store.remove(tx)

    def send(self, request: Request, flow: Flow, now: float) -> int:
        """Send a request in a transaction of its own; return the transaction's key.

        The caller's request is left as it is: our Via stands only on the one that is sent.
        """
        if request.method in ("ACK", "CANCEL"):
            raise StateError(f"{request.method} is not for send()")
        sent = self._with_own_via(request, flow)
        detour = self._oversize.detour(sent, flow, now)
        if detour is not None:
            sent = self._with_own_via(request, detour)
        path = detour or flow
        kind = InviteClient if request.method == "INVITE" else NonInviteClient
        key = self._open_client(kind(sent, self._timers[path.is_reliable]), sent, path, now)
        if detour is not None:
            tx = self._known(key)
            tx.large, tx.datagrams = request, flow
        return key

    def send_ack(self, request: Request, flow: Flow) -> None:
        """Send the ACK for a 2xx: it has a branch of its own and no transaction (13.2.2.4)."""
        self._transmit(flow, self._with_own_via(request, flow).to_bytes())

    def cancel(self, key: int, now: float, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Cancel an INVITE of ours: at once, or when a provisional response has come (9.1).

        The CANCEL carries `headers`, as Reason (RFC 3326). The user goes on to wait for the final
        response, or TimedOut.
        """
        tx = self._store.get(key)
        if tx is not None and isinstance(tx.machine, InviteClient):
            if not tx.machine.is_cancelled:
                tx.machine.cancel_headers = headers
            self._step(tx, tx.machine.inputs.CANCEL, now)

    def answer_stateless(
        self,
        request: Request,
        status: int,
        flow: Flow,
        reason: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Answer a request for which there is, and will be, no transaction (8.2.7).

        The To tag depends on the request alone: "a stateless UAS MUST generate the same To tag
        for retransmissions". An ACK is never answered.
        """
        if request.method == "ACK":
            return
        stamp_via(request, flow)
        response = make_response(request, status, reason, to_tag=stateless_tag(request))
        for name, value in headers:
            response.headers.add(name, value)
        self._transmit(answer_flow(request, flow), response.to_bytes())

    # -- what is known -----------------------------------------------------------------------

    def take_outbox(self) -> list[Transmit]:
        outbox, self._outbox = self._outbox, []
        return outbox

    def request_of(self, key: int) -> Request:
        """Return the request of a transaction, or of one that ended with the latest events."""
        return self._known(key).request

    def flow_of(self, key: int) -> Flow:
        return self._known(key).flow

    def is_known(self, request: Request) -> bool:
        """Tell whether a request is of a transaction that is there, as a repeated one is."""
        name = server_key(request)
        return self._store.find(name) is not None or self._answers.find(name) is not None

    def __len__(self) -> int:
        """Count what is under way; what is left of answered requests is bounded by itself."""
        return len(self._store)

    def counts(self) -> dict[str, int]:
        """Count live transactions by kind, their names, paths and timers; all 0 at rest."""
        return {
            **self._store.counts(),
            "timers": len(self._queue),
            "answers": len(self._answers),
        }

    def _known(self, key: int) -> Transaction:
        tx = self._store.get(key) or self._over.get(key)
        if tx is None:
            raise StateError(f"transaction {key} is over")
        return tx

    # -- requests ----------------------------------------------------------------------------

    def _receive_request(self, request: Request, flow: Flow, now: float) -> None:
        name = server_key(request)
        tx = self._store.find(name)
        if request.method == "ACK":
            if tx is None:
                self._events.append(AckArrived(request, flow))
            else:
                self._step(tx, tx.machine.inputs.ACK, now, request, flow)
        elif tx is not None:
            self._step(tx, tx.machine.inputs.REQUEST, now)
        elif (answer := self._answers.find(name)) is not None:
            self._transmit(*answer)
        elif request.method == "CANCEL":
            self._receive_cancel(request, flow, now)
        else:
            tx = self._open_server(request, name, flow, now)
            is_merged = self._is_merged(tx, request)
            self._events.append(RequestArrived(tx.key, request, flow, is_merged))

    def _is_merged(self, tx: Transaction, request: Request) -> bool:
        """Tell whether a new request came here before by another path (8.2.2.2)."""
        name = merge_key(request)
        if name is None:
            return False
        self._store.name(tx, name)
        return self._store.find(name) is not tx or self._answers.find(name) is not None

    def _receive_cancel(self, request: Request, flow: Flow, now: float) -> None:
        """Answer a CANCEL here: that needs no decision (9.2).

        Only an INVITE is looked for. Any other request is answered at once: there is nothing in
        it to cancel, and 9.1 tells clients not to try.
        """
        cancelled = self._store.find(server_key(request, "INVITE"))
        if cancelled is None:
            self.answer_stateless(request, 481, flow)
            return
        to_tag = ""
        if isinstance(cancelled.machine, InviteServer):
            # "the To tag of the response to the CANCEL and the To tag in the response to the
            # original request SHOULD be the same"
            to_tag = cancelled.machine.to_tag
        to_tag = to_tag or self._tokens.hex(TAG_OCTETS)
        response = make_response(request, 200, to_tag=to_tag)
        tx = self._open_server(request, server_key(request), flow, now, is_internal=True)
        self._step(tx, tx.machine.input_of(response.status), now, response)
        self._step(cancelled, cancelled.machine.inputs.CANCEL, now, request, flow)

    def _open_server(
        self, request: Request, name: Key, flow: Flow, now: float, *, is_internal: bool = False
    ) -> Transaction:
        timers = self._timers[flow.is_reliable]
        kind = InviteServer if request.method == "INVITE" else NonInviteServer
        path = answer_flow(request, flow)
        tx = self._store.add(kind(request, timers), request, flow, path, is_internal=is_internal)
        self._store.name(tx, name)
        self._perform(tx, tx.machine.start(), now)
        return tx

    # -- responses ---------------------------------------------------------------------------

    def _receive_response(self, response: Response, flow: Flow, now: float) -> None:
        tx = self._store.find(client_key(response))
        if tx is None:
            self.dropped["stray response"] += 1
        elif response.via.sent_by != tx.request.via.sent_by:
            # "If the value of the sent-by parameter [...] does not correspond to a value that the
            # client transport is configured to insert into requests, the response MUST be
            # silently discarded" (18.1.2)
            self.dropped["response for another"] += 1
        elif response.has_several_vias:
            # "If more than one Via header field value is present in a response, the UAC SHOULD
            # discard the message" (8.1.3.3)
            self.dropped["response gone astray"] += 1
        else:
            if flow.connection and not tx.path.connection and flow.remote == tx.path.remote:
                self._store.move(tx, flow)  # the connection that was opened for the request
                tx.flow = flow
            self._step(tx, tx.machine.input_of(response.status), now, response, flow)

    def _open_client(
        self,
        machine: InviteClient | NonInviteClient,
        request: Request,
        flow: Flow,
        now: float,
        *,
        is_internal: bool = False,
    ) -> int:
        tx = self._store.add(machine, request, flow, flow, is_internal=is_internal)
        self._store.name(tx, client_key(request))
        self._perform(tx, machine.start(), now)
        return tx.key

    def _with_own_via(self, request: Request, flow: Flow) -> Request:
        via = own_via(flow, BRANCH_COOKIE + self._tokens.hex(BRANCH_OCTETS))
        headers = request.headers.copy()
        headers.insert("Via", str(via))
        sent = Request(request.method, request.uri, headers, request.body)
        sent.top_via_is(via)
        return sent

    def _goes_as_datagram(self, tx: Transaction, now: float) -> bool:
        """Send a large request over UDP after all, when TCP failed before anything came back."""
        machine, large, flow = tx.machine, tx.large, tx.datagrams
        if (
            large is None
            or flow is None
            or not isinstance(machine, InviteClient | NonInviteClient)
        ):
            return False
        tx.large = tx.datagrams = None
        if not is_unheard(machine):
            return False
        self._oversize.failed(flow.remote, now)
        for on in machine.inputs:
            self._queue.stop((tx.key, on))
        tx.request = self._with_own_via(large, flow)
        tx.machine = afresh(machine, tx.request, self._timers[False])
        tx.flow = flow
        self._store.move(tx, flow)
        self._store.rename(tx, client_key(tx.request))
        self._perform(tx, tx.machine.start(), now)
        return True

    # -- machines ----------------------------------------------------------------------------

    def _step(
        self,
        tx: Transaction,
        on: Enum,
        now: float,
        message: Request | Response | None = None,
        source: Flow | None = None,
    ) -> None:
        self._perform(tx, tx.machine.step(on, message), now, source)
        if tx.machine.is_over:
            self._store.remove(tx)
            self._over[tx.key] = tx

    def _perform(
        self,
        tx: Transaction,
        todo: list[actions.Action],
        now: float,
        source: Flow | None = None,
    ) -> None:
        for action in todo:
            match action:
                case actions.StopTimer(on):
                    self._queue.stop((tx.key, on))
                case actions.Send(message):
                    self._send(tx, message)
                case actions.StartTimer(on, seconds):
                    self._start(tx, on, seconds, now)
                case actions.Remember(seconds) if seconds > 0:
                    self._answers.put(tx.names, tx.path, tx.octets, now + seconds)
                case actions.Repeat():
                    self._transmit(tx.path, tx.octets)
                case actions.SendCancel(request):
                    client = NonInviteClient(request, tx.machine.timers)
                    self._open_client(client, request, tx.path, now, is_internal=True)
                case _ if not tx.is_internal:
                    self._tell(tx, action, source or tx.flow)

    def _start(self, tx: Transaction, on: Enum, seconds: float, now: float) -> None:
        if seconds > 0:
            self._queue.start((tx.key, on), now + seconds)
        else:
            self._step(tx, on, now)

    def _tell(self, tx: Transaction, action: actions.Action, source: Flow) -> None:
        match action:
            case actions.Deliver(Response() as response):
                self._events.append(ResponseArrived(tx.key, response, source))
            case actions.Deliver(Request(method="ACK") as request):
                self._events.append(AckArrived(request, source))
            case actions.Deliver(Request(method="CANCEL") as request):
                self._events.append(CancelArrived(tx.key, request, source))
            case actions.ReportTimeout():
                self._events.append(TimedOut(tx.key))
            case actions.ReportFailure():
                self._events.append(SendFailed(tx.key))

    def _send(self, tx: Transaction, message: Request | Response) -> None:
        if tx.sent is not message:
            tx.sent, tx.octets = message, message.to_bytes()
        self._transmit(tx.path, tx.octets)

    def _transmit(self, flow: Flow, data: bytes) -> None:
        self._outbox.append(Transmit(flow, data))

    def _take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events
