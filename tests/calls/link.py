"""A fake network with virtual time: it joins stacks by their doors and is as bad as it is told.

    link = Link(seed=3, weather=Weather(drop=0.2, repeat=0.1))
    link.join("server", engine, ("192.0.2.1", 5060))
    link.join("alice", phone, ("198.51.100.1", 5060))
    link.at(1.0, phone.dial)
    link.run(60)
    print("\\n".join(link.ladder()))

Over UDP messages are dropped, repeated, delayed and so overtake each other; over TCP they are only
delayed, until `cut` breaks the connections. The same seed gives the same run. What a stack asks of
its host besides is done as well: bindings are committed after `commit_s`, records kept.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Protocol

from sipcore.actions import (
    Action,
    CommitFailed,
    Committed,
    FlowFailed,
    RecordAttempt,
    RecordCall,
    Report,
    SaveBindings,
    Transmit,
)
from sipcore.ports import Address, Binding, CallRecord, Flow, RegistrationAttempt

FIRST_EPHEMERAL_PORT = 49152
MAX_TURNS = 200_000  # more means that two stacks talk in circles, or a deadline does not move


class Stack(Protocol):
    """The doors of an engine; the link is the only clock."""

    def receive(self, data: bytes, source: Flow, now: float) -> None: ...

    def report(self, report: Report, now: float) -> None: ...

    def expire(self, now: float) -> None: ...

    def next_deadline(self) -> float | None: ...

    def outbox(self) -> Sequence[Action]: ...


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances from 0 to 1 for each datagram, delays in seconds; a late one takes `late_s`."""

    drop: float = 0.0
    repeat: float = 0.0
    late: float = 0.0
    delay_s: tuple[float, float] = (0.001, 0.02)
    late_s: tuple[float, float] = (0.1, 1.5)


@dataclass(frozen=True, slots=True)
class Passage:
    """One message on its way; `fate` is "ok", "lost", "repeated", "late" or "refused"."""

    at: float
    sender: str
    receiver: str
    data: bytes
    fate: str

    def __str__(self) -> str:
        fate = "" if self.fate == "ok" else f" ({self.fate})"
        return f"{self.at:.3f} {self.sender} -> {self.receiver} {summary(self.data)}{fate}"


@dataclass(slots=True, eq=False)
class Member:
    name: str
    stack: Stack
    is_on: bool = True
    saved: dict[tuple[str, str, str], Binding] = field(default_factory=dict)
    attempts: list[RegistrationAttempt] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class End:
    """One end of a connection; `flows` are all under which its stack knows it."""

    member: Member
    flow: Flow
    flows: set[Flow]
    free_at: float = 0.0  # when the last octet sent from here has arrived: TCP keeps the order


@dataclass(slots=True, eq=False)
class Connection:
    ends: tuple[End, End]

    def other(self, end: End) -> End:
        return self.ends[1] if end is self.ends[0] else self.ends[0]


