"""The asyncio host of the engine: its sockets, its one timer, its tasks, and their order.

Everything but `open` and `close` runs between two turns of the loop. What the engine asks for is
carried out in order after each batch of messages; what must be durable goes to the `Store`, which
answers from its own thread.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from sipcore.actions import (
    Action,
    FlowFailed,
    RecordAttempt,
    RecordCall,
    Report,
    Resolved,
    SaveBindings,
    Transmit,
)
from sipcore.errors import ParseError
from sipcore.message import SipUri
from sipcore.ports import Address, Asked, CallRecord, Flow, RegistrationAttempt
from sipcore.resolver import Located, next_host
from sipcore.resolver.dns_client import DnsClient
from sipcore.transport import (
    Intake,
    Listen,
    ListenError,
    LocalAddresses,
    Received,
    TcpLimits,
    TcpTransport,
    UdpTransport,
    families_of,
    flows_to,
    transports_of,
)

log = logging.getLogger(__name__)

SWEEP_S = 5.0
# After so long with messages, sockets and timers get their turn again.
WORK_S = 0.005
# Messages of one connection that wait before it is read no more, and before it is read again.
CROWDED, CLEARED = 64, 16
# A deadline that stays in the past would otherwise keep the loop from everything else.
SHORTEST_TIMER_S = 0.001


class Doors(Protocol):
    """The engine, as the endpoint uses it; `now` is the loop's monotonic time."""

    def receive(self, data: bytes, source: Flow, now: float, waited_s: float) -> None: ...

    def knows(self, source: Flow) -> bool: ...

    @property
    def refused(self) -> int: ...

    def report(self, report: Report, now: float) -> None: ...

    def expire(self, now: float) -> None: ...

    def next_deadline(self) -> float | None: ...

    def outbox(self) -> list[Action]: ...


class Store(Protocol):
    """Where what the engine wants kept goes; both methods return at once."""

    def save(
        self, changes: Sequence[SaveBindings], on_done: Callable[[Sequence[Report]], None]
    ) -> None:
        """Make the changes durable, in order; then report each ticket but 0, from any thread."""
        ...

    def record(
        self, attempts: Sequence[RegistrationAttempt | Asked], calls: Sequence[CallRecord]
    ) -> None: ...


class Locator(Protocol):
    async def locate(
        self, uri: SipUri, transports: Sequence[str], families: Sequence[str]
    ) -> Located:
        """Find the targets of `uri` (RFC 3263) within a few seconds, whatever DNS does."""
        ...


