"""Reliable provisional responses on either side and on both: RFC 3262."""

import pytest

from tests.sipcore.callcontrol.ladders import accepts, dial, finish, pracks, refuses, rings
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, hang_up
from tests.sipcore.site import binding, flow, phone

OFFER = AUDIO.replace(b"4000", b"4100")
SECOND = ANSWER.replace(b"6000", b"6100")


def test_reliable_ringing_is_acknowledged_from_end_to_end(
    office: Office, alice: Handset, bob: Handset
) -> None:
    invite = dial(alice, bob, Supported="100rel")
    assert "100rel" in invite.headers.values("Supported")
    rings(bob, 7, ANSWER, 183)
    ringing = alice.response(183)
    assert ringing.headers.get("Require") == "100rel"
    assert ringing.body == ANSWER
    assert bob.hears_nothing()
    pracks(alice, ringing)
    prack = bob.request("PRACK")
    assert prack.headers.get("RAck") == "7 101 INVITE"
    assert prack.to.tag == bob.tag
    bob.answers(200, to=prack)
    alice.expects(200)
    finish(office, alice, bob)


def test_late_offer_is_in_the_ringing_and_its_answer_in_the_prack(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, b"", Supported="100rel")
    rings(bob, 1, OFFER)
    ringing = alice.response(180)
    assert ringing.body == OFFER
    pracks(alice, ringing, ANSWER)
    prack = bob.request("PRACK")
    assert prack.body == ANSWER
    bob.answers(200, to=prack)
    alice.expects(200)
    finish(office, alice, bob)


def test_prack_may_hold_a_second_offer(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1, ANSWER)
    pracks(alice, alice.response(180), OFFER)
    prack = bob.request("PRACK")
    assert prack.body == OFFER
    bob.answers(200, SECOND, to=prack)
    assert alice.response(200).body == SECOND
    finish(office, alice, bob)


