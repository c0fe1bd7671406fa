"""The server side: requests find their transaction, and get their answers (17.2.3, 18.2, 9.2)."""

from collections.abc import Iterable, Sequence

from sipcore.message import Request, Response, make_response
from sipcore.ports import Flow, Tokens
from sipcore.transaction.events import AckArrived, RequestArrived
from sipcore.transaction.invite_server import InviteServer
from sipcore.transaction.key import Key, ack_key, merge_key, server_key, stateless_tag
from sipcore.transaction.machinery import Machinery
from sipcore.transaction.non_invite_server import NonInviteServer
from sipcore.transaction.routing import answer_flow, fallback_flow, stamp_via
from sipcore.transaction.store import Transaction

TAG_OCTETS = 8


class ServerSide:
    def __init__(self, machinery: Machinery, tokens: Tokens) -> None:
        self._machinery = machinery
        self._store = machinery.store
        self._answers = machinery.answers
        self._tokens = tokens

    # -- from the network ------------------------------------------------------------------------

    def receive(self, request: Request, flow: Flow, now: float) -> None:
        """Take one request; raises ParseError, having done nothing, as `Transactions` says."""
        self.receive_stateless(request, flow)
        name = server_key(request)
        tx = self._store.find(name)
        if request.method == "ACK":
            if tx is None:
                self._machinery.events.append(AckArrived(request, flow))
            else:
                self._machinery.step(tx, tx.machine.inputs.ACK, now, request, flow)
        elif tx is not None:
            self._machinery.step(tx, tx.machine.inputs.REQUEST, now)
        elif (answer := self._answers.find(name)) is not None:
            if answer[1]:  # else it is on its way
                self._machinery.transmit(*answer)
        elif request.method == "CANCEL":
            self._receive_cancel(request, name, flow, now)
        else:
            tx = self._open(request, name, flow, now)
            is_merged = self._is_merged(tx, request)
            self._machinery.events.append(RequestArrived(tx.key, request, flow, is_merged))

    def receive_stateless(self, request: Request, flow: Flow) -> None:
        """Read a request that gets no transaction; `answer_once` answers it. Raises ParseError."""
        stamp_via(request, flow)
        request.check()

    def flow_failed(self, tx: Transaction, now: float) -> None:
        """Answer by another way where there is one."""
        elsewhere = fallback_flow(tx.request, tx.path)
        if elsewhere is None:
            self._machinery.step(tx, tx.machine.inputs.SEND_FAILED, now)
        else:
            # The latest answer may have been lost: it goes the new way at once, as if the
            # request had been repeated, which also shows whether anybody is still there.
            self._store.move(tx, elsewhere)
            self._machinery.step(tx, tx.machine.inputs.REQUEST, now)

    def is_known(self, request: Request) -> bool:
        """Tell whether a request is of a transaction that is there, as a repeated one is."""
        name = server_key(request)
        return self._store.find(name) is not None or self._answers.find(name) is not None

    def are_new(self, names: Sequence[Key]) -> bool:
        """Tell whether nothing with one of these names is there: no repetition, no other path."""
        find, find_answer = self._store.find, self._answers.find
        return not any(find(name) or find_answer(name) for name in names)

    def hold(self, names: Sequence[Key], flow: Flow) -> None:
        """Recognize repetitions of a request that `answer_held` will answer soon.

        It needs no transaction; for requests over an unreliable flow that asked for rport.
        """
        self._answers.hold(names, flow)

    def answer_held(self, names: Sequence[Key], flow: Flow, octets: bytes, now: float) -> None:
        """Answer what is held; repetitions get the same answer until timer J."""
        self._machinery.transmit(flow, octets)
        self._answers.put(names, flow, octets, now + self._machinery.timers[False].j)

    def _open(
        self, request: Request, name: Key, flow: Flow, now: float, *, is_internal: bool = False
    ) -> Transaction:
        kind = InviteServer if request.method == "INVITE" else NonInviteServer
        machine = kind(request, self._machinery.timers[flow.is_reliable])
        path = answer_flow(request, flow)
        return self._machinery.open(
            machine, request, name, flow, path, now, is_internal=is_internal
        )

    def _is_merged(self, tx: Transaction, request: Request) -> bool:
        """Tell whether a new request came here before by another path (8.2.2.2)."""
        name = merge_key(request)
        if name is None:
            return False
        self._store.name(tx, name)
        return self._store.find(name) is not tx or self._answers.find(name) is not None

    def _receive_cancel(self, request: Request, name: Key, flow: Flow, now: float) -> None:
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
        response = make_response(request, 200, to_tag=to_tag or self._tokens.hex(TAG_OCTETS))
        tx = self._open(request, name, flow, now, is_internal=True)
        self._machinery.step(tx, tx.machine.input_of(response.status), now, response)
        self._machinery.step(cancelled, cancelled.machine.inputs.CANCEL, now, request, flow)

    # -- from the transaction user ---------------------------------------------------------------

    def respond(self, key: int, response: Response, now: float) -> None:
        """Answer a request; nothing happens when its transaction is over by now."""
        tx = self._store.get(key)
        if tx is None:
            self._machinery.dropped["late answer"] += 1
            return
        if isinstance(tx.machine, InviteServer) and response.status >= 200:
            name = ack_key(tx.request, response)
            if name is not None:
                self._store.name(tx, name)
        self._machinery.step(tx, tx.machine.input_of(response.status), now, response)

    def respond_once(self, key: int, response: Response) -> None:
        """Answer a request other than INVITE and forget it at once, as a stateless UAS (8.2.7).

        If it is repeated, it arrives again and is answered again: for answers that cost nothing
        and change nothing. A flood of such requests leaves nothing in memory. The To tag of the
        response has to be `stateless_tag`'s.
        """
        tx = self._store.get(key)
        if tx is None:
            self._machinery.dropped["late answer"] += 1
            return
        self._machinery.transmit(tx.path, response.to_bytes())
        self._machinery.forget(tx, tx.machine.inputs.TIMER_TRYING)

    def answer_once(self, request: Request, response: Response, flow: Flow) -> None:
        """Answer a request that has no transaction, as a stateless UAS (8.2.7).

        If it is repeated, it arrives again and is answered again: for answers that cost nothing
        and change nothing. The To tag of the response has to be `stateless_tag`'s.
        """
        self._machinery.transmit(answer_flow(request, flow), response.to_bytes())

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
        self.answer_once(request, response, flow)