class Endpoint:
    """Implements `transport.Sink`."""

    def __init__(
        self,
        engine: Doors,
        store: Store,
        listen: Sequence[Listen],
        *,
        tcp_limits: TcpLimits | None = None,
        locator: Locator | None = None,
    ) -> None:
        self._engine = engine
        self._locator = locator or DnsClient()
        self._store = store
        self._listen = listen
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._local_addresses = LocalAddresses()
        self._udp = [
            UdpTransport(each, self, self._loop, self._local_addresses)
            for each in listen
            if each.transport == "UDP"
        ]
        streams = [each for each in listen if each.transport == "TCP"]
        self._tcp = TcpTransport(streams, self, self._loop, self.spawn, tcp_limits)
        self._route: dict[Address, UdpTransport] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sweep_at = 0.0
        self._intake = Intake()
        self._crowded: set[int] = set()
        self._ended: dict[int, list[FlowFailed]] = {}
        self._is_work_due = False
        self._turned_away = 0
        self._failed: list[FlowFailed] = []
        self._is_settling = False
        self._unsaved = 0
        self._all_saved = asyncio.Event()
        self._all_saved.set()
        self.counts: Counter[str] = Counter()

    # -- life ------------------------------------------------------------------------------------

    @property
    def listening(self) -> list[Listen]:
        """What is listened on, with the real ports, in the order of the options."""
        udp, tcp = iter(self._udp), iter(self._tcp.listens)
        return [
            next(udp).listen if each.transport == "UDP" else next(tcp) for each in self._listen
        ]

    async def open(self) -> None:
        """Listen on every address or on none. Raises ListenError."""
        try:
            for udp in self._udp:
                udp.open()
            await self._tcp.open()
        except ListenError:
            await self.close(0)
            raise
        self._sweep_at = self._loop.time() + SWEEP_S
        self._settle()

    async def close(self, patience_s: float = 2.0) -> None:
        """End in order: no new messages, answers to those that came, sockets, tasks."""
        for udp in self._udp:
            udp.stop_reading()
        self._tcp.stop_reading()
        until = self._loop.time() + patience_s
        await self._wait(self._all_saved, until)
        if self._timer is not None:
            self._timer.cancel()
        self._tcp.close()
        await self._wait(self._tcp.is_empty, until)
        self._tcp.abort()
        for udp in self._udp:
            udp.close()
        await self._end_tasks()

    async def _wait(self, event: asyncio.Event, until: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), max(until - self._loop.time(), 0))

    async def _end_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` as a task that is kept, that reports its failure, and that `close` ends."""
        # asyncio keeps only weak references to tasks and says nothing of a failure until the task
        # is collected; hence one place that makes tasks, and this is it.
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)
        return task

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("%s failed", task.get_name(), exc_info=fault)

    def tell(self, door: Callable[[float], None]) -> None:
        """Use a door of the engine for something that comes neither from a phone nor the disk."""
        self._ask(door, self._loop.time())
        self._settle()

    # -- what comes in ---------------------------------------------------------------------------

    def deliver(self, batch: Sequence[Received]) -> None:
        """Give the engine what has come; what must wait gets in line."""
        now = self._loop.time()
        done = 0 if self._is_work_due else self._work_off(batch, now)
        for data, flow in batch[done:]:
            self._intake.put(data, flow, now, is_registered=self._engine.knows(flow))
            if flow.connection and self._intake.waiting_of(flow.connection) >= CROWDED:
                self._crowded.add(flow.connection)
                self._tcp.pause(flow.connection)
        if not self._is_work_due:
            self._go_on_later()
            self._settle()

    def _work_off(self, batch: Sequence[Received], now: float) -> int:
        """Do what a turn has time for, as nothing waits; return how many messages that was."""
        clock, receive = self._loop.time, self._engine.receive
        until, done = now + WORK_S, 0
        for data, flow in batch:
            try:
                receive(data, flow, now, 0.0)
            except Exception:
                self._faulty()
            done += 1
            if (now := clock()) >= until:
                break
        return done

    def _work(self) -> None:
        """Give the engine what waits, for some milliseconds; the rest after the sockets' turn."""
        self._is_work_due = False
        now = self._loop.time()
        until = now + WORK_S
        while now < until and (waiting := self._intake.take()) is not None:
            self._ask(self._engine.receive, waiting.data, waiting.flow, now, now - waiting.since)
            now = self._loop.time()
        self._look_after_connections()
        self._go_on_later()
        self._settle()

    def _go_on_later(self) -> None:
        if self._intake:
            self._is_work_due = True
            self._loop.call_soon(self._work)

    def _look_after_connections(self) -> None:
        """Read again from those whose messages have been dealt with; report those that ended."""
        for connection in [c for c in self._crowded if self._intake.waiting_of(c) <= CLEARED]:
            self._crowded.discard(connection)
            self._tcp.resume(connection)
        for connection in [c for c in self._ended if not self._intake.waiting_of(c)]:
            self._failed += self._ended.pop(connection)

    def failed(self, flow: Flow, reason: str) -> None:
        if flow.connection and self._intake.waiting_of(flow.connection):
            # What it has brought comes first: a REGISTER would else bind to what is gone.
            self._ended.setdefault(flow.connection, []).append(FlowFailed(flow, reason))
            return
        self._failed.append(FlowFailed(flow, reason))
        if not self._is_settling:
            self._settle()

    def _saved(self, reports: Sequence[Report]) -> None:
        self._unsaved -= len(reports)
        if not self._unsaved:
            self._all_saved.set()
        now, report = self._loop.time(), self._engine.report
        for each in reports:
            try:
                report(each, now)
            except Exception:
                self._faulty()
        self._settle()

    def _saved_elsewhere(self, reports: Sequence[Report]) -> None:
        """Come back from the store's thread; once for all tickets of one commit."""
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(self._saved, reports)

    def _ask(self, door: Callable[..., None], *arguments: object) -> None:
        try:
            door(*arguments)
        except Exception:
            self._faulty()

    def _faulty(self) -> None:
        """Go on: a fault of ours with one message must not silence all other phones."""
        self.counts["faults"] += 1
        log.exception("the engine failed")

    # -- what goes out ---------------------------------------------------------------------------

    def _settle(self) -> None:
        """Carry out what the engine asks for until it asks for nothing, then set the timer."""
        self._is_settling = True
        try:
            while (actions := self._engine.outbox()) or self._failed:
                self._carry_out(actions)
                failed, self._failed = self._failed, []
                now = self._loop.time()
                for report in failed:
                    self._ask(self._engine.report, report, now)
        finally:
            self._is_settling = False
        self._set_timer()

    def _carry_out(self, actions: Sequence[Action]) -> None:
        changes: list[SaveBindings] = []
        attempts: list[RegistrationAttempt | Asked] = []
        calls: list[CallRecord] = []
        for action in actions:
            if isinstance(action, Transmit):
                self._transmit(action.flow, action.data)
            elif isinstance(action, SaveBindings):
                changes.append(action)
            elif isinstance(action, RecordAttempt):
                attempts.append(action.attempt)
            elif isinstance(action, RecordCall):
                calls.append(action.call)
            else:
                self.spawn(self._resolve(action.ticket, action.uri), "look up a name")
        if changes:
            self._unsaved += sum(change.ticket != 0 for change in changes)
            if self._unsaved:
                self._all_saved.clear()
            self._store.save(changes, self._saved_elsewhere)
        if attempts or calls:
            self._store.record(attempts, calls)

    def _transmit(self, flow: Flow, data: bytes) -> None:
        if flow.transport == "TCP":
            self._tcp.send(flow, data)
        elif (udp := self._route.get(flow.local) or self._udp_for(flow)) is not None:
            udp.send(flow, data)
        else:
            self.failed(flow, f"nothing here listens on {flow.transport} {flow.local[0]}")

    def _udp_for(self, flow: Flow) -> UdpTransport | None:
        """Find the socket that the flow came in on, or one that reaches its remote."""
        known = self._route.get(flow.local)
        if known is None and (known := self._choose(flow.local)) is not None:
            if len(self._route) > 1024:
                self._route.clear()
            self._route[flow.local] = known
        return known

    def _choose(self, local: Address) -> UdpTransport | None:
        family = Listen("UDP", *local).family
        ours = [udp for udp in self._udp if udp.listen.family == family]
        exact = [udp for udp in ours if udp.listen.address == local]
        wild = [udp for udp in ours if udp.listen.is_wildcard and udp.listen.port == local[1]]
        return next(iter(exact or wild or ours), None)

    # -- names ----------------------------------------------------------------------------------

    async def _resolve(self, ticket: int, uri: str) -> None:
        flows: tuple[Flow, ...] = ()
        try:
            flows = await self._find_ways(SipUri.parse(uri))
        except ParseError as error:
            log.info("%s", error)
        except Exception:  # the call that waits for this must go on, or end
            self.counts["faults"] += 1
            log.exception("a look-up failed")
        self._ask(self._engine.report, Resolved(ticket, flows), self._loop.time())
        self._settle()

    async def _find_ways(self, uri: SipUri) -> tuple[Flow, ...]:
        listening = self.listening
        located = await self._locator.locate(uri, transports_of(listening), families_of(listening))
        if not located.targets:
            log.info("no way to %s: %s", next_host(uri), located.problem)
        return flows_to(located.targets, listening, self._local_addresses, self._loop.time())

    # -- time ------------------------------------------------------------------------------------

    def _set_timer(self) -> None:
        """Keep the one timer at the next deadline or before it; a later deadline moves nothing."""
        deadline = self._engine.next_deadline()
        at = self._sweep_at if deadline is None else min(deadline, self._sweep_at)
        at = max(at, self._loop.time() + SHORTEST_TIMER_S)
        if self._timer is not None:
            if self._timer.when() <= at and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self._loop.time()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_S
            self._tcp.sweep(now)
            self._tell_of_overload()
        deadline = self._engine.next_deadline()
        if deadline is not None and deadline <= now:
            self._ask(self._engine.expire, now)
        self._settle()

    def _tell_of_overload(self) -> None:
        turned_away = self._intake.dropped + self._engine.refused
        if turned_away > self._turned_away:
            count = turned_away - self._turned_away
            log.warning("more comes than can be carried: %d messages were turned away", count)
        self._turned_away = turned_away