class Link:
    def __init__(
        self, seed: int = 0, weather: Weather | None = None, *, commit_s: float = 0.002
    ) -> None:
        self.now = 0.0
        self.weather = weather or Weather()
        self.commit_s = commit_s
        self.is_disk_full = False  # then no commit succeeds
        self.refuses: set[Address] = set()  # answer a datagram with "port unreachable"
        self.passages: list[Passage] = []
        self._random = Random(seed)
        self._members: dict[str, Member] = {}
        self._at: dict[Address, Member] = {}
        self._connections: dict[int, tuple[Connection, End]] = {}
        self._numbers = count(1)
        self._ports = count(FIRST_EPHEMERAL_PORT)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._serials = count()

    # -- who is there ----------------------------------------------------------------------------

    def join(self, name: str, stack: Stack, *addresses: Address) -> Member:
        """Put a stack on the network, listening on UDP and TCP alike."""
        member = self._members[name] = Member(name, stack)
        for address in addresses:
            self._at[address] = member
        return member

    def member(self, name: str) -> Member:
        return self._members[name]

    def switch_off(self, name: str) -> None:
        """Pull the plug: what is sent there is lost, its connections break."""
        self._members[name].is_on = False
        self.cut(name)

    def switch_on(self, name: str) -> None:
        self._members[name].is_on = True

    def cut(self, name: str) -> None:
        """Break every connection of a stack; both ends notice."""
        for number, (connection, end) in list(self._connections.items()):
            if end.member.name == name and number in self._connections:
                self._break(connection)

    # -- time ------------------------------------------------------------------------------------

    def at(self, seconds: float, do: Callable[[], None]) -> None:
        """Let something happen `seconds` from now."""
        heapq.heappush(self._events, (self.now + seconds, next(self._serials), do))

    def run(self, seconds: float) -> None:
        """Let time pass, from event to event."""
        end = self.now + seconds
        for _ in range(MAX_TURNS):
            self._carry_out()
            due = self._next_due()
            if due is None or due > end:
                self.now = end
                return
            self.now = max(self.now, due)
            self._turn()
        raise AssertionError(f"no rest after {MAX_TURNS} turns at {self.now}")

    def run_until(self, is_so: Callable[[], bool], seconds: float = 60.0) -> None:
        """Let time pass until something is so; AssertionError when it is not in time."""
        end = self.now + seconds
        self._carry_out()
        while not is_so():
            due = self._next_due()
            if due is None or due > end:
                raise AssertionError("\n".join(["it did not come to that:", *self.ladder()]))
            self.now = max(self.now, due)
            self._turn()
            self._carry_out()

    def _next_due(self) -> float | None:
        times = [member.stack.next_deadline() for member in self._members.values() if member.is_on]
        if self._events:
            times.append(self._events[0][0])
        return min((time for time in times if time is not None), default=None)

    def _turn(self) -> None:
        while self._events and self._events[0][0] <= self.now:
            heapq.heappop(self._events)[2]()
            self._carry_out()
        for member in self._members.values():
            deadline = member.stack.next_deadline() if member.is_on else None
            if deadline is not None and deadline <= self.now:
                member.stack.expire(self.now)

    # -- what the stacks ask for -----------------------------------------------------------------

    def _carry_out(self) -> None:
        for member in self._members.values():
            for action in member.stack.outbox():
                if member.is_on:
                    self._do(member, action)

    def _do(self, member: Member, action: Action) -> None:
        match action:
            case Transmit(flow, data) if flow.is_reliable:
                self._send_over_connection(member, flow, data)
            case Transmit(flow, data):
                self._send_datagram(member, flow, data)
            case SaveBindings():
                self.at(self.commit_s, lambda: self._commit(member, action))
            case RecordAttempt(attempt):
                member.attempts.append(attempt)
            case RecordCall(call):
                member.calls.append(call)

    def _commit(self, member: Member, change: SaveBindings) -> None:
        report: Report
        if self.is_disk_full:
            report = CommitFailed(change.ticket, "disk full")
        else:
            report = Committed(change.ticket)
            member.saved |= {binding.key: binding for binding in change.saved}
            for key in change.removed:
                member.saved.pop(key, None)
        if change.ticket:
            self._report(member, report)

    def _report(self, member: Member, report: Report) -> None:
        if member.is_on:
            member.stack.report(report, self.now)

    # -- UDP -------------------------------------------------------------------------------------

    def _send_datagram(self, sender: Member, flow: Flow, data: bytes) -> None:
        weather, chance = self.weather, self._random.random
        if flow.remote in self.refuses:
            self._note(sender, flow, data, "refused")
            self.at(self._delay(), lambda: self._report(sender, FlowFailed(flow, "unreachable")))
        elif flow.remote not in self._at or chance() < weather.drop:
            self._note(sender, flow, data, "lost")
        elif chance() < weather.late:
            self._note(sender, flow, data, "late")
            self._deliver_later(self._random.uniform(*weather.late_s), flow, data)
        else:
            is_repeated = chance() < weather.repeat
            self._note(sender, flow, data, "repeated" if is_repeated else "ok")
            for _ in range(2 if is_repeated else 1):
                self._deliver_later(self._delay(), flow, data)

    def _deliver_later(self, delay_s: float, flow: Flow, data: bytes) -> None:
        receiver = self._at[flow.remote]
        source = Flow(flow.transport, flow.remote, flow.local)
        self.at(delay_s, lambda: self._deliver(receiver, data, source))

    def _deliver(self, receiver: Member, data: bytes, source: Flow) -> None:
        if receiver.is_on:
            receiver.stack.receive(data, source, self.now)

    # -- TCP -------------------------------------------------------------------------------------

    def _send_over_connection(self, sender: Member, flow: Flow, data: bytes) -> None:
        found = self._connections.get(flow.connection) or self._connected(sender, flow)
        if found is None:
            found = self._open(sender, flow)
        if found is None:
            self._note(sender, flow, data, "refused")
            self.at(self._delay(), lambda: self._report(sender, FlowFailed(flow, "refused")))
            return
        connection, end = found
        end.flows.add(flow)
        other = connection.other(end)
        self._note(sender, flow, data, "ok", other.member)
        end.free_at = max(end.free_at, self.now + self._delay())
        self.at(end.free_at - self.now, lambda: self._arrive(connection, other, data))

    def _connected(self, member: Member, flow: Flow) -> tuple[Connection, End] | None:
        """Find a connection to where the flow goes: as a transport, use what is there."""
        for connection, end in self._connections.values():
            if end.member is member and end.flow.remote == flow.remote:
                return connection, end
        return None

    def _open(self, opener: Member, flow: Flow) -> tuple[Connection, End] | None:
        listener = self._at.get(flow.remote)
        if listener is None or not listener.is_on:
            return None
        here = Flow("TCP", flow.local, flow.remote, next(self._numbers))
        there = Flow("TCP", flow.remote, (flow.local[0], next(self._ports)), next(self._numbers))
        ends = End(opener, here, {here}), End(listener, there, {there})
        connection = Connection(ends)
        for end in ends:
            self._connections[end.flow.connection] = connection, end
        return connection, ends[0]

    def _arrive(self, connection: Connection, end: End, data: bytes) -> None:
        if end.flow.connection in self._connections:  # else it broke on the way
            self._deliver(end.member, data, end.flow)

    def _break(self, connection: Connection) -> None:
        for end in connection.ends:
            del self._connections[end.flow.connection]
        for end in connection.ends:
            for flow in sorted(end.flows, key=lambda flow: -flow.connection):
                self._report(end.member, FlowFailed(flow, "connection closed"))

    # -- what happened ---------------------------------------------------------------------------

    def ladder(self, *starts: str) -> list[str]:
        """Return all that was sent, one line each; or only what starts with one of these.

        "INVITE" is the request, "200 INVITE" a response.
        """
        shown = [each for each in self.passages if summary(each.data).startswith(starts or ("",))]
        return [str(each) for each in shown]

    def _note(
        self, sender: Member, flow: Flow, data: bytes, fate: str, receiver: Member | None = None
    ) -> None:
        there = receiver or self._at.get(flow.remote)
        name = there.name if there else f"{flow.remote[0]}:{flow.remote[1]}"
        self.passages.append(Passage(self.now, sender.name, name, data, fate))

    def _delay(self) -> float:
        return self._random.uniform(*self.weather.delay_s)


def summary(data: bytes) -> str:
    """Say what a message is: "INVITE", or "200 INVITE"; read without our own parser."""
    start, *lines = data.decode("utf-8", "replace").split("\r\n")
    first, _, rest = start.partition(" ")
    if first != "SIP/2.0":
        return first
    names = (line.split() for line in lines if line[:5].lower() == "cseq:")
    return " ".join([rest[:3], *(words[-1] for words in names)])
