"""The transaction layer: RFC 3261 section 17, with 18.2 and 9 where they touch it.

    server      requests that come, and their answers
    client      requests of ours, and the responses
    machinery   runs the machines of both

A duplicate never leaves this layer, nor does a stray response.
"""

from collections import Counter

from sipcore.actions import Transmit
from sipcore.message import Request, Response
from sipcore.ports import Flow, Tokens
from sipcore.timers import Timers
from sipcore.transaction.client import ClientSide
from sipcore.transaction.events import Event
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.machinery import Machinery
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.server import ServerSide


class Transactions:
    """All client and server transactions of one engine.

    What its user asks for goes to one of the two sides, which say what it does.
    """

    def __init__(self, timers: Timers, tokens: Tokens) -> None:
        self._machinery = Machinery(timers)
        self._server = ServerSide(self._machinery, tokens)
        self._client = ClientSide(self._machinery, tokens)

        self.receive_stateless = self._server.receive_stateless
        self.is_known = self._server.is_known
        self.are_new = self._server.are_new
        self.hold = self._server.hold
        self.answer_held = self._server.answer_held
        self.respond = self._server.respond
        self.respond_once = self._server.respond_once
        self.answer_once = self._server.answer_once
        self.answer_stateless = self._server.answer_stateless

        self.transmit = self._machinery.transmit

        self.send = self._client.send
        self.send_ack = self._client.send_ack
        self.cancel = self._client.cancel

    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[Event]:
        """Take one message that came over `flow`.

        Raises ParseError, having done nothing, when a header that every message must have cannot
        be read; a request may then be answered by `answer_stateless`.
        """
        self._machinery.begin()
        if isinstance(message, Response):
            self._client.receive(message, flow, now)
        else:
            self._server.receive(message, flow, now)
        return self._machinery.take_events()

    def flow_failed(self, flow: Flow, now: float) -> list[Event]:
        """Nothing more can be sent over `flow`."""
        self._machinery.begin()
        for tx in self._machinery.store.on_path(flow):
            if isinstance(tx.machine, InviteClient | NonInviteClient):
                self._client.flow_failed(tx, now)
            else:
                self._server.flow_failed(tx, now)
        return self._machinery.take_events()

    def expire(self, now: float) -> list[Event]:
        """Fire the timers that are due."""
        self._machinery.begin()
        self._machinery.expire(now)
        return self._machinery.take_events()

    def next_deadline(self) -> float | None:
        return self._machinery.next_deadline()

    # -- what is known ---------------------------------------------------------------------------

    def take_outbox(self) -> list[Transmit]:
        return self._machinery.take_outbox()

    def request_of(self, key: int) -> Request:
        """Return the request of a transaction, or of one that ended with the latest events."""
        return self._machinery.known(key).request

    def flow_of(self, key: int) -> Flow:
        return self._machinery.known(key).flow

    def __len__(self) -> int:
        """Count what is under way; what is left of answered requests is bounded by itself."""
        return len(self._machinery.store)

    def counts(self) -> dict[str, int]:
        """Count live transactions by kind, their names, paths and timers; all 0 at rest."""
        return self._machinery.counts()

    @property
    def dropped(self) -> Counter[str]:
        """Count, by reason, what was thrown away without a word."""
        return self._machinery.dropped
