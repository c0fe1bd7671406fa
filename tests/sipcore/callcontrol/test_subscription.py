"""NOTIFYs one after the other: RFC 3515 section 2.4.4 (whole transfers: test_transfer)."""

import pytest

from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, call, hang_up
from tests.sipcore.callcontrol.test_transfer import hears, refers


@pytest.fixture
def ringing(alice: Handset, bob: Handset, carol: Handset) -> tuple[Handset, Handset, Handset]:
    """Bob has transferred Alice to Carol, and not answered the first NOTIFY yet."""
    call(alice, bob)
    refers(bob)
    carol.expects("INVITE")
    return alice, bob, carol


Three = tuple[Handset, Handset, Handset]


def test_what_is_overtaken_is_not_told(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    first = bob.request("NOTIFY")
    carol.answers(180)
    carol.answers(183, ANSWER)
    carol.answers(486)
    assert bob.hears_nothing()
    bob.answers(200, to=first)
    assert hears(bob, 486) == "terminated;reason=noresource"
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_time_that_is_left_is_told(office: Office, ringing: Three) -> None:
    _, bob, carol = ringing
    assert hears(bob, 100) == "active;expires=240"
    office.wait(10.0)
    carol.answers(180)
    assert hears(bob, 180) == "active;expires=230"


@pytest.mark.parametrize("status", [481, 489, 500])
def test_phone_that_refuses_news_gets_no_more(office: Office, ringing: Three, status: int) -> None:
    alice, bob, carol = ringing
    bob.answers(status, to=bob.request("NOTIFY"))
    carol.answers(180)
    carol.answers(486)
    assert bob.hears_nothing()
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_transferor_that_does_not_answer_the_last_news_is_hung_up(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    hears(bob, 100)
    carol.answers(200, ANSWER)
    alice.expects("INVITE")
    alice.answers(200, ANSWER)
    bob.expects("NOTIFY")
    bob.is_off = True
    office.wait(32.0)
    bob.is_off = False
    office.wait(0.5)
    bob.answers(200, to=bob.repeated("BYE"))
    for each in (alice, carol):
        each.ignores_all()
    hang_up(carol, alice)
    assert office.is_at_rest()
