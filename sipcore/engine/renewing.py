"""Refreshes on their way to the disk: judged at once, answered when they are durable.

They need no transaction of their own: a repetition is recognized by its names, and if the disk
takes so long that RFC 4320 wants a 100, that is seen by the time at which each one came.
"""

from collections import deque
from dataclasses import replace

from sipcore.actions import RecordAttempt, SaveBindings
from sipcore.message import Request, make_response, parse_message
from sipcore.ports import Flow, RegistrationAttempt, Tokens
from sipcore.registrar import (
    RETRY_LATER,
    Commits,
    Outline,
    Renewals,
    Renewed,
    renewed,
    unavailable,
)
from sipcore.transaction import Key, Transactions, merge_name, server_name
from sipcore.values import dataclass


@dataclass(frozen=True, slots=True)
class HeldRenewal:
    """A refresh whose answer waits for the disk; `data` is the request."""

    names: tuple[Key, Key]
    data: bytes
    flow: Flow
    outcome: Renewed
    since: float


class Renewing:
    def __init__(
        self,
        renewals: Renewals,
        commits: Commits,
        transactions: Transactions,
        tokens: Tokens,
        late_trying_s: float,
    ) -> None:
        self._tokens = tokens
        self._renewals = renewals
        self._commits = commits
        self._transactions = transactions
        self._late_trying_s = late_trying_s
        self._held: dict[int, HeldRenewal] = {}
        self._untold: deque[int] = deque()  # tickets of those that got no 100, oldest first

    def __len__(self) -> int:
        return len(self._held)

    def receive(
        self, outline: Outline, data: bytes, flow: Flow, now: float
    ) -> SaveBindings | RecordAttempt | None:
        """Begin a refresh, or challenge it; None when the message has to be judged with care."""
        standing = self._renewals.find(outline)
        if standing is None:
            return None
        if outline.credentials is None:
            answer, asked = self._renewals.ask(standing, outline, flow, now)
            self._transactions.transmit(flow, answer)
            return RecordAttempt(asked)
        names = (
            server_name(outline.branch, outline.sent_by, "REGISTER"),
            merge_name(outline.tag, outline.call_id, outline.cseq, "REGISTER"),
        )
        if not self._transactions.are_new(names):
            return None
        outcome = self._renewals.renew(standing, outline, flow, now)
        if outcome is None:
            return None
        self._transactions.hold(names, flow)
        ticket = self._commits.begin_renewal(outcome.known, outcome.renewal.binding)
        self._held[ticket] = HeldRenewal(names, data, flow, outcome, now)
        self._untold.append(ticket)
        return SaveBindings(ticket, renewed=(outcome.renewal,))

    def waiting_since(self) -> float | None:
        """Say when the oldest of those that wait for the disk came."""
        return next(iter(self._held.values())).since if self._held else None

    def committed(self, ticket: int, now: float) -> bool:
        """Answer a refresh that is durable; False when the ticket is of none."""
        held = self._held.pop(ticket, None)
        if held is None:
            return False
        self._commits.committed(ticket)
        self._transactions.answer_held(held.names, held.flow, held.outcome.answer, now)
        return True

    def failed(self, ticket: int, reason: str, now: float) -> RegistrationAttempt | None:
        """Take back a refresh that could not be made durable; None when the ticket is of none."""
        held = self._held.pop(ticket, None)
        if held is None:
            return None
        self._commits.failed(ticket)
        request, renewal = self._read(held), held.outcome.renewal
        to_tag = self._tokens.hex(8)
        answer = make_response(request, 503, to_tag=to_tag, fields=RETRY_LATER)
        self._transactions.answer_held(held.names, held.flow, answer.to_bytes(), now)
        return replace(renewed(renewal), decision=unavailable(reason))

    def _read(self, held: HeldRenewal) -> Request:
        """Read the request with care, for the answers that it nearly never gets."""
        request = parse_message(held.data)
        assert isinstance(request, Request)
        self._transactions.receive_stateless(request, held.flow)
        return request

    def expire(self, now: float) -> None:
        """Send 100 to those that have waited too long (RFC 4320 section 4.1)."""
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            held = self._held[self._untold.popleft()]
            request = self._read(held)
            self._transactions.answer_once(request, make_response(request, 100), held.flow)

    def next_deadline(self) -> float | None:
        untold, held = self._untold, self._held
        while untold and untold[0] not in held:
            untold.popleft()
        return held[untold[0]].since + self._late_trying_s if untold else None
