"""What becomes of a REGISTER: judged with care or recognized, saved, then answered.

The registrar decides. A 200 leaves when the disk has the binding; what changes nothing is answered
at once, and so is a stranger, of whom nothing is kept.
"""

from collections.abc import Iterable
from dataclasses import replace

from sipcore.actions import RecordAttempt, SaveBindings
from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.engine.renewing import Renewing
from sipcore.engine.screening import screen
from sipcore.message import Limits, Request, make_response
from sipcore.ports import Configuration, Flow, RegistrationAttempt, Tokens
from sipcore.registrar import (
    RETRY_LATER,
    Commits,
    Judged,
    Outline,
    RegisterOutcome,
    Registrar,
    Renewals,
    outline_of,
    unavailable,
)
from sipcore.transaction import RequestArrived, Transactions, stateless_tag
from sipcore.values import dataclass


@dataclass(frozen=True, slots=True)
class _Held:
    """A REGISTER whose answer waits for the disk; `judged` when the next may say the same."""

    key: int
    request: Request
    outcome: RegisterOutcome
    since: float
    judged: Judged | None


class Registering:
    def __init__(
        self,
        configuration: Configuration,
        bindings: Bindings,
        authenticator: Authenticator,
        transactions: Transactions,
        tokens: Tokens,
        late_trying_s: float,
    ) -> None:
        self._transactions = transactions
        self._tokens = tokens
        self._registrar = Registrar(configuration, bindings, authenticator, tokens)
        self._renewals = Renewals(configuration, bindings, authenticator, tokens)
        self._commits = Commits(bindings)
        self._renewing = Renewing(
            self._renewals, self._commits, transactions, tokens, late_trying_s
        )
        self._held: dict[int, _Held] = {}
        self._outline: Outline | None = None  # of the message in hand
        self._actions: list[RecordAttempt | SaveBindings] = []

    def __len__(self) -> int:
        """Count what waits for the disk."""
        return len(self._commits)

    def take_actions(self) -> list[RecordAttempt | SaveBindings]:
        actions, self._actions = self._actions, []
        return actions

    def disk_wait(self, now: float) -> float:
        """Return how long the oldest change of bindings has waited to be durable."""
        since = self._renewing.waiting_since()
        if self._held:
            first = next(iter(self._held.values())).since
            since = first if since is None else min(first, since)
        return 0.0 if since is None else now - since

    def record(self, attempts: Iterable[RegistrationAttempt]) -> None:
        self._actions += [RecordAttempt(each) for each in attempts]

    # -- messages --------------------------------------------------------------------------------

    def recognizes(self, data: bytes, flow: Flow, limits: Limits, now: float) -> bool:
        """Take a REGISTER that says what its phone has said before; False for all others."""
        outline = self._outline = None
        if not flow.is_reliable and len(data) <= min(limits.message_octets, limits.header_octets):
            outline = self._outline = outline_of(data, flow)
        if outline is None:
            return False
        action = self._renewing.receive(outline, data, flow, now)
        if action is not None:
            self._actions.append(action)
        return action is not None

    def greet(self, request: Request, flow: Flow, now: float) -> None:
        """Answer a REGISTER without credentials, and keep nothing of it.

        "UAs and proxy servers SHOULD challenge questionable requests with only a single 401
        [...], forgoing the normal response retransmission algorithm, and thus behaving
        statelessly towards unauthenticated requests" (26.3.2.4).
        """
        self._transactions.receive_stateless(request, flow)
        fault = screen(request, is_merged=False)
        if fault is None:
            outcome = self._registrar.register(request, flow, now)
            self.record(outcome.attempts)
            response = outcome.response
        else:
            to_tag = stateless_tag(request)
            response = make_response(request, fault.status, to_tag=to_tag, fields=fault.headers)
        self._transactions.answer_once(request, response, flow)

    def register(self, event: RequestArrived, now: float) -> None:
        outcome = self._registrar.register(event.request, event.flow, now)
        if not outcome.saved and not outcome.removed:
            self._answer_unchanged(event.key, outcome, now)
            return
        ticket = self._commits.begin(outcome.saved, outcome.removed)
        outline, phone = self._outline, outcome.renewable
        judged = self._renewals.judged(outline, phone) if outline and phone else None
        self._held[ticket] = _Held(event.key, event.request, outcome, now, judged)
        self._actions.append(SaveBindings(ticket, outcome.saved, outcome.removed))

    def _answer_unchanged(self, key: int, outcome: RegisterOutcome, now: float) -> None:
        if outcome.is_of_stranger:
            self._transactions.respond_once(key, outcome.response)
        else:
            self._transactions.respond(key, outcome.response, now)
        self.record(outcome.attempts)

    # -- the disk --------------------------------------------------------------------------------

    def committed(self, ticket: int, now: float) -> None:
        if self._renewing.committed(ticket, now):
            return
        held = self._held.pop(ticket, None)
        if held is None:
            return
        self._commits.committed(ticket)
        self._transactions.respond(held.key, held.outcome.response, now)
        self.record(held.outcome.attempts)
        self._remember(held)

    def _remember(self, held: _Held) -> None:
        """Let the next refresh of the phone be recognized, if it says the same."""
        if held.judged is None:
            return
        (binding,) = held.outcome.saved
        if held.judged.outline.agrees(held.request, binding.flow):
            self._renewals.note(held.judged, binding)

    def failed(self, ticket: int, reason: str, now: float) -> None:
        attempt = self._renewing.failed(ticket, reason, now)
        if attempt is not None:
            self.record([attempt])
            return
        held = self._held.pop(ticket, None)
        if held is None:
            return
        self._commits.failed(ticket)
        to_tag = self._tokens.hex(8)
        response = make_response(held.request, 503, to_tag=to_tag, fields=RETRY_LATER)
        self._transactions.respond(held.key, response, now)
        decision = unavailable(reason)
        self.record(replace(each, decision=decision) for each in held.outcome.attempts)

    # -- time ------------------------------------------------------------------------------------

    def expire(self, now: float) -> None:
        self._renewing.expire(now)

    def next_deadline(self) -> float | None:
        return self._renewing.next_deadline()
