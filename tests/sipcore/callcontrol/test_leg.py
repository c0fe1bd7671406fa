"""One side of a call: dialog rules of RFC 3261 sections 12.2.2, 13.2.2.4 and 15."""

from dataclasses import replace

import pytest

from sipcore.message import Request
from tests.sipcore.callcontrol.ladders import accepts, dial, is_rung, rings
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import binding, flow


def test_repeated_answer_of_the_phone_gets_the_same_ack_again(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER)
    bob.answers(200, ANSWER)
    assert bob.hears_nothing()  # the ACK is the caller's to send
    alice.expects(200)
    alice.acks(AUDIO)
    first = bob.request("ACK")
    bob.answers(200, ANSWER)
    again = bob.request("ACK")
    assert again.body == first.body == AUDIO
    assert again.headers.get("CSeq") == first.headers.get("CSeq") == "101 ACK"
    assert alice.hears_nothing()
    hang_up(bob, alice)
    assert office.is_at_rest()


def test_repeated_ack_is_not_passed_on(alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    alice.acks()
    assert bob.hears_nothing()


def test_request_out_of_order_is_a_500(office: Office, alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    alice.cseq = -1
    alice.sends("INFO")
    alice.expects(500)
    assert bob.hears_nothing()


def test_request_of_another_dialog_is_a_481(office: Office, alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    alice.tag = "wrong"
    alice.sends("BYE")
    alice.expects(481)
    assert office.records == []


def test_request_after_the_end_is_a_481(office: Office, alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    hang_up(alice, bob)
    for method in ("BYE", "INVITE", "INFO"):
        alice.sends(method)
        alice.expects(481)
    assert office.is_at_rest()


def test_request_while_our_bye_waits_is_a_481(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    alice.sends("BYE")
    bob.expects("BYE")
    bob.sends("INFO")
    bob.expects(481)


@pytest.mark.parametrize("status", [200, 401, 408, 481, 500])
def test_any_answer_to_our_bye_ends_the_dialog(
    office: Office, alice: Handset, bob: Handset, status: int
) -> None:
    call(alice, bob)
    alice.sends("BYE")
    bye = bob.request("BYE")
    assert bye.headers.get("Reason") == "Q.850;cause=16"
    bob.answers(status, to=bye)
    assert office.control.counts()["calls"] == 0
    assert office.is_at_rest()


def test_bye_that_nobody_answers_ends_by_itself(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    bob.is_off = True
    alice.sends("BYE")
    assert office.is_at_rest()
    assert len(office.records) == 1


def test_bye_that_cannot_be_sent_ends_by_itself(office: Office, alice: Handset) -> None:
    bob = office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2))
    call(alice, bob)
    alice.sends("BYE")
    office.lose(bob)
    assert office.control.counts()["calls"] == 0
    assert office.is_at_rest()


def test_phone_on_a_new_connection_is_reached_there(office: Office, bob: Handset) -> None:
    alice = office.handset("1001", place=flow("198.51.100.1", 40001, "TCP", 1))
    call(alice, bob)
    later = office.handset("1001", place=flow("198.51.100.1", 40009, "TCP", 9), bound=False)
    for name in ("call_id", "tag", "peer_tag", "peer_uri", "target", "cseq"):
        setattr(later, name, getattr(alice, name))
    later.sends("INFO")
    info = bob.request("INFO")
    bob.answers(200, to=info)
    later.expects(200)
    bob.sends("BYE")
    bye = later.request("BYE")
    later.answers(200, to=bye)
    assert office.is_at_rest()


def test_options_inside_a_call_is_answered_here(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    alice.sends("OPTIONS")
    headers = alice.response(200).headers
    assert "UPDATE" in headers.values("Allow")
    assert "replaces" in headers.values("Supported")
    assert headers.get("Accept") == "application/sdp"
    assert (headers.get("Accept-Encoding"), headers.get("Accept-Language")) == ("identity", "en")
    assert bob.hears_nothing()


@pytest.mark.parametrize(("method", "status"), [("REFER", 400), ("MESSAGE", 405), ("PRACK", 481)])
def test_other_methods_inside_a_call_are_refused(
    alice: Handset, bob: Handset, method: str, status: int
) -> None:
    call(alice, bob)
    alice.sends(method)
    alice.expects(status)
    assert bob.hears_nothing()


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_offers_before_the_answer_are_put_off(alice: Handset, bob: Handset, method: str) -> None:
    is_rung(alice, bob)
    alice.sends(method, AUDIO)
    assert 0 <= int(alice.response(500).headers.get("Retry-After")) <= 10
    bob.sends(method, AUDIO)
    bob.expects(491)


def test_body_of_an_ack_keeps_what_describes_it(alice: Handset, bob: Handset) -> None:
    dial(alice, bob, b"")
    bob.answers(200, AUDIO, Content_Disposition="session")
    assert alice.response(200).headers.get("Content-Disposition") == "session"
    alice.acks(ANSWER, Content_Disposition="session;handling=required")
    ack = bob.request("ACK")
    assert ack.headers.get("Content-Disposition") == "session;handling=required"


def test_called_phone_may_not_say_bye_before_its_answer(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002")
    bob.expects("INVITE")
    bob.answers(180)
    bob.sends("BYE")
    bob.expects(481)
    assert office.records == []


def test_requests_go_to_where_the_phone_registered_from(office: Office, bob: Handset) -> None:
    alice = office.handset("1001")
    elsewhere = office.handset("1001", place=flow("198.51.100.1", 5999), bound=False)
    dial(elsewhere, bob, Contact=f"<{alice.contact}>")
    bob.answers(200, ANSWER)
    elsewhere.expects(200)
    elsewhere.acks()
    bob.sends("BYE")
    assert isinstance(alice.expects("BYE"), Request)


# -- several phones behind one contact ------------------------------------------------------------


@pytest.fixture
def forked(alice: Handset, bob: Handset) -> Handset:
    """Two phones ring behind Bob's contact; return the second one."""
    is_rung(alice, bob)
    bob.answers(180, tag="second", Contact="<sip:1002@198.51.100.2:5070>")
    alice.ignores_all()
    return replace(bob, tag="second", inbox=bob.inbox)


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("OPTIONS", b"", 200),
        ("UPDATE", b"", 200),
        ("UPDATE", AUDIO, 491),
        ("INFO", b"", 200),
        ("INFO", AUDIO, 500),
        ("INVITE", AUDIO, 491),
        ("PRACK", b"", 481),
        ("BYE", b"", 481),
        ("REFER", b"", 403),
        ("SUBSCRIBE", b"", 403),
        ("MESSAGE", b"", 405),
    ],
)
def test_second_phone_behind_a_contact_is_served_but_talks_to_nobody(
    alice: Handset, forked: Handset, method: str, body: bytes, status: int
) -> None:
    forked.sends(method, body)
    assert forked.response(status).from_.tag == "second"
    assert alice.hears_nothing()


def test_offer_of_a_second_phone_that_has_answered_ours_is_not_acceptable(
    office: Office, alice: Handset, forked: Handset
) -> None:
    rings(forked, 1, ANSWER, 183)
    forked.answers(200, to=forked.request("PRACK"))
    forked.sends("UPDATE", AUDIO)
    assert "Retry-After" not in forked.response(488).headers
    forked.answers(200)
    alice.ignores_all()
    alice.acks()
    forked.expects("ACK")
    hang_up(alice, forked)
    assert office.is_at_rest()


def test_each_phone_behind_a_contact_counts_its_requests_by_itself(
    office: Office, alice: Handset, bob: Handset, forked: Handset
) -> None:
    forked.cseq = 5
    forked.sends("OPTIONS")
    forked.expects(200)
    bob.cseq = 2
    bob.sends("OPTIONS")
    bob.expects(200)
    forked.cseq = 3
    forked.sends("OPTIONS")
    forked.expects(500)


def test_second_phone_that_answers_goes_on_where_its_update_has_led(
    office: Office, alice: Handset, forked: Handset
) -> None:
    forked.sends("UPDATE", Contact="<sip:1002@198.51.100.2:5080>")
    forked.expects(200)
    assert forked.invite is not None
    forked.answers(200, ANSWER, to=forked.invite, Contact="<sip:1002@198.51.100.2:5080>")
    alice.expects(200)
    alice.acks()
    assert forked.request("ACK").uri == "sip:1002@198.51.100.2:5080"
    hang_up(forked, alice)
    assert office.is_at_rest()


def test_phone_behind_a_contact_that_has_lost_is_not_known_any_more(
    office: Office, alice: Handset, bob: Handset, forked: Handset
) -> None:
    accepts(bob, alice)
    forked.sends("OPTIONS")
    forked.expects(481)
    hang_up(alice, bob)
    assert office.is_at_rest()


# -- a phone that registers from elsewhere during a call ------------------------------------------


@pytest.fixture
def moved(office: Office, alice: Handset) -> Handset:
    """Bob's phone lost its connection in a call with Alice, and registered over another one."""
    bob = office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2))
    call(alice, bob)
    office.bindings.drop_flow(bob.flow)
    bob.is_off = True
    office.lose(bob)
    again = replace(bob, flow=flow("198.51.100.2", 40009, "TCP", 9), is_off=False)
    office.handsets[again.flow.remote] = again
    renewed = binding("SEP000000001002", "1002", again.flow, registered_at=office.now)
    office.bindings.put(renewed)
    return again


def fails(office: Office) -> None:
    """Let what was sent to Bob's old connection fail."""
    office.lose(Handset(office, "1002", flow("198.51.100.2", 40002, "TCP", 2)))


def test_phone_that_moved_gets_its_bye(office: Office, alice: Handset, moved: Handset) -> None:
    alice.sends("BYE")
    alice.expects(200)
    fails(office)
    moved.answers(200, to=moved.request("BYE"))
    assert office.is_at_rest()


def test_phone_that_moved_goes_on_talking(office: Office, alice: Handset, moved: Handset) -> None:
    alice.sends("INVITE", AUDIO)
    fails(office)
    moved.expects("INVITE")
    accepts(moved, alice, ANSWER)
    alice.sends("INFO")
    moved.answers(200, to=moved.request("INFO"))
    alice.expects(200)
    hang_up(moved, alice)
    assert office.is_at_rest()


def test_phone_that_moved_has_its_session_refreshed(
    office: Office, alice: Handset, moved: Handset
) -> None:
    office.wait(900.0)
    fails(office)
    moved.expects("INVITE")
    moved.answers(200, ANSWER)
    moved.expects("ACK")
    alice.ignores_all()
    assert office.records == []


def test_phone_that_did_not_come_back_is_given_up(
    office: Office, alice: Handset, moved: Handset
) -> None:
    office.bindings.drop_flow(moved.flow)
    alice.sends("INVITE", AUDIO)
    fails(office)
    alice.expects(503)
    alice.answers(200, to=alice.request("BYE"))
    assert office.record().decision.rule == "lost"


def test_phone_behind_nat_whose_port_changed_is_found_when_it_stays_silent(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    bob.is_off = True
    later = replace(bob, flow=flow("198.51.100.2", 40009), is_off=False)
    office.handsets[later.flow.remote] = later
    office.bindings.put(binding("SEP000000001002", "1002", later.flow, registered_at=2000.0))
    alice.sends("BYE")
    alice.expects(200)
    office.wait(32.0)
    later.answers(200, to=later.request("BYE"))
    assert office.is_at_rest()
