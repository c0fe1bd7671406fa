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
    SaveBindings,
    Transmit,
)
from sipcore.endpoint import Endpoint
from sipcore.ports import CallRecord, Decision, Flow, RegistrationAttempt
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
        self.answer: Callable[[bytes, Flow], Sequence[Action]] = lambda data, flow: ()

    def receive(self, data: bytes, source: Flow, now: float) -> None:
        self.told.append((data, source))
        self.actions += self.answer(data, source)

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


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
async def endpoint(engine: FakeEngine, store: FakeStore) -> AsyncIterator[Endpoint]:
    listen = [Listen("UDP", "127.0.0.1", 0), Listen("TCP", "127.0.0.1", 0)]
    made = Endpoint(engine, store, listen)
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
