"""Three phones whose users do as they like, over a network that loses a fifth of all.

Phones call each other, hold, transfer, take calls over, hang up, lose their connections and their
power. Afterwards every call and every transfer has left one record, and nothing but bindings stays
in memory.
"""

import os
from random import Random

import pytest

from sipcore.engine import Engine
from tests.calls.link import Link, Weather
from tests.calls.softphone import SDP, Softphone
from tests.sipcore.site import PASSWORDS, SERVER, FixedTokens, binding, flow, phone, small_site

BAD = Weather(drop=0.2, repeat=0.1, late=0.1)
SEEDS = range(int(os.environ.get("CALL_SEEDS", "50")))
USERS = {"1001": "swhite", "1002": "bjones", "1003": "mgreen"}
LONG_S = 13 * 3600.0  # a call whose phones are both gone ends after twelve hours


class Talker(Softphone):
    def hold(self) -> None:
        if self.dialog is not None and self.state == "talking":
            self._send(self.dialog.new_request("INVITE", body=SDP, content_type="application/sdp"))

    def take_over(self, other: "Talker") -> None:
        """Call in the place of another phone, if that has a call (RFC 3891)."""
        dialog = other.dialog
        if dialog is None:
            self.dial(other.number)
        else:
            tags = f"to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
            self.dial(other.number, ("Replaces", f"{dialog.call_id};{tags}"))

    def transfer(self, number: str) -> None:
        if self.dialog is not None and self.state == "talking":
            refer_to = "Refer-To", f"<sip:{number}@{SERVER[0]}>"
            self._send(self.dialog.new_request("REFER", headers=[refer_to]))


class Network:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.link = Link(seed, BAD)
        site = small_site()
        site.put(phone("SEP000000001002", "bjones", "1002", "1003"))  # 1003 rings there as well
        shared = binding("SEP000000001002", "1003", flow("198.51.100.2"), expires_at=2 * LONG_S)
        self.engine = Engine(site, tokens=FixedTokens(), bindings=[shared])
        self.server = self.link.join("server", self.engine, SERVER)
        self.phones = [self.phone(number, userid) for number, userid in USERS.items()]
        self.dialed = self.transfers = 0

    def phone(self, number: str, userid: str) -> Talker:
        talker = Talker(
            self.link,
            number,
            (f"198.51.100.{number[-1]}", 5060),
            SERVER,
            userid=userid,
            password=PASSWORDS[userid],
            transport=self.random.choice(("UDP", "TCP")),
            answers_after_s=self.random.choice((0.0, 0.3, 2.0, None)),
        )
        talker.register()
        return talker

    def act(self) -> None:
        talker = self.random.choice(self.phones)
        if talker.state == "idle":
            self.dialed += 1
            other = self.random.choice([each for each in self.phones if each is not talker])
            if self.random.random() < 0.3:
                talker.take_over(other)
            else:
                talker.dial(other.number)
        else:
            move = self.random.choice(("hold", "hold", "transfer", "transfer", "hang up"))
            if move == "hold":
                talker.hold()
            elif move == "hang up":
                talker.hang_up()
            else:
                self.transfers += 1
                talker.transfer(self.random.choice(list(USERS)))
        if self.random.random() < 0.05:
            self.link.cut(f"phone {talker.number}")
        if self.random.random() < 0.02:
            self.link.switch_off(f"phone {talker.number}")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_call_leaves_its_records_and_nothing_else(seed: int) -> None:
    network = Network(seed)
    network.link.run(10)
    for _ in range(40):
        network.act()
        network.link.run(network.random.choice((0.05, 0.5, 2.0, 8.0)))
    network.link.run(LONG_S)
    counts = network.engine.counts()
    counts.pop("bindings")
    assert not any(counts.values()), counts
    calls = [record.call_id for record in network.server.calls]
    assert 0 < len(calls) <= network.dialed + network.transfers
    assert len(set(calls)) <= network.dialed + network.transfers