def test_caller_without_prack_has_it_done_for_it(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    rings(bob, 1, ANSWER, 183)
    prack = bob.request("PRACK")
    bob.answers(200, to=prack)
    ringing = alice.response(183)
    assert "RSeq" not in ringing.headers
    assert ringing.body == ANSWER
    bob.answers(200)  # its answer went with the 183
    assert alice.response(200).body == ANSWER
    alice.acks()
    bob.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_no_reliable_ringing_is_asked_for_when_only_the_caller_could_answer_its_offer(
    alice: Handset, bob: Handset
) -> None:
    invite = dial(alice, bob, b"")
    assert "100rel" not in invite.headers.values("Supported")


def test_caller_that_requires_it_is_told_reliably_of_any_ringing(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Require="100rel")
    bob.answers(180)
    ringing = alice.response(180)
    assert ringing.headers.get("Require") == "100rel"
    pracks(alice, ringing)
    alice.expects(200)
    assert bob.hears_nothing()
    finish(office, alice, bob, ANSWER)


def test_offer_in_a_prack_that_no_phone_waits_for_is_refused(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Require="100rel")
    bob.answers(180, ANSWER)
    pracks(alice, alice.response(180), OFFER)
    alice.expects(488)
    finish(office, alice, bob)


def test_ringing_comes_again_until_it_is_acknowledged(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1)
    first = alice.response(180)
    office.wait(4.0)
    repeated = [alice.response(180).headers.get("RSeq") for _ in range(3)]
    assert set(repeated) == {first.headers.get("RSeq")}
    pracks(alice, first)
    prack = bob.request("PRACK")
    bob.answers(200, to=prack)
    alice.expects(200)
    office.wait(10.0)
    assert alice.hears_nothing()
    finish(office, alice, bob, ANSWER)


def test_each_waits_for_the_one_before(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1)
    rings(bob, 2, ANSWER, 183)
    first = alice.response(180)
    assert alice.hears_nothing()
    pracks(alice, first)
    bob.answers(200, to=bob.request("PRACK"))
    second = alice.response(183)
    alice.expects(200)
    number = int(first.headers.get("RSeq")) + 1
    assert second.headers.get("RSeq") == str(number)
    pracks(alice, second)
    prack = bob.request("PRACK")
    assert prack.headers.get("RAck") == "2 101 INVITE"
    bob.answers(200, to=prack)
    alice.expects(200)
    finish(office, alice, bob)


def test_repeated_or_overtaking_response_of_the_phone_is_dropped(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    rings(bob, 5)
    bob.answers(200, to=bob.request("PRACK"))
    rings(bob, 5)
    rings(bob, 8)
    assert bob.hears_nothing()
    rings(bob, 6, ANSWER, 183)
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(180)
    alice.expects(183)
    finish(office, alice, bob)


def test_caller_that_acknowledges_nothing_loses_the_call(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1)
    office.wait(32.0)
    alice.ignores_all()
    bob.expects("CANCEL")
    bob.answers(487)
    record = office.record()
    assert (record.status, record.decision.rule) == (504, "lost")
    assert "SEP000000001001" in record.decision.summary
    assert office.is_at_rest()


def test_answer_waits_until_the_session_before_it_is_acknowledged(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Require="100rel")
    bob.answers(183, ANSWER)
    ringing = alice.response(183)
    bob.answers(200, ANSWER)
    assert alice.hears_nothing()
    pracks(alice, ringing)
    alice.expects(200)
    alice.expects(200)
    alice.acks()
    bob.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_prack_that_comes_after_the_answer_still_passes(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 7)
    ringing = alice.response(180)
    accepts(bob, alice)
    pracks(alice, ringing)
    prack = bob.request("PRACK")
    assert prack.headers.get("RAck") == "7 101 INVITE"
    bob.answers(481, to=prack)
    alice.expects(481)
    pracks(alice, ringing)
    alice.expects(481)
    office.wait(60.0)
    assert alice.hears_nothing()  # it is not sent again
    hang_up(alice, bob)
    assert office.record().decision.rule == "answered"
    assert office.is_at_rest()


def test_phone_that_hangs_up_while_its_answer_waits(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Require="100rel")
    bob.answers(183, ANSWER)
    ringing = alice.response(183)
    bob.answers(200, ANSWER)
    bob.sends("BYE")
    bob.expects(200)
    pracks(alice, ringing)
    alice.expects(200)
    alice.expects(480)
    assert office.record().status == 480
    assert office.is_at_rest()


def test_caller_that_gives_up_while_an_answer_waits(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, Require="100rel")
    bob.answers(183, ANSWER)
    alice.expects(183)
    bob.answers(200, ANSWER)
    alice.cancels()
    alice.expects(200)
    alice.expects(487)
    bob.expects("ACK")
    bob.answers(200, to=bob.request("BYE"))
    assert office.record().status == 487
    assert office.is_at_rest()


@pytest.mark.parametrize("rack", ["1 1 INVITE", "", "x"])
def test_prack_of_nothing_is_a_481(alice: Handset, bob: Handset, rack: str) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1)
    alice.expects(180)
    alice.sends("PRACK", RAck=rack)
    alice.expects(481)
    assert bob.hears_nothing()


def test_prack_of_the_called_phone_is_a_481(alice: Handset, bob: Handset) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1)
    alice.expects(180)
    bob.sends("PRACK", RAck="1 1 INVITE")
    bob.expects(481)


def test_refusal_does_not_wait(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob, Supported="100rel")
    rings(bob, 1, ANSWER)
    alice.expects(180)
    refuses(bob, 486)
    alice.expects(486)
    assert office.is_at_rest()


def test_phones_that_ring_together_are_acknowledged_by_us(office: Office, alice: Handset) -> None:
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    lab = office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))
    desk = office.handset("1003")
    office.bindings.put(binding("SEP000000001003", "1009", desk.flow))
    alice.dials("1009", Supported="100rel")
    alice.expects(100)
    for each in (lab, desk):
        each.expects("INVITE")
        rings(each, 1, ANSWER, 183)
        each.answers(200, to=each.request("PRACK"))
    assert alice.response(183).body == b""
    desk.answers(200)
    assert alice.response(200).body == ANSWER
    lab.expects("CANCEL")
    lab.answers(487)
    alice.acks()
    desk.expects("ACK")
    hang_up(alice, desk)
    assert office.is_at_rest()


def test_second_phone_behind_a_contact_is_acknowledged_and_its_offer_declined(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob, b"", Supported="100rel")
    rings(bob, 1, OFFER)
    first = alice.response(180)
    bob.answers(180, OFFER, tag="other", Require="100rel", RSeq="30")
    declined = bob.request("PRACK")
    assert declined.headers.get("RAck") == "30 101 INVITE"
    assert declined.to.tag == "other"
    assert b"m=audio 0 RTP/AVP" in declined.body
    bob.answers(200, to=declined, tag="other")
    assert alice.response(180).body == b""
    pracks(alice, first, ANSWER)
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(200)
    alice.ignores_all()
    pracks(alice, first)
    alice.expects(481)
    alice.cancels()
    bob.expects("CANCEL")
    bob.answers(487)
    assert office.is_at_rest()
