"""What the caller is told before the answer: once, reliably when it must (RFC 3262)."""

from tests.sipcore.callcontrol.ladders import accepts, dial, pracks, rings
from tests.sipcore.callcontrol.office import AUDIO, Handset, Office, hang_up


def test_same_news_is_told_once_but_for_what_waits_for_a_prack(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1)
    rings(bob, 2)
    for _ in range(2):
        pracks(alice, alice.response(180))
        bob.answers(200, to=bob.request("PRACK"))
        if alice.inbox[0].to_bytes().startswith(b"SIP/2.0 180"):
            ringing = alice.inbox.popleft()
            alice.expects(200)
            alice.inbox.appendleft(ringing)
        else:
            alice.expects(200)
    bob.answers(180)
    assert alice.hears_nothing()
    bob.answers(486)
    alice.expects(486)
    assert office.is_at_rest()


def test_responses_say_what_we_can_do(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    bob.answers(180)
    ringing = alice.response(180)
    assert {"PRACK", "UPDATE", "REFER"} <= set(ringing.headers.values("Allow"))
    assert {"100rel", "timer", "replaces"} <= set(ringing.headers.values("Supported"))
    bob.answers(486)
    alice.expects(486)
    assert office.is_at_rest()


def test_reinvite_that_requires_reliable_responses_is_not_told_of_ringing(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    accepts(bob, alice)
    alice.sends("INVITE", AUDIO, Require="100rel")
    bob.expects("INVITE")
    bob.answers(180)
    assert alice.hears_nothing()
    accepts(bob, alice)
    hang_up(alice, bob)
    assert office.is_at_rest()
