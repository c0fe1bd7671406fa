"""The caller's INVITE while phones ring: what it hears, and every way in which nobody answers."""

from dataclasses import replace

from sipcore.message import Request
from sipcore.ports import Settings
from tests.sipcore.callcontrol.ladders import dial, is_rung, refuses
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office
from tests.sipcore.site import flow

# -- ringing --------------------------------------------------------------------------------------


def test_repeated_ringing_is_told_once(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    bob.answers(180)
    bob.answers(180)
    bob.answers(181)
    bob.answers(182)
    alice.expects(180)
    assert alice.hears_nothing()


def test_early_media_passes_while_one_phone_rings(alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    bob.answers(183, ANSWER)
    ringing = alice.response(183)
    assert ringing.body == ANSWER
    assert ringing.content_type == "application/sdp"
    assert ringing.to.tag


def test_early_media_on_180_is_dropped_when_the_profile_says_so(
    office: Office, alice: Handset, bob: Handset
) -> None:
    basic = office.site.phones["SEP000000001002"]
    office.configure(replace(basic, ignores_early_media_on_180=True))
    dial(alice, bob)
    bob.answers(180, ANSWER)
    assert alice.response(180).body == b""


def test_caller_keeps_its_tag_from_180_to_200(alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    bob.answers(180, tag="one")
    ringing = alice.response(180)
    bob.answers(200, ANSWER, tag="two")
    assert alice.response(200).to.tag == ringing.to.tag


# -- nobody answers -------------------------------------------------------------------------------


def test_caller_hangs_up_while_it_rings(office: Office, alice: Handset, bob: Handset) -> None:
    is_rung(alice, bob)
    alice.cancels()
    alice.expects(200)
    alice.expects(487)
    cancel = bob.request("CANCEL")
    bob.answers(200, to=cancel)
    refuses(bob, 487)
    record = office.record()
    assert (record.status, record.cause, record.ended_by) == (487, 16, "caller")
    assert record.decision.rule == "cancelled"
    assert office.is_at_rest()


def test_caller_hangs_up_before_the_phone_said_anything(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    alice.cancels()
    alice.expects(200)
    alice.expects(487)
    assert bob.hears_nothing()  # 9.1: no CANCEL before a provisional response
    bob.answers(180)
    bob.expects("CANCEL")
    bob.answers(487)
    assert office.is_at_rest()


def test_bye_of_the_caller_before_the_answer_is_a_cancel(
    office: Office, alice: Handset, bob: Handset
) -> None:
    is_rung(alice, bob)
    alice.sends("BYE")
    alice.expects(200)
    alice.expects(487)
    bob.expects("CANCEL")
    bob.answers(487)
    assert office.record().decision.rule == "cancelled"
    assert office.is_at_rest()


def test_answer_that_crosses_the_cancel_is_acknowledged_and_ended(
    office: Office, alice: Handset, bob: Handset
) -> None:
    is_rung(alice, bob)
    alice.cancels()
    bob.expects("CANCEL")
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    bye = bob.request("BYE")
    bob.answers(200, to=bye)
    assert office.record().status == 487
    assert office.is_at_rest()


def test_nobody_answers_until_the_alerting_timeout(
    office: Office, alice: Handset, bob: Handset
) -> None:
    office.site.values = Settings(alerting_timeout_s=20)
    alice.dials("1002")
    alice.expects(100)
    assert bob.request("INVITE").headers.get("Expires") == "20"
    bob.answers(180)
    alice.expects(180)
    office.wait(20.0)
    assert alice.response(480).headers.get("Reason") == "Q.850;cause=19"
    bob.expects("CANCEL")
    bob.answers(487)
    record = office.record()
    assert (record.status, record.cause, record.ended_by) == (480, 19, "system")
    assert record.decision.rule == "no-answer"
    assert "20 seconds" in record.decision.expected
    assert office.is_at_rest()


def test_phone_that_only_said_trying_ends_in_408(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(100)
    office.wait(180.0)
    alice.expects(408)
    assert office.record().cause == 18
    assert office.is_at_rest()


def test_caller_may_want_to_wait_less(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob, Expires="5")
    bob.answers(180)
    alice.expects(180)
    office.wait(5.0)
    alice.expects(480)
    assert office.is_at_rest()


def test_phone_that_never_answers_the_invite_is_a_408(
    office: Office, alice: Handset, bob: Handset
) -> None:
    bob.is_off = True
    alice.dials("1002")
    alice.expects(100)
    office.wait(32.0)
    alice.expects(408)
    record = office.record()
    assert (record.cause, record.ended_by) == (18, "system")
    assert record.decision.rule == "unreachable"
    assert "SEP000000001002" in record.decision.summary
    assert office.is_at_rest()


def test_phone_whose_connection_breaks_while_it_rings(office: Office, alice: Handset) -> None:
    bob = office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2))
    is_rung(alice, bob)
    office.lose(bob)
    alice.expects(480)
    assert office.record().decision.rule == "unreachable"
    assert office.is_at_rest()


def test_rejection_reaches_the_caller_with_its_reason(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(486, reason="Not now", Retry_After="30", Warning='399 bob "x"')
    bob.expects("ACK")
    busy = alice.response(486)
    assert busy.reason == "Not now"
    assert busy.headers.get("Retry-After") == "30"
    assert busy.headers.get("Reason") == "Q.850;cause=17"
    assert "Warning" not in busy.headers
    record = office.record()
    assert (record.status, record.cause, record.ended_by) == (486, 17, "called")
    assert record.decision.rule == "rejected-by-phone"
    assert "486 Not now" in record.decision.received
    assert office.is_at_rest()


def test_challenge_and_redirection_of_a_phone_end_in_480(
    office: Office, alice: Handset, bob: Handset
) -> None:
    for status in (302, 401, 407):
        dial(alice, bob)
        refuses(bob, status)
        assert alice.response(480).reason == "Temporarily Unavailable"
        assert f"sent {status}" in office.records[-1].decision.received
    assert office.is_at_rest()


def test_503_of_a_phone_is_not_passed_on(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    refuses(bob, 503)
    alice.expects(500)
    assert office.record().status == 500
    assert office.is_at_rest()


def test_answer_without_a_contact_is_taken_from_the_registered_one(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    invite = bob.request("INVITE")
    office.receive(bare_answer(invite, ""), bob.flow)
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").uri == bob.contact


def test_answer_with_an_unusable_contact_is_ended_at_once(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    invite = bob.request("INVITE")
    office.receive(bare_answer(invite, "Contact: <mailto:bob@h>\r\n"), bob.flow)
    bob.expects("ACK")
    bye = bob.request("BYE")
    bob.answers(200, to=bye)
    alice.expects(500)
    record = office.record()
    assert (record.status, record.decision.rule) == (500, "rejected-by-phone")
    assert office.is_at_rest()


def bare_answer(invite: Request, more: str) -> bytes:
    return (
        "SIP/2.0 200 OK\r\n"
        f"Via: {invite.via}\r\nFrom: {invite.headers.get('From')}\r\n"
        f"To: {invite.headers.get('To')};tag=x\r\nCall-ID: {invite.call_id}\r\n"
        f"CSeq: {invite.headers.get('CSeq')}\r\n{more}Content-Length: 0\r\n\r\n"
    ).encode()


def test_connection_to_the_caller_breaks_while_it_rings(office: Office, bob: Handset) -> None:
    alice = office.handset("1001", place=flow("198.51.100.1", 40001, "TCP", 1))
    alice.dials("1002")
    bob.expects("INVITE")
    bob.answers(180)
    office.lose(alice)
    assert office.records == []  # the answer may still get there over a new connection
    alice.flow = replace(alice.flow, connection=0)
    office.lose(alice)
    bob.expects("CANCEL")
    bob.answers(487)
    record = office.record()
    assert (record.decision.rule, record.cause, record.ended_by) == ("lost", 27, "system")
    assert office.is_at_rest()
