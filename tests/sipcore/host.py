"""What an endpoint works for and with, played by a test: engine, disk and DNS."""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence

from sipcore.actions import Action, Committed, Report, SaveBindings
from sipcore.endpoint import Endpoint
from sipcore.message import SipUri
from sipcore.ports import Address, CallRecord, Flow, RegistrationAttempt
from sipcore.resolver import Located, Target

MESSAGE = b"OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n"


class FakeEngine:
    """Keeps what it is told; `answer` says what a message leads to."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.actions: list[Action] = []
        self.deadline: float | None = None
        self.known: set[Address] = set()
        self.waited_s = 0.0
        self.refused = 0
        self.answer: Callable[[bytes, Flow], Sequence[Action]] = lambda data, flow: ()

    def receive(self, data: bytes, source: Flow, now: float, waited_s: float) -> None:
        self.told.append((data, source))
        self.waited_s = waited_s
        self.actions += self.answer(data, source)

    def knows(self, source: Flow) -> bool:
        return source.remote in self.known

    def report(self, report: Report, now: float) -> None:
        self.told.append(report)

    def expire(self, now: float) -> None:
        self.told.append("expire")
        self.deadline = None

    def next_deadline(self) -> float | None:
        return self.deadline

    def outbox(self) -> list[Action]:
        actions, self.actions = self.actions, []
        return actions


class FakeStore:
    """Commits when `commit` is called, from a thread of its own as a real one does."""

    def __init__(self) -> None:
        self.changes: list[SaveBindings] = []
        self.recorded: list[object] = []
        self.on_done: Callable[[Sequence[Report]], None] | None = None

    def save(
        self, changes: Sequence[SaveBindings], on_done: Callable[[Sequence[Report]], None]
    ) -> None:
        self.changes += changes
        self.on_done = on_done

    def record(self, attempts: Sequence[RegistrationAttempt], calls: Sequence[CallRecord]) -> None:
        self.recorded += [*attempts, *calls]

    def commit(self) -> None:
        assert self.on_done
        reports = [Committed(change.ticket) for change in self.changes if change.ticket]
        self.changes = []
        thread = threading.Thread(target=self.on_done, args=(reports,))
        thread.start()
        thread.join()


class FakeLocator:
    """Finds what a test says; `hangs` makes it wait for ever."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str], Sequence[str]]] = []
        self.targets: tuple[Target, ...] = ()
        self.fault: Exception | None = None
        self.hangs = False

    async def locate(
        self, uri: SipUri, transports: Sequence[str], families: Sequence[str]
    ) -> Located:
        self.asked.append((str(uri), transports, families))
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault:
            raise self.fault
        return Located(self.targets, problem="" if self.targets else "no such name")


def udp_flow(endpoint: Endpoint, phone: socket.socket) -> Flow:
    return Flow("UDP", endpoint.listening[0].address, phone.getsockname())
