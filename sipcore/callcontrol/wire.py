"""What every call shares: transactions, timers, dialogs, and who waits for what.

A request goes out with the function that takes its answer, a timer with the function that it
calls; so a call needs no numbers of its own, and `counts()` shows what is still awaited.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sipcore.actions import Resolve
from sipcore.bindings import Bindings
from sipcore.callcontrol.lines import LinesInUse, Party
from sipcore.message import Request, Response, make_response
from sipcore.ports import CallRecord, Flow, Tokens
from sipcore.resolver import DeadTargets
from sipcore.timers import TimerQueue, Timers
from sipcore.transaction import AckArrived, RequestArrived, Transactions

OnReply = Callable[[Response, bool, float], None]
"""Takes a response, whether the phone sent it, and the time.

A response nobody sent is ours: "a timeout is treated as 408, a transport error as 503" (RFC 3261
section 8.1.3.1).
"""
OnTimer = Callable[[float], None]
OnFound = Callable[[Sequence[Flow], float], None]
"""Takes the ways that a name leads to, and the time."""
TimerKey = tuple[int, str]
"""Whose timer it is (`Wire.number()`), and which."""
DialogKey = tuple[str, str]
"""Call-ID and our own tag."""


class Listener(Protocol):
    """The side of a call that requests inside its dialog are for."""

    def request(self, event: RequestArrived, now: float) -> None: ...

    def ack(self, event: AckArrived, now: float) -> None: ...

    def repeated_answer(self, response: Response, now: float) -> bool:
        """Take a 2xx to an INVITE again; False when it is of another dialog."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who is told when the phone gives up an INVITE that it waits for an answer to."""

    cancelled: OnTimer
    lost: OnTimer


class Open(Protocol):
    """A call that is not over, or whose legs still close."""

    def shut_down(self, now: float) -> None:
        """End it: this server goes down."""
        ...


@dataclass(slots=True)
class Wire:
    transactions: Transactions
    timing: Timers
    tokens: Tokens
    bindings: Bindings
    lines: LinesInUse = field(default_factory=LinesInUse)
    records: list[CallRecord] = field(default_factory=list)
    dialogs: dict[DialogKey, Listener] = field(default_factory=dict)
    calls: dict[int, Open] = field(default_factory=dict)
    timers: TimerQueue[TimerKey] = field(default_factory=TimerQueue)
    dead: DeadTargets = field(default_factory=DeadTargets)
    lookups: list[Resolve] = field(default_factory=list)
    _alarms: dict[TimerKey, OnTimer] = field(default_factory=dict)
    _replies: dict[int, tuple[Request, OnReply]] = field(default_factory=dict)
    _waiting: dict[int, Waiting] = field(default_factory=dict)
    _searches: dict[int, OnFound] = field(default_factory=dict)
    _number: int = 0

    def number(self) -> int:
        self._number += 1
        return self._number

    # -- requests that we send ------------------------------------------------------------------

    def send(self, request: Request, flow: Flow, now: float, on_reply: OnReply) -> int:
        key = self.transactions.send(request, flow, now)
        self._replies[key] = request, on_reply
        return key

    def forget(self, key: int) -> None:
        """No longer wait for the answer to a request; what still comes is dropped."""
        self._replies.pop(key, None)

    def reply(self, key: int, response: Response, now: float) -> bool:
        """Hand a response to whoever waits; False when nobody does."""
        waiting = self._replies.get(key)
        if waiting is None:
            return False
        if response.status >= 200:
            del self._replies[key]
        waiting[1](response, True, now)
        return True

    def no_reply(self, key: int, status: int, now: float) -> None:
        """Tell whoever waits that nothing will come, as a response of our own."""
        waiting = self._replies.pop(key, None)
        if waiting is not None:
            request, on_reply = waiting
            on_reply(make_response(request, status), False, now)

    def way_to(self, party: Party, failed: Flow) -> Flow | None:
        """Return where the line has registered from last, if that is another way."""
        found = self.bindings.of_line(party.phone.name, party.number)
        latest = max(found, key=lambda binding: binding.registered_at, default=None)
        is_other = latest is not None and latest.flow != failed
        return latest.flow if latest is not None and is_other else None

    # -- names that we look up --------------------------------------------------------------------

    def look_up(self, uri: str, on_found: OnFound) -> int:
        """Have the host ask DNS where requests to `uri` go."""
        ticket = self.number()
        self._searches[ticket] = on_found
        self.lookups.append(Resolve(ticket, uri))
        return ticket

    def found(self, ticket: int, flows: Sequence[Flow], now: float) -> None:
        on_found = self._searches.pop(ticket, None)
        if on_found is not None:
            on_found(flows, now)

    def stop_search(self, ticket: int) -> None:
        self._searches.pop(ticket, None)

    # -- INVITEs that we answer -----------------------------------------------------------------

    def wait(self, key: int, waiting: Waiting) -> None:
        self._waiting[key] = waiting

    def settle(self, key: int, response: Response, now: float) -> None:
        """Send the final response to an INVITE."""
        self._waiting.pop(key, None)
        self.transactions.respond(key, response, now)

    def waiting(self, key: int) -> Waiting | None:
        return self._waiting.get(key)

    # -- timers ---------------------------------------------------------------------------------

    def start(self, key: TimerKey, at: float, on_timer: OnTimer) -> None:
        """Start a timer, or start it anew."""
        self.timers.start(key, at)
        self._alarms[key] = on_timer

    def stop(self, key: TimerKey) -> None:
        if self._alarms.pop(key, None) is not None:
            self.timers.stop(key)

    def expire(self, now: float) -> None:
        for key in self.timers.pop_due(now):
            # a timer due at the same moment may have stopped this one
            on_timer = self._alarms.pop(key, None)
            if on_timer is not None:
                on_timer(now)

    def counts(self) -> dict[str, int]:
        return {
            "calls": len(self.calls),
            "dialogs": len(self.dialogs),
            "awaited": len(self._replies),
            "unanswered": len(self._waiting),
            "searches": len(self._searches),
            "call_timers": len(self._alarms),
            "lines_in_use": len(self.lines),
        }


def retry_after(wire: Wire, status: int) -> tuple[tuple[str, str], ...]:
    """Add to a 500 what 14.2 wants: "a randomly chosen value of between 0 and 10 seconds"."""
    return (("Retry-After", str(int(wire.tokens.hex(1), 16) % 11)),) if status == 500 else ()
