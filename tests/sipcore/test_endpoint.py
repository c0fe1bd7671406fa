"""Sockets, the loop and the engine as one: what comes in and goes out."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from sipcore.actions import (
    Action,
    Committed,
    FlowFailed,
    RecordAttempt,
    RecordCall,
    SaveBindings,
    Transmit,
)
from sipcore.endpoint import Endpoint
from sipcore.ports import CallRecord, Decision, Flow, RegistrationAttempt
from sipcore.transport import Listen, ListenError, TcpLimits
from tests.sipcore.host import MESSAGE, FakeEngine, FakeStore, udp_flow
from tests.sipcore.transport.recording_sink import until

DECISION = Decision("accepted", "accepted", 200)


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
