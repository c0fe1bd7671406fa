"""Requests find their transaction and get their answers; the machines have tests of their own."""

import pytest

from sipcore.errors import ParseError
from sipcore.message import Headers, Request, make_response
from sipcore.ports import Flow
from sipcore.transaction import RequestArrived, stateless_tag
from tests.sipcore.transaction.ladder import BACK, PHONE, TCP, UDP, US, Ladder, request

OLD = "SIP/2.0/UDP 192.0.2.50:5060;branch=1"


# -- requests of the peer -------------------------------------------------------------------------


def test_an_arrived_request_is_the_one_that_is_kept() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"), UDP)
    event = ladder.events[0]
    assert isinstance(event, RequestArrived)
    assert event.flow == ladder.layer.flow_of(event.key) == UDP
    assert ladder.layer.request_of(event.key) is event.request
    assert event.request.via.received == PHONE[0]
    assert event.request.via.rport == "5060"


def test_an_answer_without_rport_goes_to_the_port_of_sent_by() -> None:
    ladder = Ladder()
    source = Flow("UDP", US, (PHONE[0], 40001))
    via = "SIP/2.0/UDP 192.0.2.50:5070;branch=z9hG4bKone"
    ladder.hears(request("REGISTER", via=via), source)
    ladder.responds(200)
    assert ladder.flows == [Flow("UDP", US, (PHONE[0], 5070))]
    assert ladder.layer.flow_of(ladder.key) == source


def test_an_answer_too_late_is_dropped_and_counted() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"), TCP)
    register = ladder.layer.request_of(ladder.key)
    ladder.responds(200)
    ladder.layer.respond(ladder.key, make_response(register, 503), 0.0)
    assert ladder.layer.take_outbox() == []
    assert ladder.layer.dropped == {"late answer": 1}


@pytest.mark.parametrize("name", ["Via", "From", "To", "Call-ID", "CSeq"])
def test_a_request_that_cannot_be_named_is_the_peers_error(name: str) -> None:
    ladder = Ladder()
    bad = request("REGISTER", via=OLD)
    bad.headers.remove(name)
    with pytest.raises(ParseError) as caught:
        ladder.layer.receive(bad, UDP, 0.0)
    assert (caught.value.status, caught.value.header) == (400, name)
    assert ladder.is_clean()


@pytest.mark.parametrize("name", ["From", "To", "Call-ID", "CSeq"])
def test_a_bad_request_with_a_cookie_leaves_nothing_behind_either(name: str) -> None:
    ladder = Ladder()
    bad = request("REGISTER")
    bad.headers.remove(name)
    with pytest.raises(ParseError):
        ladder.layer.receive(bad, UDP, 0.0)
    assert ladder.is_clean()


# -- ACK and CANCEL -------------------------------------------------------------------------------


def test_an_ack_that_matches_nothing_goes_to_the_user() -> None:
    ladder = Ladder()
    ladder.hears(request("ACK", to_tag="ours"))
    assert ladder.log() == ["0 <- ACK", "0 == ACK"]
    assert ladder.is_clean()


def test_a_cancel_that_matches_nothing_gets_481_and_no_event() -> None:
    ladder = Ladder()
    ladder.hears(request("CANCEL"))
    assert ladder.log() == ["0 <- CANCEL", "0 -> 481 CANCEL"]
    ladder.waits(33)
    assert ladder.is_clean()


def test_a_cancel_of_nothing_leaves_nothing() -> None:
    ladder = Ladder()
    ladder.hears(request("CANCEL"))
    assert ladder.statuses() == [481]
    assert ladder.is_clean()


def test_a_cancel_on_another_branch_cancels_nothing() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.log()
    ladder.hears(request("CANCEL", via="SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKtwo"))
    assert ladder.log() == ["0 <- CANCEL", "0 -> 481 CANCEL"]


