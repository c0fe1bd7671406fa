"""NOTIFYs one after the other: RFC 3515 section 2.4.4 (whole transfers: test_transfer)."""

import pytest

from sipcore.message import Response
from tests.sipcore.callcontrol.ladders import (
    ALICES,
    CAROLS,
    Three,
    hears,
    joins,
    leaves,
    refers,
    refuses,
)
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, call, hang_up


@pytest.fixture
def ringing(alice: Handset, bob: Handset, carol: Handset) -> tuple[Handset, Handset, Handset]:
    """Bob has transferred Alice to Carol, and not answered the first NOTIFY yet."""
    call(alice, bob)
    refers(bob)
    carol.expects("INVITE")
    return alice, bob, carol


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


# -- what the phone asks --------------------------------------------------------------------------


def subscribes(bob: Handset, expires: int | str, event: str = "refer") -> Response:
    if expires == "":
        bob.sends("SUBSCRIBE", Event=event)
    else:
        bob.sends("SUBSCRIBE", Event=event, Expires=str(expires))
    return bob.response(200)


def test_phone_that_ends_the_subscription_hears_so_and_no_more(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    hears(bob, 100)
    carol.answers(180)
    hears(bob, 180)
    ended = subscribes(bob, 0)
    assert ended.headers.get("Expires") == "0"
    assert "Contact" in ended.headers
    assert hears(bob, 180) == "terminated;reason=timeout"
    carol.answers(200, CAROLS)
    joins(alice, carol)
    leaves(bob)  # the transfer itself has gone on
    hang_up(alice, carol)
    assert office.is_at_rest()


def test_end_waits_for_the_news_before_it(office: Office, ringing: Three) -> None:
    _, bob, carol = ringing
    first = bob.request("NOTIFY")
    subscribes(bob, 0)
    carol.answers(180)
    assert bob.hears_nothing()
    bob.answers(200, to=first)
    assert hears(bob, 180) == "terminated;reason=timeout"


def test_refresh_is_granted_for_what_is_left_and_no_longer_than_asked(
    office: Office, ringing: Three
) -> None:
    _, bob, carol = ringing
    assert hears(bob, 100) == "active;expires=240"
    carol.answers(100)
    office.wait(10.0)
    for asked, granted in (("3600", "230"), ("", "230"), ("60", "60")):
        assert subscribes(bob, asked).headers.get("Expires") == granted
        assert hears(bob, 100) == f"active;expires={granted}"
    office.wait(59.0)
    carol.answers(180)
    assert hears(bob, 180) == "active;expires=1"
    office.wait(1.0)
    assert hears(bob, 180) == "terminated;reason=timeout"
    carol.answers(486)
    assert bob.hears_nothing()


def test_subscription_that_is_not_refreshed_ends_before_the_transfer(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    hears(bob, 100)
    carol.answers(180)
    hears(bob, 180)
    office.wait(179.0)
    carol.answers(200, CAROLS)
    for _ in range(2):  # Alice's phone thinks it over, and then wants to be asked again
        alice.repeated("INVITE")
        alice.answers(100)
        office.wait(29.0)
        refuses(alice, 491)
        office.wait(2.01)
    ended = bob.repeated("NOTIFY")
    assert ended.headers.get("Subscription-State") == "terminated;reason=timeout"
    bob.answers(200, to=ended)
    alice.repeated("INVITE")
    alice.answers(200, ALICES)
    alice.expects("ACK")
    assert carol.request("ACK").body == ALICES
    leaves(bob)
    hang_up(alice, carol)
    assert office.is_at_rest()


@pytest.mark.parametrize("is_named", [True, False])
def test_first_refer_may_be_named_or_not(office: Office, ringing: Three, is_named: bool) -> None:
    _, bob, _ = ringing
    hears(bob, 100)
    subscribes(bob, 60, f"refer; id={bob.cseq}" if is_named else "refer")
    hears(bob, 100)


def test_what_is_not_subscribed_to_cannot_be_refreshed(
    office: Office, alice: Handset, bob: Handset, ringing: Three
) -> None:
    _, _, carol = ringing
    hears(bob, 100)
    for each, event in ((bob, "refer;id=999"), (alice, "refer")):
        each.sends("SUBSCRIBE", Event=event)
        each.expects(403)
    subscribes(bob, 0)
    hears(bob, 100)
    bob.sends("SUBSCRIBE", Event="refer")
    bob.expects(403)
    carol.answers(486)
    hang_up(alice, bob)
    carol.ignores_all()
    assert office.is_at_rest()


def test_transfer_that_is_told_nothing_can_not_be_subscribed_to(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    refers(bob, refer_sub="false")
    carol.expects("INVITE")
    bob.sends("SUBSCRIBE", Event="refer")
    bob.expects(403)
    assert bob.hears_nothing()
