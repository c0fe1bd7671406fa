"""Whole calls between two phones through the engine, over a network that loses a fifth of all.

Whatever happens on the way, a call comes about, ends for everybody, leaves one record, and
nothing but the bindings stays in memory.
"""

import os

import pytest

from sipcore.engine import Engine
from tests.calls.link import Link, Weather
from tests.calls.softphone import Softphone
from tests.sipcore.site import PASSWORDS, SERVER, FixedTokens, small_site

BAD = Weather(drop=0.2, repeat=0.1, late=0.1)
# `make fuzz` asks for a thousand.
SEEDS = range(int(os.environ.get("CALL_SEEDS", "50")))


class Network:
    def __init__(
        self, seed: int = 0, weather: Weather | None = None, transport: str = "UDP"
    ) -> None:
        self.link = Link(seed, weather)
        self.engine = Engine(small_site(), tokens=FixedTokens())
        self.server = self.link.join("server", self.engine, SERVER)
        self.alice = self.phone("1001", "swhite", "198.51.100.1", transport)
        self.bob = self.phone("1002", "bjones", "198.51.100.2", transport)

    def phone(self, number: str, userid: str, host: str, transport: str) -> Softphone:
        phone = Softphone(
            self.link,
            number,
            (host, 5060),
            SERVER,
            userid=userid,
            password=PASSWORDS[userid],
            transport=transport,
        )
        phone.register()
        return phone

    def is_at_rest(self) -> bool:
        counts = self.engine.counts()
        counts.pop("bindings")
        return not any(counts.values()) and self.alice.is_at_rest() and self.bob.is_at_rest()

    def ends(self) -> None:
        """Let the call run out: all is at rest when the last transaction timer has fired."""
        self.link.run(100)
        assert self.is_at_rest(), "\n".join([*self.link.ladder(), str(self.engine.counts())])


def registered(seed: int = 0, weather: Weather | None = None, transport: str = "UDP") -> Network:
    network = Network(seed, weather, transport)
    network.link.run_until(lambda: network.alice.is_registered and network.bob.is_registered, 64)
    return network


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_over_a_good_network_a_call_is_this_ladder(transport: str) -> None:
    network = registered(weather=Weather(delay_s=(0.01, 0.01)), transport=transport)
    network.link.run(40)
    network.link.passages.clear()
    network.alice.dial("1002")
    network.link.run_until(lambda: network.bob.state == "talking")
    network.alice.hang_up()
    network.link.run_until(lambda: network.bob.state == "idle")
    network.link.run(1)
    assert [line.split(" ", 1)[1] for line in network.link.ladder()] == [
        "phone 1001 -> server INVITE",
        "server -> phone 1001 401 INVITE",
        "phone 1001 -> server ACK",
        "phone 1001 -> server INVITE",
        "server -> phone 1001 100 INVITE",
        "server -> phone 1002 INVITE",
        "phone 1002 -> server 180 INVITE",
        "server -> phone 1001 180 INVITE",
        "phone 1002 -> server 200 INVITE",
        "server -> phone 1001 200 INVITE",
        "phone 1001 -> server ACK",
        "server -> phone 1002 ACK",
        "phone 1001 -> server BYE",
        "server -> phone 1001 200 BYE",
        "server -> phone 1002 BYE",
        "phone 1002 -> server 200 BYE",
    ]


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_call_comes_about_and_ends(seed: int, transport: str) -> None:
    network = registered(seed, BAD, transport)
    network.alice.dial("1002")
    network.link.run_until(lambda: network.alice.state == network.bob.state == "talking")
    who = network.alice if seed % 2 else network.bob
    who.hang_up()
    network.ends()
    [record] = network.server.calls
    assert (record.status, record.ended_by) == (200, "caller" if seed % 2 else "called")
    assert record.answered_at is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_caller_that_gives_up_stops_the_ringing(seed: int) -> None:
    network = registered(seed, BAD)
    network.bob.answers_after_s = None
    network.alice.dial("1002")
    network.link.run_until(lambda: network.bob.state == "ringing")
    network.link.run(seed / 10)
    network.alice.hang_up()
    network.ends()
    [record] = network.server.calls
    assert (record.status, record.ended_by) == (487, "caller")


@pytest.mark.parametrize("seed", SEEDS)
def test_giving_up_while_the_other_answers_ends_one_way_or_the_other(seed: int) -> None:
    network = registered(seed, BAD)
    network.bob.answers_after_s = 0.2
    network.alice.dial("1002")
    network.link.run_until(lambda: network.bob.state == "ringing")
    network.link.run(0.2 + seed % 50 / 500)
    network.alice.hang_up()
    network.link.run_until(lambda: network.alice.state in ("idle", "talking"))
    network.alice.hang_up()
    network.ends()
    [record] = network.server.calls
    assert record.status in (200, 487)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_busy_phone_refuses(seed: int) -> None:
    network = registered(seed, BAD)
    network.bob.refuses_with = 486
    network.alice.dial("1002")
    network.ends()
    assert network.alice.statuses[-1] == ("INVITE", 486)
    [record] = network.server.calls
    assert record.status == 486


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@pytest.mark.parametrize("seed", range(5))
def test_a_phone_whose_plug_is_pulled_while_it_rings_does_not_hold_the_call(
    seed: int, transport: str
) -> None:
    network = registered(seed, BAD, transport)
    network.bob.answers_after_s = None
    network.alice.dial("1002")
    network.link.run_until(lambda: network.alice.statuses[-1:] == [("INVITE", 180)])
    network.link.switch_off("phone 1002")
    network.link.run(250)
    assert network.alice.is_at_rest()
    [record] = network.server.calls
    assert record.status >= 400


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@pytest.mark.parametrize("seed", range(5))
def test_a_caller_whose_plug_is_pulled_does_not_leave_the_other_in_a_call(
    seed: int, transport: str
) -> None:
    network = registered(seed, BAD, transport)
    network.alice.dial("1002")
    network.link.run_until(lambda: network.bob.state == "ringing")
    network.link.switch_off("phone 1001")
    network.link.run(100)
    assert network.bob.is_at_rest()
    assert len(network.server.calls) == 1
