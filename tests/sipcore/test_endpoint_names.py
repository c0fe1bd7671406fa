"""Names that the engine wants looked up: they hold nothing else up."""

import asyncio
import socket

import pytest

from sipcore.actions import Report, Resolve, Resolved, Transmit
from sipcore.endpoint import Endpoint
from sipcore.ports import Flow
from sipcore.resolver import Target
from tests.sipcore.host import MESSAGE, FakeEngine, FakeLocator, udp_flow
from tests.sipcore.transport.recording_sink import until


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
