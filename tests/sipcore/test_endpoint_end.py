"""How an endpoint ends: in order, whatever is still under way."""

import asyncio
import logging
import socket

import pytest

from sipcore.actions import Report, SaveBindings, Transmit
from sipcore.endpoint import Endpoint
from tests.sipcore.host import MESSAGE, FakeEngine, FakeStore, udp_flow
from tests.sipcore.transport.recording_sink import until


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