def test_the_answer_to_the_cancel_has_the_to_tag_of_the_call() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(180, tag="ours")
    ladder.hears(request("CANCEL"))
    assert ladder.sent[-1].to.tag == "ours"


def test_the_answer_to_an_early_cancel_has_a_to_tag_as_well() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.hears(request("CANCEL"))
    assert ladder.sent[-1].to.tag != ""


# -- RFC 2543 -------------------------------------------------------------------------------------


def test_a_call_without_the_cookie_goes_like_any_other() -> None:
    ladder = Ladder()
    ladder.hears(request(via=OLD))
    ladder.hears(request(via=OLD))
    ladder.responds(486)
    ladder.hears(request(via=OLD))
    ladder.hears(request("ACK", via=OLD, to_tag="ours"))
    ladder.waits(6)
    assert ladder.log() == [
        "0 <- INVITE",
        "0 == INVITE",
        "0 <- INVITE",
        "0 -> 486 INVITE",
        "0 <- INVITE",
        "0 -> 486 INVITE",
        "0 <- ACK",
    ]
    assert ladder.is_clean()


def test_a_cancel_without_the_cookie_finds_its_call() -> None:
    ladder = Ladder()
    ladder.hears(request(via=OLD))
    ladder.log()
    ladder.hears(request("CANCEL", via=OLD))
    assert ladder.log() == ["0 <- CANCEL", "0 -> 200 CANCEL", "0 == cancelled"]


def test_without_the_cookie_the_ack_for_a_2xx_reaches_the_user() -> None:
    ladder = Ladder()
    ladder.hears(request(via=OLD))
    ladder.responds(200)
    ladder.log()
    ladder.hears(request("ACK", via=OLD, to_tag="ours"))
    assert ladder.log() == ["0 <- ACK", "0 == ACK"]
    ladder.waits(33)
    assert ladder.is_clean()


def test_without_the_cookie_repeating_the_2xx_leaves_nothing_behind() -> None:
    ladder = Ladder()
    ladder.hears(request(via=OLD))
    ladder.responds(200)
    ladder.responds(200)
    assert ladder.layer.counts()["names"] == 3  # the INVITE, its ACK, and as a merged request
    ladder.waits(33)
    assert ladder.is_clean()


# -- merged requests ------------------------------------------------------------------------------


def test_the_second_path_of_a_request_is_merged_and_the_first_is_not() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.hears(request(via="SIP/2.0/UDP 192.0.2.60;branch=z9hG4bKtwo"))
    first, second = (e for e in ladder.events if isinstance(e, RequestArrived))
    assert not first.is_merged
    assert second.is_merged
    assert first.key != second.key


def test_nothing_is_merged_with_what_is_over() -> None:
    ladder = Ladder()
    ladder.hears(request("OPTIONS"), TCP)
    ladder.responds(200)
    ladder.hears(request("OPTIONS", via="SIP/2.0/TCP 192.0.2.60;branch=z9hG4bKtwo"), TCP)
    event = ladder.events[-1]
    assert isinstance(event, RequestArrived)
    assert not event.is_merged


def test_another_path_is_merged_also_with_what_has_been_answered() -> None:
    ladder = Ladder()
    ladder.hears(request("OPTIONS"))
    ladder.responds(200)
    ladder.hears(request("OPTIONS", via="SIP/2.0/UDP 192.0.2.60;branch=z9hG4bKtwo"))
    event = ladder.events[-1]
    assert isinstance(event, RequestArrived)
    assert event.is_merged


def test_requests_inside_a_dialog_are_not_merged() -> None:
    ladder = Ladder()
    ladder.hears(request("BYE", to_tag="ours"))
    ladder.hears(request("BYE", to_tag="ours", via="SIP/2.0/UDP 192.0.2.60;branch=z9hG4bKtwo"))
    arrived = [e.is_merged for e in ladder.events if isinstance(e, RequestArrived)]
    assert arrived == [False, False]


# -- connections ----------------------------------------------------------------------------------


