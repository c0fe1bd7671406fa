import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import pytest

from sipcore.actions import (
    Action,
    Committed,
    FlowFailed,
    RecordAttempt,
    RecordCall,
    Report,
    Resolve,
    Resolved,
    SaveBindings,
    Transmit,
)
from sipcore.endpoint import Endpoint
from sipcore.message import SipUri
from sipcore.ports import Address, CallRecord, Decision, Flow, RegistrationAttempt
from sipcore.resolver import Located, Target
from sipcore.transport import Listen, ListenError, TcpLimits
from tests.sipcore.transport.recording_sink import until

MESSAGE = b"OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n"
DECISION = Decision("accepted", "accepted", 200)


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


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def locator() -> FakeLocator:
    return FakeLocator()


@pytest.fixture
async def endpoint(
    engine: FakeEngine, store: FakeStore, locator: FakeLocator
) -> AsyncIterator[Endpoint]:
    listen = [Listen("UDP", "127.0.0.1", 0), Listen("TCP", "127.0.0.1", 0)]
    made = Endpoint(engine, store, listen, locator=locator)
    await made.open()
    yield made
    await made.close(0.1)


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


def udp_flow(endpoint: Endpoint, phone: socket.socket) -> Flow:
    return Flow("UDP", endpoint.listening[0].address, phone.getsockname())


async def test_what_it_listens_on_is_told_with_real_ports(endpoint: Endpoint) -> None:
    udp, tcp = endpoint.listening
    assert (udp.transport, tcp.transport) == ("UDP", "TCP")
    assert udp.port
    assert tcp.port


async def test_a_datagram_goes_to_the_engine_and_the_answer_back(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    engine.answer = lambda data, flow: [Transmit(flow, b"answer")]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: engine.told)
    assert engine.told == [(MESSAGE, udp_flow(endpoint, phone))]
    assert phone.recv(100) == b"answer"


async def test_a_message_over_tcp_goes_to_the_engine_and_the_answer_back(
    endpoint: Endpoint, engine: FakeEngine
) -> None:
    engine.answer = lambda data, flow: [Transmit(flow, b"answer")]
    reader, writer = await asyncio.open_connection(*endpoint.listening[1].address)
    writer.write(MESSAGE)
    assert await reader.readexactly(6) == b"answer"
    writer.close()
    await until(lambda: len(engine.told) == 2)
    assert isinstance(engine.told[1], FlowFailed)


