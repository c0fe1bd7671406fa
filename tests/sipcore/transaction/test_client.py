"""Our requests go out, and responses find them; the machines have tests of their own."""

import pytest

from sipcore.errors import StateError
from sipcore.message import make_response
from sipcore.ports import Flow
from sipcore.transaction import ResponseArrived
from tests.sipcore.transaction.ladder import BACK, PHONE, TCP, UDP, US, Ladder, request, unsent

# -- requests of ours -----------------------------------------------------------------------------


def test_our_request_gets_our_via_and_a_branch_of_its_own() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    ladder.sends("OPTIONS")
    first, second = ladder.sent
    assert first.via.sent_by == "192.0.2.1:5060"
    assert first.via.has_cookie
    assert first.via.rport == ""
    assert first.via.branch != second.via.branch


def test_the_request_handed_over_is_left_as_it_is() -> None:
    ladder = Ladder()
    bye = unsent("BYE")
    key = ladder.layer.send(bye, UDP, 0.0)
    assert "Via" not in bye.headers
    assert ladder.layer.request_of(key).via.sent_by == "192.0.2.1:5060"
    assert ladder.layer.flow_of(key) == UDP


def test_an_ack_for_a_2xx_leaves_nothing_behind() -> None:
    ladder = Ladder()
    ladder.layer.send_ack(unsent("ACK"), UDP)
    ladder.layer.send_ack(unsent("ACK"), UDP)
    first, second = (transmit.data for transmit in ladder.layer.take_outbox())
    assert first.startswith(b"ACK sip:1002@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060")
    assert first != second
    assert ladder.is_clean()


@pytest.mark.parametrize("method", ["ACK", "CANCEL"])
def test_ack_and_cancel_are_not_for_send(method: str) -> None:
    with pytest.raises(StateError, match=method):
        Ladder().layer.send(unsent(method), UDP, 0.0)


def test_cancelling_what_is_over_does_nothing() -> None:
    ladder = Ladder()
    ladder.sends("INVITE", TCP)
    ladder.hears_answer(486, flow=TCP)
    ladder.log()
    ladder.cancels()
    assert ladder.log() == []


def test_what_becomes_of_our_cancel_is_not_told() -> None:
    for outcome in ("answered", "unanswered", "flow lost"):
        ladder = Ladder()
        ladder.sends("INVITE")
        invite = ladder.last_request()
        ladder.hears_answer(180)
        ladder.cancels()
        if outcome == "answered":
            ladder.hears_answer(481)
        ladder.hears(make_response(invite, 487, to_tag="callee"))
        ladder.log()
        if outcome == "flow lost":
            ladder.loses(UDP)
            assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"]  # the ACK's
        ladder.waits(33)
        assert not [line for line in ladder.log() if "==" in line]
        assert ladder.is_clean()


# -- responses ------------------------------------------------------------------------------------


def test_a_stray_response_is_dropped_and_counted() -> None:
    ladder = Ladder()
    ladder.hears(make_response(request(), 200))
    assert ladder.log() == ["0 <- 200 INVITE"]
    assert ladder.layer.dropped == {"stray response": 1}


def test_a_response_to_another_method_on_our_branch_is_stray() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    answer = make_response(ladder.last_request(), 200)
    answer.headers.set("CSeq", "1 INVITE")
    ladder.hears(answer)
    assert ladder.layer.dropped == {"stray response": 1}


def test_a_response_whose_sent_by_is_not_ours_is_dropped() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    answer = make_response(ladder.last_request(), 200)
    answer.headers.set("Via", answer.headers.get("Via").replace("192.0.2.1", "192.0.2.7"))
    ladder.hears(answer)
    assert ladder.layer.dropped == {"response for another": 1}
    assert ladder.events == []


def test_a_response_that_was_somebody_elses_too_is_dropped() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    answer = make_response(ladder.last_request(), 200)
    answer.headers.add("Via", "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx")
    ladder.hears(answer)
    assert ladder.layer.dropped == {"response gone astray": 1}
    assert ladder.events == []


def test_a_response_with_received_and_rport_in_our_via_matches() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    answer = make_response(ladder.last_request(), 200)
    via = answer.headers.get("Via").replace(";rport", ";rport=5060;received=192.0.2.1")
    answer.headers.set("Via", via)
    ladder.hears(answer)
    assert ladder.log()[-1] == "0 == 200"


def test_the_event_says_over_which_flow_the_response_came() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS")
    other = Flow("UDP", US, ("192.0.2.51", 5060))
    ladder.hears_answer(200, flow=other)
    assert isinstance(ladder.events[0], ResponseArrived)
    assert ladder.events[0].flow == other


def test_a_request_follows_the_connection_that_was_opened_for_it() -> None:
    ladder = Ladder()
    ladder.sends("INVITE", BACK)
    opened = Flow("TCP", US, (PHONE[0], 5060), 12)
    ladder.hears_answer(180, flow=opened)
    ladder.cancels()
    assert ladder.flows == [BACK, opened]
    assert ladder.layer.flow_of(ladder.key) == opened
    ladder.loses(opened)
    ladder.waits(33)
    assert ladder.log()[-1] == "0 == SendFailed"
    assert ladder.is_clean()
