"""REFERs that become no transfer; each leaves the call as it was and a record."""

from dataclasses import replace

import pytest

from tests.sipcore.callcontrol.ladders import CAROL, hears, is_rung, refers, replacing
from tests.sipcore.callcontrol.office import Handset, Office, call, hang_up
from tests.sipcore.site import SERVER

ELSEWHERE = f"<sip:1003@{SERVER[0]}?Replaces=nothing%3Bto-tag%3Da%3Bfrom-tag%3Db>"


@pytest.fixture
def pair(alice: Handset, bob: Handset) -> tuple[Handset, Handset]:
    call(alice, bob)
    return alice, bob


Pair = tuple[Handset, Handset]


@pytest.mark.parametrize(
    ("refer_to", "status", "rule"),
    [
        ("<sip:5555@x>", 404, "number-not-found"),
        (ELSEWHERE, 404, "transfer-unknown-call"),
    ],
)
def test_target_that_cannot_be(
    office: Office, pair: Pair, refer_to: str, status: int, rule: str
) -> None:
    alice, bob = pair
    bob.sends("REFER", Refer_To=refer_to)
    bob.expects(status)
    assert alice.hears_nothing()
    hang_up(alice, bob)
    refused = office.records[0]
    assert (refused.status, refused.decision.rule) == (status, rule)
    assert "transferred by line 1002" in refused.decision.received
    assert office.is_at_rest()


@pytest.mark.parametrize(
    ("refer_to", "status"),
    [
        (f"{CAROL}, {CAROL}", 400),
        ("<sip:1003@x?Replaces=x>", 400),
        ("<sip:1003@x;method=BYE>", 403),
        ("<tel:1003>", 416),
        ("<sips:1003@x>", 416),
    ],
)
def test_refer_that_cannot_be_understood(
    office: Office, pair: Pair, refer_to: str, status: int
) -> None:
    alice, bob = pair
    bob.sends("REFER", Refer_To=refer_to)
    bob.expects(status)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_rerouting_space_decides_where_to(office: Office, pair: Pair) -> None:
    alice, bob = pair
    phone = office.site.phones["SEP000000001002"]
    office.configure(replace(phone, rerouting_calling_search_space=("PT_Lobby",)))
    hang_up(alice, bob)
    call(alice, bob)
    bob.sends("REFER", Refer_To=CAROL)
    assert "REFER" in bob.response(405).headers.get("Allow")
    assert office.records[-1].decision.rule == "number-not-in-css"
    assert office.records[-1].status == 405
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_target_that_is_not_registered_is_told_by_notify(office: Office, pair: Pair) -> None:
    alice, bob = pair
    refers(bob)
    hears(bob, 100)
    hears(bob, 480)
    hang_up(alice, bob)
    assert office.records[0].decision.rule == "not-registered"
    assert office.is_at_rest()


def test_call_of_another_phone_cannot_be_joined(
    office: Office, pair: Pair, carol: Handset
) -> None:
    alice, bob = pair
    third = replace(alice)
    call(third, carol)
    bob.sends("REFER", Refer_To=replacing(third))
    bob.expects(404)
    bob.sends("REFER", Refer_To=replacing(bob))  # nor can the same call
    bob.expects(404)
    hang_up(bob, alice)
    hang_up(carol, third)
    assert office.is_at_rest()


def test_call_that_rings_here_cannot_be_transferred(
    office: Office, pair: Pair, carol: Handset
) -> None:
    alice, bob = pair
    waiting = replace(bob)
    is_rung(carol, waiting)
    bob.sends("REFER", Refer_To=replacing(waiting))
    bob.expects(404)
    hang_up(bob, alice)
    waiting.answers(486)
    carol.expects(486)
    assert office.is_at_rest()


def test_refer_before_the_answer_is_403(office: Office, alice: Handset, bob: Handset) -> None:
    is_rung(alice, bob)
    alice.sends("REFER", Refer_To=CAROL)
    alice.expects(403)
    bob.answers(486)
    alice.expects(486)
    assert office.is_at_rest()
