"""Re-INVITEs of our own: collisions and their waits (RFC 3261 section 14.1)."""

import pytest

from sipcore.callcontrol.bodies import NO_BODY
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.reinvite import Reinvite
from tests.sipcore.callcontrol.ladders import HALF_S, accepts, dial, refuses, talks_timed
from tests.sipcore.callcontrol.office import AUDIO, Handset, Office, hang_up
from tests.sipcore.site import FixedTokens


@pytest.fixture
def pair(office: Office, alice: Handset, bob: Handset) -> tuple[Handset, Handset]:
    """A call in which Alice's session is just being refreshed by re-INVITE."""
    talks_timed(alice, bob)
    office.wait(HALF_S)
    return alice, bob


def test_collision_is_tried_again_after_the_time_that_the_owner_waits(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.expects("INVITE")
    refuses(alice, 491)
    assert bob.hears_nothing()
    office.wait(2.01)  # Alice's phone made the Call-ID: we wait up to 2 seconds
    alice.repeated("INVITE")
    alice.answers(200, AUDIO)
    alice.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_called_leg_waits_longer(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob, Supported="timer", Session_Expires="3600;refresher=uac")
    accepts(bob, alice)
    office.wait(HALF_S)
    bob.expects("INVITE")
    refuses(bob, 491)
    office.wait(2.09)
    assert bob.hears_nothing()
    office.wait(2.0)
    bob.expects("INVITE")


def test_phone_that_always_collides_is_left_alone_in_the_end(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    for _ in range(5):
        alice.repeated("INVITE")
        refuses(alice, 491)
        office.wait(2.01)
    assert alice.hears_nothing()
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_reinvites_of_the_phones_collide_with_ours(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, bob = pair
    alice.expects("INVITE")
    ours = alice.invite
    for each in (alice, bob):
        for method in ("INVITE", "UPDATE"):
            each.sends(method, AUDIO)
            each.expects(491)
    alice.answers(200, AUDIO, to=ours)
    alice.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_phone_that_only_tries_has_its_reinvite_cancelled(
    office: Office, pair: tuple[Handset, Handset]
) -> None:
    alice, _ = pair
    alice.expects("INVITE")
    alice.answers(180)
    office.wait(32.0)
    alice.expects("CANCEL")
    refuses(alice, 487)
    assert office.records == []


def test_bye_during_ours_cancels_it(office: Office, pair: tuple[Handset, Handset]) -> None:
    alice, bob = pair
    alice.expects("INVITE")
    alice.answers(180)
    bob.sends("BYE")
    bob.expects(200)
    alice.expects("CANCEL")
    alice.answers(200, to=alice.request("BYE"))
    alice.answers(487)
    assert office.is_at_rest()


@pytest.mark.parametrize("chosen", [0, 1, 190, 191, 200, 201, 401, 0xFFFF])
@pytest.mark.parametrize(("is_called", "least", "most"), [(True, 2.1, 4.0), (False, 0.0, 2.0)])
def test_wait_after_a_collision_is_within_the_bounds_of_the_standard(
    office: Office,
    pair: tuple[Handset, Handset],
    chosen: int,
    is_called: bool,
    least: float,
    most: float,
) -> None:
    leg = next(
        each
        for each in office.control._wire.dialogs.values()
        if isinstance(each, Leg) and each.is_called is is_called
    )
    leg.wire.tokens = FixedTokens(chosen - 1)
    waits_s = Reinvite(leg.wire, leg, NO_BODY, "", lambda *_: None)._wait_s()
    assert least <= waits_s <= most
    assert round(waits_s * 100) == pytest.approx(waits_s * 100)  # "in units of 10 ms"
