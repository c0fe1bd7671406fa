"""Takeovers as ladders: Carol takes Bob's place in his call with Alice (RFC 3891)."""

from dataclasses import replace

import pytest

from sipcore.message import Request
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.callcontrol.test_reliable import pracks, rings
from tests.sipcore.site import SERVER, binding, flow, phone

CAROLS = AUDIO.replace(b"4000", b"7000").replace(b"100.1", b"100.3")
ALICES = AUDIO.replace(b"4000", b"4400")
Three = tuple[Handset, Handset, Handset]


def named(handset: Handset, *flags: str) -> str:
    """Return the Replaces that names a handset's call as this server sees it."""
    tags = f"to-tag={handset.peer_tag};from-tag={handset.tag}"
    return ";".join((handset.call_id, tags, *flags))


def takes_over(carol: Handset, bob: Handset, *flags: str, body: bytes = CAROLS) -> None:
    carol.dials("1002", body, Replaces=named(bob, *flags), Require="replaces")


def joined(alice: Handset, carol: Handset) -> None:
    """Alice gets Carol's offer and Carol Alice's answer."""
    invite = alice.request("INVITE")
    assert invite.body == CAROLS
    assert "sip:1003@" in invite.headers.get("Remote-Party-ID")
    alice.answers(200, ALICES)
    answer = carol.response(200)
    assert answer.body == ALICES
    assert "sip:1001@" in answer.headers.get("Remote-Party-ID")
    alice.expects("ACK")
    carol.acks()


def leaves(handset: Handset) -> None:
    handset.answers(200, to=handset.request("BYE"))


@pytest.fixture
def talking(alice: Handset, bob: Handset, carol: Handset) -> Three:
    call(alice, bob)
    return alice, bob, carol


@pytest.fixture
def ringing(alice: Handset, bob: Handset, carol: Handset) -> Three:
    alice.dials("1002")
    alice.expects(100)
    bob.expects("INVITE")
    bob.answers(180)
    alice.expects(180)
    return alice, bob, carol


# -- a call that was answered ---------------------------------------------------------------------


@pytest.mark.parametrize("is_caller", [False, True])
def test_phone_takes_the_place_of_another_one(
    office: Office, alice: Handset, bob: Handset, carol: Handset, is_caller: bool
) -> None:
    if is_caller:
        call(bob, alice)
    else:
        call(alice, bob)
    takes_over(carol, bob)
    carol.expects(100)
    joined(alice, carol)
    leaves(bob)
    office.wait(5.0)
    hang_up(carol, alice)
    first, second = office.records
    assert (first.decision.rule, first.status, first.ended_at) == ("taken-over", 200, 1000.0)
    assert (second.caller_phone, second.called_phone) == ("SEP000000001003", "SEP000000001001")
    assert (second.decision.rule, second.ended_by, second.ended_at) == (
        "answered",
        "caller",
        1005.0,
    )
    assert office.is_at_rest()


def test_phone_without_an_offer_gets_that_of_the_one_that_stays(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob, body=b"")
    carol.expects(100)
    assert alice.request("INVITE").body == b""
    alice.answers(200, ALICES)
    assert carol.response(200).body == ALICES
    assert alice.hears_nothing()
    carol.acks(CAROLS)
    assert alice.request("ACK").body == CAROLS
    leaves(bob)
    hang_up(alice, carol)
    assert office.is_at_rest()


