"""The life of transactions: RFC 3261 section 17. What the machines ask for is done here.

A machine's actions become `Transmit` and events, timers and what `answers` keeps; a machine that
is over leaves. Which transaction a message is for is the business of `server` and `client`.
"""

from collections import Counter
from dataclasses import replace
from enum import Enum

from sipcore.actions import Transmit
from sipcore.errors import StateError
from sipcore.message import Request, Response
from sipcore.ports import Flow
from sipcore.timers import TimerQueue, Timers
from sipcore.transaction.actions import (
    Action,
    Deliver,
    Machine,
    Remember,
    Repeat,
    ReportFailure,
    ReportTimeout,
    Send,
    SendCancel,
    StartTimer,
    StopTimer,
)
from sipcore.transaction.answers import Answers
from sipcore.transaction.events import (
    AckArrived,
    CancelArrived,
    Event,
    ResponseArrived,
    SendFailed,
    TimedOut,
)
from sipcore.transaction.key import Key, client_key
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.store import Store, Transaction


class Machinery:
    """Runs the machines; `timers` are those of unreliable and reliable flows.

    `events` and `outbox` fill until they are taken. `dropped` counts, by reason, what was thrown
    away without a word.
    """

    def __init__(self, timers: Timers) -> None:
        self.timers = {
            False: replace(timers, is_reliable=False),
            True: replace(timers, is_reliable=True),
        }
        self.store = Store()
        self.answers = Answers()
        self.events: list[Event] = []
        self.dropped: Counter[str] = Counter()
        self._outbox: list[Transmit] = []
        self._queue: TimerQueue[tuple[int, Enum]] = TimerQueue()
        self._over: dict[int, Transaction] = {}  # since the last message or timer

    def begin(self) -> None:
        """Forget what the last message or timer ended: another one comes now."""
        if self._over:
            self._over.clear()

    def take_events(self) -> list[Event]:
        events, self.events = self.events, []
        return events

    def take_outbox(self) -> list[Transmit]:
        outbox, self._outbox = self._outbox, []
        return outbox

    def known(self, key: int) -> Transaction:
        """Return a transaction that lives, or that ended with the latest events."""
        tx = self.store.get(key) or self._over.get(key)
        if tx is None:
            raise StateError(f"transaction {key} is over")
        return tx

    def counts(self) -> dict[str, int]:
        """Count live transactions by kind, their names, paths and timers; all 0 at rest."""
        return {
            **self.store.counts(),
            "timers": len(self._queue),
            "answers": len(self.answers),
        }

    # -- time ------------------------------------------------------------------------------------

    def expire(self, now: float) -> None:
        """Fire the timers that are due."""
        self.answers.expire(now)
        for key, on in self._queue.pop_due(now):
            tx = self.store.get(key)
            if tx is not None:  # else one that fired before it ended the transaction
                self.step(tx, on, now)

    def next_deadline(self) -> float | None:
        deadlines = self._queue.next_deadline(), self.answers.next_deadline()
        return min((each for each in deadlines if each is not None), default=None)

    # -- transactions ----------------------------------------------------------------------------

    def open(
        self,
        machine: Machine,
        request: Request,
        name: Key,
        flow: Flow,
        path: Flow,
        now: float,
        *,
        is_internal: bool = False,
        octets: bytes = b"",
    ) -> Transaction:
        """Add a transaction and start its machine; `octets` are its request, if it sends that."""
        tx = self.store.add(machine, request, flow, path, is_internal=is_internal)
        if octets:
            tx.sent, tx.octets = request, octets
        self.store.name(tx, name)
        self._perform(tx, machine.start(), now)
        return tx

    def reopen(self, tx: Transaction, machine: Machine, name: Key, now: float) -> None:
        """Let the transaction begin once more with another machine, under another name.

        Its timers run anew: there is none that the other machine does not start as well.
        """
        tx.machine = machine
        self.store.rename(tx, name)
        self._perform(tx, machine.start(), now)

    def step(
        self,
        tx: Transaction,
        on: Enum,
        now: float,
        message: Request | Response | None = None,
        source: Flow | None = None,
    ) -> None:
        """Give the machine an input; `message` came over `source`."""
        self._perform(tx, tx.machine.step(on, message), now, source)
        if tx.machine.is_over:
            self.store.remove(tx)
            self._over[tx.key] = tx

    def forget(self, tx: Transaction, timer: Enum) -> None:
        """Drop a transaction of which nothing but this timer runs."""
        self._queue.stop((tx.key, timer))
        self.store.remove(tx)

    def transmit(self, flow: Flow, data: bytes) -> None:
        self._outbox.append(Transmit(flow, data))

    def _perform(
        self,
        tx: Transaction,
        todo: list[Action],
        now: float,
        source: Flow | None = None,
    ) -> None:
        # A call has some forty actions, and `match` takes three times as long to tell them apart.
        for action in todo:
            if isinstance(action, StopTimer):
                self._queue.stop((tx.key, action.on))
            elif isinstance(action, Send):
                self._send(tx, action.message)
            elif isinstance(action, StartTimer):
                self._start(tx, action.on, action.seconds, now)
            elif isinstance(action, Remember):
                if action.seconds > 0:
                    self.answers.put(tx.names, tx.path, tx.octets, now + action.seconds)
            elif isinstance(action, Repeat):
                self.transmit(tx.path, tx.octets)
            elif isinstance(action, SendCancel):
                self._cancel(tx, action.request, now)
            elif not tx.is_internal:
                self._tell(tx, action, source or tx.flow)

    def _start(self, tx: Transaction, on: Enum, seconds: float, now: float) -> None:
        if seconds > 0:
            self._queue.start((tx.key, on), now + seconds)
        else:
            self.step(tx, on, now)

    def _send(self, tx: Transaction, message: Request | Response) -> None:
        if tx.sent is not message:
            tx.sent, tx.octets = message, message.to_bytes()
        self.transmit(tx.path, tx.octets)

    def _cancel(self, tx: Transaction, cancel: Request, now: float) -> None:
        machine, path = NonInviteClient(cancel, tx.machine.timers), tx.path
        self.open(machine, cancel, client_key(cancel), path, path, now, is_internal=True)

    def _tell(
        self, tx: Transaction, action: Deliver | ReportTimeout | ReportFailure, source: Flow
    ) -> None:
        if isinstance(action, ReportTimeout):
            self.events.append(TimedOut(tx.key))
        elif isinstance(action, ReportFailure):
            self.events.append(SendFailed(tx.key))
        elif isinstance(action.message, Response):
            self.events.append(ResponseArrived(tx.key, action.message, source))
        elif action.message.method == "ACK":
            self.events.append(AckArrived(action.message, source))
        elif action.message.method == "CANCEL":
            self.events.append(CancelArrived(tx.key, action.message, source))
