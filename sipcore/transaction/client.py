"""The client side: our requests go out, and responses find them (17.1.3, 18.1, 9.1)."""

from sipcore.errors import StateError
from sipcore.message import BRANCH_COOKIE, Headers, Request, Response
from sipcore.ports import Flow, Tokens
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.key import client_key
from sipcore.transaction.machinery import Machinery
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.oversize import (
    LARGEST_DATAGRAM,
    SPARE_OCTETS,
    Oversize,
    afresh,
    is_unheard,
)
from sipcore.transaction.routing import own_via
from sipcore.transaction.store import Transaction

BRANCH_OCTETS = 12


class ClientSide:
    def __init__(self, machinery: Machinery, tokens: Tokens) -> None:
        self._machinery = machinery
        self._store = machinery.store
        self._tokens = tokens
        self._oversize = Oversize()

    # -- from the network ------------------------------------------------------------------------

    def receive(self, response: Response, flow: Flow, now: float) -> None:
        """Take one response; raises ParseError, having done nothing, as `Transactions` says."""
        response.check()
        tx = self._store.find(client_key(response))
        if tx is None:
            self._machinery.dropped["stray response"] += 1
        elif not response.via.is_sent_by(tx.request.via):
            # "If the value of the sent-by parameter [...] does not correspond to a value that the
            # client transport is configured to insert into requests, the response MUST be
            # silently discarded" (18.1.2)
            self._machinery.dropped["response for another"] += 1
        elif response.has_several_vias:
            # "If more than one Via header field value is present in a response, the UAC SHOULD
            # discard the message" (8.1.3.3)
            self._machinery.dropped["response gone astray"] += 1
        else:
            if flow.connection and not tx.path.connection and flow.remote == tx.path.remote:
                self._store.move(tx, flow)  # the connection that was opened for the request
                tx.flow = flow
            on = tx.machine.input_of(response.status)
            self._machinery.step(tx, on, now, response, flow)

    def flow_failed(self, tx: Transaction, now: float) -> None:
        if not self._goes_as_datagram(tx, now):
            self._machinery.step(tx, tx.machine.inputs.SEND_FAILED, now)

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
        tx.request, tx.flow = self._with_own_via(large, flow), flow
        self._store.move(tx, flow)
        again = afresh(machine, tx.request, self._machinery.timers[False])
        self._machinery.reopen(tx, again, client_key(tx.request), now)
        return True

    # -- from the transaction user ---------------------------------------------------------------

    def send(self, request: Request, flow: Flow, now: float) -> int:
        """Send a request in a transaction of its own; return the transaction's key.

        The caller's request is left as it is: our Via stands only on the one that is sent.
        """
        if request.method in ("ACK", "CANCEL"):
            raise StateError(f"{request.method} is not for send()")
        sent = self._with_own_via(request, flow)
        octets = sent.to_bytes()
        detour = None
        if len(octets) + SPARE_OCTETS > LARGEST_DATAGRAM:
            detour = self._oversize.detour(sent, flow, now)
        if detour is not None:
            sent = self._with_own_via(request, detour)
            octets = sent.to_bytes()
        path = detour or flow
        kind = InviteClient if request.method == "INVITE" else NonInviteClient
        machine = kind(sent, self._machinery.timers[path.is_reliable])
        tx = self._machinery.open(machine, sent, client_key(sent), path, path, now, octets=octets)
        if detour is not None:
            tx.large, tx.datagrams = request, flow
        return tx.key

    def send_ack(self, request: Request, flow: Flow) -> None:
        """Send the ACK for a 2xx: it has a branch of its own and no transaction (13.2.2.4)."""
        self._machinery.transmit(flow, self._with_own_via(request, flow).to_bytes())

    def cancel(self, key: int, now: float, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Cancel an INVITE of ours: at once, or when a provisional response has come (9.1).

        The CANCEL carries `headers`, as Reason (RFC 3326). The user goes on to wait for the final
        response, or TimedOut.
        """
        tx = self._store.get(key)
        if tx is not None and isinstance(tx.machine, InviteClient):
            if not tx.machine.is_cancelled:
                tx.machine.cancel_headers = headers
            self._machinery.step(tx, tx.machine.inputs.CANCEL, now)

    def _with_own_via(self, request: Request, flow: Flow) -> Request:
        via = own_via(flow, BRANCH_COOKIE + self._tokens.hex(BRANCH_OCTETS))
        headers = Headers.of_parsed([("Via", str(via)), *request.headers])
        sent = Request(request.method, request.uri, headers, request.body)
        sent.top_via_is(via)
        return sent