def test_call_that_was_taken_over_goes_on_as_any_other(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    joined(alice, carol)
    leaves(bob)
    carol.sends("INVITE", CAROLS + b"a=sendonly\r\n")
    assert alice.request("INVITE").body == CAROLS + b"a=sendonly\r\n"
    alice.answers(200, ALICES)
    carol.expects(200)
    carol.acks()
    alice.expects("ACK")
    takes_over(bob, carol)  # and back
    bob.expects(100)
    assert alice.request("INVITE").body == CAROLS
    alice.answers(200, ALICES)
    bob.expects(200)
    bob.acks()
    alice.expects("ACK")
    leaves(carol)
    hang_up(alice, bob)
    assert [record.decision.rule for record in office.records] == [
        "taken-over",
        "taken-over",
        "answered",
    ]
    assert office.is_at_rest()


def test_refusal_of_the_one_that_stays_leaves_the_call_as_it_was(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(488)
    alice.expects("ACK")
    assert "cause=88" in carol.response(488).headers.get("Reason")
    assert bob.hears_nothing()
    bob.sends("UPDATE", AUDIO)
    update = alice.request("UPDATE")
    assert "sip:1002@" in update.headers.get("Remote-Party-ID")
    alice.answers(200, ALICES, to=update)
    bob.expects(200)
    hang_up(alice, bob)
    assert office.records[0].decision.rule == "not-joined"
    assert office.is_at_rest()


def test_the_one_that_stays_and_makes_no_offer_is_not_joined(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob, body=b"")
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(200)
    alice.expects("ACK")
    carol.expects(488)
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_the_one_that_stays_is_gone(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(481)
    carol.expects(481)
    leaves(bob)
    assert office.records[-1].decision.rule == "lost"
    alice.ignores_all()
    assert office.is_at_rest()


def test_phone_gives_up_while_it_waits(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.answers(100)
    carol.cancels()
    carol.expects(200)
    carol.expects(487)
    alice.expects("CANCEL")
    alice.answers(487)
    alice.expects("ACK")
    hang_up(bob, alice)
    assert [record.status for record in office.records] == [487, 200]
    assert office.is_at_rest()


@pytest.mark.parametrize("offer", [CAROLS, b""])
def test_answer_that_crosses_the_giving_up_puts_the_old_session_back(
    office: Office, talking: Three, offer: bytes
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob, body=offer)
    carol.expects(100)
    alice.expects("INVITE")
    ours = alice.invite
    alice.answers(100)
    carol.cancels()
    carol.expects(200)
    carol.expects(487)
    alice.expects("CANCEL")
    alice.answers(200, ALICES, to=ours)
    ack = alice.request("ACK")
    assert (b"m=audio 0 " in ack.body) is not bool(offer)
    assert alice.request("INVITE").body == ANSWER
    alice.answers(200, AUDIO)
    alice.expects("ACK")
    bob.sends("INVITE", ANSWER)
    assert alice.request("INVITE").body == ANSWER
    alice.answers(200, AUDIO)
    bob.expects(200)
    bob.acks()
    alice.expects("ACK")
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_connection_of_the_phone_breaks_while_it_waits(
    office: Office, alice: Handset, bob: Handset
) -> None:
    carol = office.handset("1003", place=flow("198.51.100.3", 40003, "TCP", 3))
    call(alice, bob)
    takes_over(carol, bob)
    office.lose(carol)
    carol.flow = replace(carol.flow, connection=0)
    office.lose(carol)
    assert office.record().decision.rule == "lost"
    alice.expects("INVITE")
    alice.answers(491)
    alice.expects("ACK")
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_replaced_phone_that_hangs_up_first_does_not_stop_it(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    bob.sends("BYE")
    bob.expects(200)
    joined(alice, carol)
    hang_up(carol, alice)
    assert [record.decision.rule for record in office.records] == ["taken-over", "answered"]
    assert office.is_at_rest()


def test_replaced_phone_that_hung_up_and_a_join_that_fails_end_the_call(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    bob.sends("BYE")
    bob.expects(200)
    alice.expects("INVITE")
    alice.answers(488)
    carol.expects(488)
    alice.expects("ACK")
    leaves(alice)
    assert [record.status for record in office.records] == [200, 488]
    assert office.is_at_rest()


def test_the_one_that_stays_hangs_up_meanwhile(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects("INVITE")
    alice.sends("BYE")
    alice.expects(200)
    carol.expects(603)
    leaves(bob)
    assert sorted(record.status for record in office.records) == [200, 603]
    alice.answers(487)
    assert office.is_at_rest()


def test_collision_is_waited_out(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    bob.sends("INVITE", ANSWER)
    alice.expects("INVITE")
    takes_over(carol, bob)
    carol.expects(100)
    assert alice.hears_nothing()
    alice.answers(200, AUDIO)
    bob.expects(200)
    bob.acks()
    alice.expects("ACK")
    office.wait(0.5)
    joined(alice, carol)
    bob.request("BYE")
    bob.sends("INVITE", ANSWER)
    bob.expects(481)
    hang_up(carol, alice)
    assert office.is_at_rest()


def test_collision_that_does_not_end_is_given_up(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    bob.sends("INVITE", ANSWER)
    alice.expects("INVITE")
    alice.answers(180)
    takes_over(carol, bob)
    carol.expects(100)
    office.wait(9.0)
    carol.expects(480)
    alice.answers(200, AUDIO)
    bob.ignores_all()
    bob.acks()
    alice.expects("ACK")
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_video_only_phone_takes_no_place_beside_a_basic_one(
    office: Office, talking: Three
) -> None:
    alice, bob, carol = talking
    video = b"v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=video 4002 RTP/AVP 96\r\n"
    carol.dials("1001", video, Replaces=named(alice))
    carol.expects(100)
    carol.expects(488)
    hang_up(bob, alice)
    assert office.is_at_rest()


# -- a call that rings ----------------------------------------------------------------------------


def test_ringing_call_is_picked_up(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob, "early-only")
    carol.expects(100)
    assert "completed elsewhere" in bob.request("CANCEL").headers.get("Reason")
    bob.answers(487)
    bob.expects("ACK")
    first = alice.response(200)
    assert b"m=audio 9 RTP/AVP 0 101" in first.body
    assert b"a=inactive" in first.body
    assert carol.hears_nothing()
    alice.acks()
    joined(alice, carol)
    hang_up(alice, carol)
    picked, talked = office.records
    assert (picked.caller_number, picked.decision.rule) == ("1001", "taken-over")
    assert (talked.caller_number, talked.called_number) == ("1003", "1001")
    assert office.is_at_rest()


def test_caller_without_an_offer_is_made_one(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    alice.dials("1002", b"")
    alice.expects(100)
    bob.expects("INVITE")
    bob.answers(180)
    alice.expects(180)
    takes_over(carol, bob)
    carol.expects(100)
    assert b"m=audio 9 RTP/AVP 0 8\r\na=inactive" in alice.response(200).body
    alice.acks(AUDIO)
    joined(alice, carol)
    bob.ignores_all()
    hang_up(carol, alice)
    assert office.is_at_rest()


def test_all_phones_stop_when_one_of_them_is_replaced(
    office: Office, alice: Handset, carol: Handset
) -> None:
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    lab = office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))
    bob = office.handset("1002")
    office.bindings.put(binding("SEP000000001003", "1009", carol.flow))
    alice.dials("1009")
    alice.expects(100)
    for each in (lab, carol):
        each.expects("INVITE")
        each.answers(180)
    alice.expects(180)
    takes_over(bob, lab)
    bob.expects(100)
    for each in (lab, carol):
        each.expects("CANCEL")
        each.answers(487)
    alice.expects(200)
    alice.acks()
    alice.expects("INVITE")
    alice.answers(200, ALICES)
    bob.expects(200)
    bob.acks()
    alice.expects("ACK")
    hang_up(bob, alice)
    lab.ignores_all()
    carol.ignores_all()
    assert office.is_at_rest()


def test_media_that_were_agreed_while_it_rang_are_not_answered_again(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    alice.dials("1002", Supported="100rel")
    alice.expects(100)
    bob.expects("INVITE")
    rings(bob, 1, ANSWER, 183)
    early = alice.response(183)
    takes_over(carol, bob)
    carol.expects(100)
    assert alice.hears_nothing()  # "unless [...] contained a session description" (RFC 3262)
    pracks(alice, early)
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(200)
    office.wait(0.5)
    assert alice.response(200).body == b""
    alice.acks()
    joined(alice, carol)
    bob.ignores_all()
    hang_up(alice, carol)
    assert office.is_at_rest()


@pytest.mark.parametrize(("flags", "status"), [((), 200), (("early-only",), 486)])
def test_phone_that_answers_while_the_other_waits(
    office: Office,
    alice: Handset,
    bob: Handset,
    carol: Handset,
    flags: tuple[str, ...],
    status: int,
) -> None:
    alice.dials("1002", Supported="100rel")
    alice.expects(100)
    bob.expects("INVITE")
    rings(bob, 1, ANSWER, 183)
    early = alice.response(183)
    takes_over(carol, bob, *flags)
    carol.expects(100)
    bob.answers(200)
    pracks(alice, early)
    alice.expects(200)
    alice.acks()
    office.wait(0.5)
    if status == 200:
        alice.expects("INVITE")
        alice.answers(200, ALICES)
    carol.expects(status)
    carol.acks()
    bob.ignores_all()
    alice.ignores_all()
    alice.sends("BYE")
    assert office.records[-1].decision.rule == "answered"
    assert office.is_at_rest()


def test_caller_that_hangs_up_before_it_is_joined(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects(200)
    alice.acks()
    alice.expects("INVITE")
    alice.sends("BYE")
    alice.expects(200)
    carol.expects(603)
    assert sorted(record.status for record in office.records) == [487, 603]
    bob.ignores_all()
    assert office.is_at_rest()


def test_caller_that_never_confirms_is_given_up(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    office.wait(33.0)
    carol.expects(603)
    alice.ignores_all()
    bob.ignores_all()
    assert office.is_at_rest()


def test_phone_that_gives_up_after_the_pickup_ends_the_call(
    office: Office, ringing: Three
) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    alice.expects(200)
    carol.cancels()
    carol.expects(200)
    carol.expects(487)
    alice.acks()
    leaves(alice)
    bob.ignores_all()
    assert [record.status for record in office.records] == [487, 487]
    assert office.is_at_rest()


def test_answer_that_crosses_the_pickup_is_ended(office: Office, ringing: Three) -> None:
    alice, bob, carol = ringing
    takes_over(carol, bob)
    carol.expects(100)
    bob.expects("CANCEL")
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    leaves(bob)
    alice.expects(200)
    alice.acks()
    joined(alice, carol)
    hang_up(alice, carol)
    assert office.is_at_rest()


def test_server_that_stops_ends_a_takeover(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    takes_over(carol, bob)
    carol.expects(100)
    office.shuts_down()
    carol.expects(603)
    leaves(bob)
    messages = list(alice.inbox)
    assert isinstance(messages[-1], Request)
    assert messages[-1].method == "BYE"
    alice.ignores_all()
    assert office.is_at_rest()


def test_request_line_of_a_takeover_may_name_any_number(office: Office, talking: Three) -> None:
    alice, bob, carol = talking
    carol.dials("9999", CAROLS, Replaces=named(bob))
    assert carol.target == f"sip:9999@{SERVER[0]}"
    carol.expects(100)
    joined(alice, carol)
    leaves(bob)
    hang_up(carol, alice)
    assert office.is_at_rest()