def test_when_the_connection_is_lost_the_answer_goes_by_a_new_one() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"), TCP)
    ladder.loses(TCP)
    ladder.responds(200)
    assert ladder.log()[-1] == "0 -> 200 REGISTER"
    assert ladder.flows == [BACK]
    assert ladder.is_clean()


def test_the_caller_hears_again_that_it_rings_and_the_call_goes_on() -> None:
    ladder = Ladder()
    ladder.hears(request(), TCP)
    ladder.responds(180)
    ladder.loses(TCP)
    ladder.responds(200)
    assert ladder.log()[2:] == [
        "0 -> 180 INVITE",
        "0 <- flow failed",
        "0 -> 180 INVITE",
        "0 -> 200 INVITE",
    ]
    assert ladder.flows == [TCP, BACK, BACK]
    ladder.waits(33)
    assert ladder.is_clean()


def test_a_caller_that_cannot_be_reached_any_more_is_told_at_once() -> None:
    ladder = Ladder()
    ladder.hears(request(), TCP)
    ladder.responds(180)
    ladder.loses(TCP)
    ladder.log()
    ladder.loses(BACK)
    assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"]
    ladder.responds(487)
    ladder.waits(33)
    assert ladder.is_clean()


# -- answered and forgotten -----------------------------------------------------------------------


def test_a_stateless_answer_is_the_same_each_time() -> None:
    ladder = Ladder()
    for _ in range(2):
        ladder.layer.answer_stateless(request("REGISTER"), 503, UDP)
    first, second = ladder.layer.take_outbox()
    assert first == second
    assert first.flow == UDP
    assert first.data.startswith(b"SIP/2.0 503 Service Unavailable\r\nVia: SIP/2.0/UDP")
    assert b";rport=5060;" in first.data
    assert b"<sip:1002@192.0.2.1>;tag=" in first.data
    assert ladder.is_clean()


def test_an_ack_is_never_answered() -> None:
    ladder = Ladder()
    ladder.layer.answer_stateless(request("ACK"), 400, UDP)
    assert ladder.layer.take_outbox() == []


def test_a_stateless_answer_needs_no_more_than_a_via() -> None:
    ladder = Ladder()
    headers = Headers([("Via", "SIP/2.0/UDP 192.0.2.50;branch=z9hG4bKx")])
    ladder.layer.answer_stateless(Request("INVITE", "sip:x", headers), 400, UDP, "No To")
    assert ladder.layer.take_outbox()[0].data.startswith(b"SIP/2.0 400 No To\r\nVia: ")


def test_a_request_answered_once_leaves_nothing_and_arrives_again_when_repeated() -> None:
    ladder = Ladder()
    for _ in range(2):
        ladder.hears(request("OPTIONS"))
        arrived = ladder.layer.request_of(ladder.key)
        answer = make_response(arrived, 200, to_tag=stateless_tag(arrived))
        ladder.layer.respond_once(ladder.key, answer)
        ladder._take([])
        assert ladder.is_clean()
    assert ladder.statuses() == [200, 200]
    first, second = ladder.sent
    assert first.to.tag
    assert first.to_bytes() == second.to_bytes()


def test_an_answer_after_the_final_one_is_too_late_to_be_the_only_one() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    answer = make_response(ladder.layer.request_of(ladder.key), 503)
    ladder.responds(200)
    ladder.layer.respond_once(ladder.key, answer)
    assert ladder.layer.dropped == {"late answer": 1}


def test_what_has_been_answered_keeps_only_its_octets() -> None:
    ladder = Ladder()
    ladder.hears(request("REGISTER"))
    ladder.responds(200)
    assert ladder.layer.is_known(request("REGISTER"))
    assert not ladder.layer.is_known(request("OPTIONS"))
    assert len(ladder.layer) == 0
    assert {name: n for name, n in ladder.layer.counts().items() if n} == {"answers": 1}
    ladder.hears(request("REGISTER"))
    assert ladder.statuses() == [200, 200]