async def test_a_connection_is_not_read_while_too_much_of_it_waits_and_loses_nothing(
    endpoint: Endpoint, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sipcore.endpoint.WORK_S", 0.0001)
    paused: list[bool] = []

    def answer(data: bytes, flow: Flow) -> Sequence[Action]:
        paused.append(bool(endpoint._crowded))
        return [Transmit(flow, b"answer")]

    engine.answer = answer
    reader, writer = await asyncio.open_connection(*endpoint.listening[1].address)
    writer.write(MESSAGE * 500)
    assert await reader.readexactly(6 * 500)
    assert any(paused)
    assert not endpoint._crowded
    writer.close()
    await until(lambda: isinstance(engine.told[-1], FlowFailed))
    assert len(engine.told) == 501


async def test_the_end_of_a_connection_is_told_after_what_it_brought(
    endpoint: Endpoint, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sipcore.endpoint.WORK_S", 0.0001)
    _, writer = await asyncio.open_connection(*endpoint.listening[1].address)
    writer.write(MESSAGE * 60)
    writer.close()
    await until(lambda: len(engine.told) == 61)
    assert isinstance(engine.told[-1], FlowFailed)


async def test_registered_phones_go_before_strangers_and_who_waits_is_told_for_how_long(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    ours = endpoint.listening[0].address
    stranger, known = Flow("UDP", ours, ("127.0.0.9", 9)), Flow("UDP", ours, ("127.0.0.8", 8))
    engine.known = {known.remote}
    endpoint._is_work_due = True  # as while older messages wait
    endpoint.deliver([(b"s1", stranger), (b"s2", stranger), (b"k1", known), (b"k2", known)])
    await asyncio.sleep(0.02)
    endpoint._work()
    assert [data for data, _ in engine.told] == [b"k1", b"k2", b"s1", b"s2"]
    assert engine.waited_s >= 0.02


async def test_an_overload_is_logged_once_for_all_that_was_turned_away(
    endpoint: Endpoint, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.refused = 7
    for _ in range(2):
        endpoint._tell_of_overload()
    assert [record.getMessage() for record in caplog.records] == [
        "more comes than can be carried: 7 messages were turned away"
    ]


async def test_actions_are_carried_out_in_order(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    engine.answer = lambda data, flow: [Transmit(flow, b"1"), Transmit(flow, b"2")]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: engine.told)
    assert [phone.recv(10), phone.recv(10)] == [b"1", b"2"]


async def test_an_answer_that_waits_for_the_disk_leaves_after_the_commit(
    endpoint: Endpoint, engine: FakeEngine, store: FakeStore, phone: socket.socket
) -> None:
    engine.answer = lambda data, flow: [SaveBindings(1), SaveBindings(2), SaveBindings(0)]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: len(store.changes) == 3)
    store.commit()
    await until(lambda: len(engine.told) == 3)
    assert engine.told[1:] == [Committed(1), Committed(2)]


async def test_attempts_and_calls_go_to_the_store(
    endpoint: Endpoint, engine: FakeEngine, store: FakeStore, phone: socket.socket
) -> None:
    flow = udp_flow(endpoint, phone)
    attempt = RegistrationAttempt(1.0, flow, DECISION)
    call = CallRecord(
        "c", "", "", "", "", "", "", "", 1.0, None, None, 2.0, 200, 16, "caller", DECISION
    )
    engine.answer = lambda data, flow: [RecordCall(call), RecordAttempt(attempt)]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: store.recorded)
    assert store.recorded == [attempt, call]


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
async def test_a_flow_that_fails_within_a_send_is_reported_afterwards(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket, transport: str
) -> None:
    bad = Flow(transport, endpoint.listening[0].address, ("phone.example", 5060))
    engine.answer = lambda data, flow: [Transmit(bad, b"1"), Transmit(flow, b"2")]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: len(engine.told) == 2)
    assert isinstance(engine.told[1], FlowFailed)
    assert phone.recv(10) == b"2"


async def test_a_flow_that_no_socket_serves_fails(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    bad = Flow("UDP", ("::1", 5060), ("::1", 5061))
    engine.answer = lambda data, flow: [Transmit(bad, b"1")]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: len(engine.told) == 2)
    assert engine.told[1] == FlowFailed(bad, "nothing here listens on UDP ::1")


async def test_a_flow_of_an_earlier_process_goes_out_of_the_socket_there_is(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    old = Flow("UDP", ("192.0.2.99", 5060), phone.getsockname())
    engine.answer = lambda data, flow: [Transmit(old, b"1")]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: engine.told)
    assert phone.recvfrom(10) == (b"1", endpoint.listening[0].address)


async def test_the_engine_is_woken_at_its_deadline(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    engine.deadline = asyncio.get_running_loop().time() + 0.05
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: engine.told)
    assert "expire" not in engine.told
    await until(lambda: "expire" in engine.told)
    assert engine.told.count("expire") == 1


async def test_an_earlier_deadline_moves_the_timer(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    now = asyncio.get_running_loop().time()
    for deadline in (now + 60, now + 0.02):
        engine.deadline = deadline
        engine.told.clear()
        phone.sendto(MESSAGE, endpoint.listening[0].address)
        await until(lambda: engine.told)
    await until(lambda: "expire" in engine.told)


async def test_a_fault_with_one_message_does_not_silence_the_next(
    endpoint: Endpoint,
    engine: FakeEngine,
    phone: socket.socket,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(data: bytes, flow: Flow) -> list[Action]:
        if data.endswith(b"bad"):
            raise KeyError("ours")
        return [Transmit(flow, b"answer")]

    engine.answer = answer
    phone.sendto(MESSAGE + b"bad", endpoint.listening[0].address)
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: len(engine.told) == 2)
    assert phone.recv(10) == b"answer"
    assert endpoint.counts["faults"] == 1
    assert "the engine failed" in caplog.text


async def test_connections_are_swept_now_and_then(
    engine: FakeEngine, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sipcore.endpoint.SWEEP_S", 0.02)
    limits = TcpLimits(half_open_s=0.01)
    endpoint = Endpoint(engine, store, [Listen("TCP", "127.0.0.1", 0)], tcp_limits=limits)
    await endpoint.open()
    _, writer = await asyncio.open_connection(*endpoint.listening[0].address)
    await until(lambda: engine.told)
    assert isinstance(engine.told[0], FlowFailed)
    writer.close()
    await endpoint.close()


async def test_a_taken_port_closes_what_was_open_already(
    endpoint: Endpoint, engine: FakeEngine, store: FakeStore
) -> None:
    taken = endpoint.listening[1]
    second = Endpoint(engine, store, [Listen("UDP", "127.0.0.1", 0), taken])
    with pytest.raises(ListenError, match=str(taken)):
        await second.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(second.listening[0].address)


# -- names ---------------------------------------------------------------------------------------


async def look_up(endpoint: Endpoint, engine: FakeEngine, uri: str) -> Resolved:
    engine.actions.append(Resolve(7, uri))
    endpoint.deliver([])
    await until(lambda: engine.told)
    assert isinstance(engine.told[0], Resolved)
    return engine.told[0]


async def test_a_name_is_looked_up_for_what_is_listened_on(
    endpoint: Endpoint, engine: FakeEngine, locator: FakeLocator
) -> None:
    locator.targets = (
        Target("TCP", "127.0.0.2", 5070),
        Target("UDP", "2001:db8::1", 5060),
        Target("UDP", "127.0.0.2", 5060),
    )
    udp, tcp = endpoint.listening
    assert await look_up(endpoint, engine, "sip:1002@phone.example.com") == Resolved(
        7,
        (
            Flow("TCP", tcp.address, ("127.0.0.2", 5070)),
            Flow("UDP", udp.address, ("127.0.0.2", 5060)),
        ),
    )
    assert locator.asked == [("sip:1002@phone.example.com", ["UDP", "TCP"], ["A"])]


async def test_what_the_report_leads_to_is_carried_out(
    endpoint: Endpoint, engine: FakeEngine, phone: socket.socket
) -> None:
    flow = udp_flow(endpoint, phone)
    told = engine.report

    def invite(report: Report, now: float) -> None:
        told(report, now)
        engine.actions.append(Transmit(flow, b"INVITE"))

    engine.report = invite  # type: ignore[method-assign]  # the test plays the engine
    await look_up(endpoint, engine, "sip:1002@phone.example.com")
    assert phone.recv(10) == b"INVITE"


@pytest.mark.parametrize("fault", [None, KeyError("ours")])
async def test_a_name_that_leads_nowhere_is_reported_too(
    endpoint: Endpoint, engine: FakeEngine, locator: FakeLocator, fault: Exception | None
) -> None:
    locator.fault = fault
    assert await look_up(endpoint, engine, "sip:1002@phone.example.com") == Resolved(7)
    assert endpoint.counts["faults"] == (fault is not None)


async def test_what_is_no_sip_uri_leads_nowhere(endpoint: Endpoint, engine: FakeEngine) -> None:
    assert await look_up(endpoint, engine, "tel:1002") == Resolved(7)


async def test_a_look_up_that_hangs_stops_nothing_else(
    endpoint: Endpoint, engine: FakeEngine, locator: FakeLocator, phone: socket.socket
) -> None:
    locator.hangs = True
    engine.actions.append(Resolve(7, "sip:1002@phone.example.com"))
    engine.answer = lambda data, flow: [Transmit(flow, b"answer")]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: engine.told and locator.asked)
    assert phone.recv(10) == b"answer"
    await asyncio.wait_for(endpoint.close(0), 1)
    assert not any(isinstance(each, Resolved) for each in engine.told)


# -- the end -------------------------------------------------------------------------------------


async def test_the_end_waits_for_the_disk_and_answers_before_the_sockets_close(
    endpoint: Endpoint, engine: FakeEngine, store: FakeStore, phone: socket.socket
) -> None:
    engine.answer = lambda data, flow: [SaveBindings(1)]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: store.changes)
    flow = udp_flow(endpoint, phone)
    told = engine.report

    def answer_then(report: Report, now: float) -> None:
        told(report, now)
        engine.actions.append(Transmit(flow, b"saved"))

    engine.report = answer_then  # type: ignore[method-assign]  # the test plays the engine
    closing = asyncio.ensure_future(endpoint.close(2))
    await asyncio.sleep(0.02)
    assert not closing.done()
    store.commit()
    await closing
    assert phone.recv(100) == b"saved"


async def test_the_end_does_not_wait_for_ever(
    endpoint: Endpoint, engine: FakeEngine, store: FakeStore, phone: socket.socket
) -> None:
    engine.answer = lambda data, flow: [SaveBindings(1)]
    phone.sendto(MESSAGE, endpoint.listening[0].address)
    await until(lambda: store.changes)
    await asyncio.wait_for(endpoint.close(0.05), 1)


async def test_a_report_after_the_end_does_no_harm(store: FakeStore, engine: FakeEngine) -> None:
    endpoint = Endpoint(engine, store, [])
    await endpoint.open()
    engine.actions.append(SaveBindings(1))
    endpoint.deliver([])
    await endpoint.close(0)
    store.commit()
    await until(lambda: engine.told)


async def test_the_end_cancels_every_task(endpoint: Endpoint) -> None:
    task = endpoint.spawn(asyncio.sleep(60), "sleeper")
    await endpoint.close(0)
    assert task.cancelled()


async def test_a_task_that_fails_is_reported_by_name(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ValueError("inside")

    with caplog.at_level(logging.ERROR):
        endpoint.spawn(fail(), "the task")
        await until(lambda: caplog.records)
    assert caplog.records[0].getMessage() == "the task failed"
    assert caplog.records[0].exc_info
