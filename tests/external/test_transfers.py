"""Hold, transfers and the end of the server with real phones: who hears whom afterwards."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.phones.baresip import Account, Baresip, baresip
from tests.phones.linphonec import linphonec
from tests.phones.process import wait_for
from tests.phones.product import Product, product
from tests.phones.site import add_user_with_phone

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("transfers")]

NUMBERS = ("3001", "3002", "3003")
TONES_HZ = (440, 700, 1000)
TALK_S = 1.5


@pytest.fixture(scope="module")
def accounts(site: Product) -> list[Account]:
    return [add_user_with_phone(site, number, digest=False) for number in NUMBERS]


@dataclass
class Desk:
    alice: Baresip
    bob: Baresip
    carol: Baresip


@pytest.fixture
def desk(accounts: list[Account], tmp_path: Path) -> Iterator[Desk]:
    """Three baresips with tones of their own."""
    with ExitStack() as stack:
        phones = [
            stack.enter_context(baresip(tmp_path / account.number, account, tone_hz=tone))
            for account, tone in zip(accounts, TONES_HZ, strict=True)
        ]
        for phone in phones:
            phone.wait_until_registered()
        yield Desk(*phones)


def connect(caller: Baresip, called: Baresip, number: str) -> None:
    caller.ask("dial", number)
    accept(called)
    caller.event("CALL_ESTABLISHED")


def accept(phone: Baresip) -> None:
    phone.event("CALL_INCOMING")
    phone.ask("accept")
    phone.event("CALL_ESTABLISHED")


def rules(site: Product, count: int) -> list[str]:
    """Wait for so many calls to have ended; say how, the newest first."""

    def look() -> list[str] | None:
        _, answer = site.rest("GET", f"call-records/?ordering=-started_at&limit={count}")
        found: list[dict[str, Any]] = answer["results"]
        return [record["rule"] for record in found] if len(found) == count else None

    return wait_for("call records", look)


def talk_and_part(alice: Baresip, carol: Baresip) -> None:
    """Alice and Carol hear each other; then Alice hangs up."""
    time.sleep(TALK_S)
    alice.ask("hangup")
    carol.event("CALL_CLOSED")
    assert carol.heard_hz() == pytest.approx(440, abs=15)


def test_blind_transfer(site: Product, desk: Desk) -> None:
    alice, bob, carol = desk.alice, desk.bob, desk.carol
    connect(alice, bob, "3002")
    time.sleep(TALK_S)
    bob.ask("transfer", "3003")
    accept(carol)
    bob.event("CALL_CLOSED")
    talk_and_part(alice, carol)
    assert bob.heard_hz() == pytest.approx(440, abs=15)
    assert alice.heard_hz(last_s=TALK_S / 2) == pytest.approx(1000, abs=30)
    assert sorted(rules(site, 2)) == ["answered", "transferred"]


def test_transfer_of_a_call_on_hold(desk: Desk) -> None:
    alice, bob, carol = desk.alice, desk.bob, desk.carol
    connect(bob, alice, "3001")
    time.sleep(TALK_S)
    bob.ask("hold")
    wait_for("hold at Alice's phone", lambda: "a=sendonly" in alice.log)
    bob.ask("transfer", "3003")
    accept(carol)
    bob.event("CALL_CLOSED")
    talk_and_part(alice, carol)


def test_transferor_is_told_of_a_refusal(desk: Desk) -> None:
    alice, bob, carol = desk.alice, desk.bob, desk.carol
    connect(alice, bob, "3002")
    bob.ask("transfer", "3003")
    carol.event("CALL_INCOMING")
    carol.ask("hangup")
    assert "486" in bob.event("TRANSFER_FAILED")["param"]
    alice.event("CALL_CLOSED")  # the call was left to baresip, which then hangs up


def test_attended_transfer(site: Product, accounts: list[Account], tmp_path: Path) -> None:
    with (
        baresip(tmp_path / "alice", accounts[0], tone_hz=440) as alice,
        linphonec(tmp_path / "bob", accounts[1]) as bob,
        baresip(tmp_path / "carol", accounts[2], tone_hz=1000) as carol,
    ):
        alice.wait_until_registered()
        carol.wait_until_registered()
        bob.wait_until_registered()
        bob.say("call 3001")
        accept(alice)
        time.sleep(TALK_S)
        bob.say("pause")
        wait_for("hold at Alice's phone", lambda: "a=sendonly" in alice.log)
        bob.say("call 3003")
        accept(carol)
        time.sleep(TALK_S)
        bob.say("calls")
        bob.say("transfer 1 --to-call 2")
        wait_for("Carol's new offer", lambda: carol.log.count("\nACK sip:") >= 2)
        talk_and_part(alice, carol)
        assert sorted(rules(site, 3)) == ["answered", "transferred", "transferred"]


def test_server_that_ends_hangs_up(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with product(tmp_path / "product") as site:
            accounts = [add_user_with_phone(site, number, digest=False) for number in NUMBERS[:2]]
            alice, bob = (
                stack.enter_context(baresip(tmp_path / account.number, account))
                for account in accounts
            )
            for phone in (alice, bob):
                phone.wait_until_registered()
            connect(alice, bob, "3002")
            begun = time.monotonic()
        assert time.monotonic() - begun < 5
        for phone in (alice, bob):
            phone.event("CALL_CLOSED", 1)
