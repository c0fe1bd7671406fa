"""RFC 3261 section 18.1.1: what is too large for a datagram goes over TCP, or after all as one."""

from dataclasses import replace

import pytest

from sipcore.message import Request
from sipcore.transaction.oversize import (
    LARGEST_DATAGRAM,
    REMEMBERED,
    UDP_ALONE_S,
    Oversize,
    octets_of,
)
from tests.sipcore.transaction.ladder import UDP, Ladder, request, unsent

DETOUR = replace(UDP, transport="TCP")


def large(method: str = "INVITE", octets: int = 1500) -> Request:
    made = unsent(method)
    made.body = b"x" * octets
    return made


def sends_large(ladder: Ladder, method: str = "INVITE") -> None:
    ladder.key = ladder.layer.send(large(method), UDP, ladder.now)
    ladder._take([])


def test_size_is_counted_as_it_will_be_sent() -> None:
    made = request()
    made.body = b"x" * 700
    assert 0 <= octets_of(made) - len(made.to_bytes()) < 32


def test_a_small_request_goes_as_a_datagram() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    assert ladder.flows == [UDP]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_a_large_request_goes_over_tcp_and_its_via_says_so(method: str) -> None:
    ladder = Ladder()
    sends_large(ladder, method)
    assert ladder.flows == [DETOUR]
    assert ladder.last_request().via.transport == "TCP"
    ladder.waits(20)
    assert len(ladder.sent) == 1, "TCP repeats by itself"
    ladder.hears_answer(200, flow=replace(DETOUR, connection=7))
    assert ladder.log()[-1] == "20 == 200"


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_without_tcp_at_the_other_end_it_is_sent_as_a_datagram(method: str) -> None:
    ladder = Ladder()
    sends_large(ladder, method)
    ladder.loses(DETOUR)
    assert ladder.flows == [DETOUR, UDP]
    assert ladder.last_request().via.transport == "UDP"
    ladder.waits(0.5)
    assert ladder.flows[2:] == [UDP], "timer A or E runs now"
    ladder.hears_answer(200)
    assert ladder.log()[-1] == "0.5 == 200"
    ladder.waits(40)
    assert ladder.is_clean()


def test_who_has_no_tcp_is_remembered_for_a_while() -> None:
    ladder = Ladder()
    sends_large(ladder)
    ladder.loses(DETOUR)
    ladder.now += 60
    sends_large(ladder)
    assert ladder.flows[-1] == UDP
    ladder.now += UDP_ALONE_S
    sends_large(ladder)
    assert ladder.flows[-1] == DETOUR


def test_a_connection_that_breaks_after_an_answer_is_a_failure() -> None:
    ladder = Ladder()
    sends_large(ladder)
    ladder.hears_answer(180, flow=DETOUR)
    ladder.loses(DETOUR)
    assert ladder.log()[-1] == "0 == SendFailed"
    assert ladder.is_clean()


def test_a_cancel_that_waits_goes_on_waiting() -> None:
    ladder = Ladder()
    sends_large(ladder)
    ladder.cancels()
    ladder.loses(DETOUR)
    ladder.hears_answer(180)
    assert ladder.log()[-2:] == ["0 -> CANCEL", "0 == 180"]
    assert ladder.flows[-1] == UDP


def test_memory_is_bounded() -> None:
    oversize = Oversize()
    for number in range(REMEMBERED + 10):
        oversize.failed(("192.0.2.1", number), 0.0)
    assert len(oversize) == REMEMBERED
    assert octets_of(large()) > LARGEST_DATAGRAM
    assert oversize.detour(large(), UDP, 0.0) == DETOUR
