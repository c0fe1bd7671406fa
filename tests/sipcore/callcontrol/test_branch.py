"""Several phones ring for one number: RFC 3261 sections 13.2.2.4 and 16.7."""

from dataclasses import replace

import pytest

from sipcore.callcontrol.branch import TABLE, On, S
from tests.sipcore.callcontrol.ladders import accepts, dial, refuses
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, hang_up
from tests.sipcore.site import PARTITION, binding, flow, phone


@pytest.fixture
def desk(office: Office, carol: Handset) -> Handset:
    """Carol's phone, which shares line 1009."""
    office.bindings.put(binding("SEP000000001003", "1009", carol.flow))
    return carol


@pytest.fixture
def lab(office: Office) -> Handset:
    """Another phone with line 1009 only."""
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    return office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))


def ring_both(caller: Handset, desk: Handset, lab: Handset) -> None:
    caller.dials("1009")
    caller.expects(100)
    for called in (desk, lab):
        called.expects("INVITE")
        called.answers(180)
    caller.expects(180)
    assert caller.hears_nothing()


def test_a_branch_that_is_done_takes_nothing_more() -> None:
    assert {state for state, _ in TABLE} == {S.INVITED, S.CANCELLED}
    assert len(TABLE) == 2 * len(On)


def test_every_registered_appearance_rings_and_the_first_answer_wins(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    assert bob.response(200).body == ANSWER
    cancel = desk.request("CANCEL")
    desk.answers(200, to=cancel)
    refuses(desk, 487)
    bob.acks()
    lab.expects("ACK")
    hang_up(lab, bob)
    record = office.record()
    assert (record.called_number, record.called_phone) == ("1009", "SEP000000002009")
    assert record.ended_by == "called"
    assert office.is_at_rest()


@pytest.mark.parametrize("place", ["198.51.100.2:5060", "198.51.100.2:5999"])
def test_ack_and_bye_go_to_where_the_answer_came_from(
    office: Office, alice: Handset, bob: Handset, place: str
) -> None:
    dial(alice, bob)
    bob.answers(180, Contact="<sip:1002@198.51.100.2:5060>")
    alice.expects(180)
    bob.answers(200, ANSWER, Contact=f"<sip:1002@{place}>")
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").uri == f"sip:1002@{place}"
    alice.sends("BYE")
    alice.expects(200)
    bye = bob.request("BYE")
    assert bye.uri == f"sip:1002@{place}"
    bob.answers(200, to=bye)
    assert office.record().decision.rule == "answered"
    assert office.is_at_rest()


def test_each_phone_gets_a_dialog_of_its_own(bob: Handset, desk: Handset, lab: Handset) -> None:
    bob.dials("1009")
    one, other = desk.request("INVITE"), lab.request("INVITE")
    assert len({one.call_id, other.call_id, bob.call_id}) == 3
    assert len({one.from_.tag, other.from_.tag, bob.tag}) == 3


def test_second_answer_at_the_same_moment_is_acknowledged_and_ended(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    desk.expects("CANCEL")
    desk.answers(200, ANSWER)
    desk.expects("ACK")
    bye = desk.request("BYE")
    desk.answers(200, to=bye)
    bob.expects(200)
    bob.acks()
    lab.expects("ACK")
    hang_up(bob, lab)
    assert office.record().called_phone == "SEP000000002009"
    assert office.is_at_rest()


def test_loser_that_hangs_up_by_itself_does_not_end_the_call(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    desk.expects("CANCEL")
    desk.answers(200, ANSWER)
    desk.expects("ACK")
    desk.expects("BYE")
    desk.sends("BYE")
    desk.expects(200)
    assert office.records == []
    bob.expects(200)
    bob.acks()
    lab.expects("ACK")
    hang_up(bob, lab)
    assert office.is_at_rest()


def test_early_media_of_several_phones_is_not_mixed(
    bob: Handset, desk: Handset, lab: Handset
) -> None:
    bob.dials("1009")
    bob.expects(100)
    desk.expects("INVITE")
    desk.answers(183, ANSWER)
    first = bob.response(183)
    assert first.body == b""
    assert "Content-Type" not in first.headers
    lab.expects("INVITE")
    lab.answers(183, ANSWER)
    lab.answers(180)
    assert bob.response(180).to.tag == first.to.tag


def test_one_phone_rejects_and_the_other_one_rings_on(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    refuses(desk, 486)
    assert bob.hears_nothing()
    accepts(lab, bob, ANSWER)
    hang_up(bob, lab)
    assert office.is_at_rest()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [(480, 486, 486), (486, 404, 486), (500, 480, 480), (503, 503, 500), (302, 500, 480)],
)
def test_best_of_all_failures_is_told(
    office: Office,
    bob: Handset,
    desk: Handset,
    lab: Handset,
    first: int,
    second: int,
    told: int,
) -> None:
    ring_both(bob, desk, lab)
    desk.answers(first)
    lab.answers(second)
    bob.expects(told)
    assert office.record().status == told
    assert office.is_at_rest()


def test_decline_of_one_phone_is_for_all(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    desk.answers(603)
    bob.expects(603)
    lab.expects("CANCEL")
    lab.answers(487)
    record = office.record()
    assert (record.status, record.cause, record.called_phone) == (603, 21, "SEP000000001003")
    assert office.is_at_rest()


def test_caller_hangs_up_and_all_phones_stop(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    bob.cancels()
    for called in (desk, lab):
        called.expects("CANCEL")
        called.answers(487)
    bob.expects(200)
    bob.expects(487)
    assert office.is_at_rest()


def test_phone_that_never_answers_the_cancel_is_forgotten(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    desk.is_off = True
    accepts(lab, bob, ANSWER)
    hang_up(bob, lab)
    assert office.is_at_rest()


def test_all_contacts_of_one_line_ring_and_count_as_one_call(
    office: Office, bob: Handset, lab: Handset
) -> None:
    second = office.handset("1009", "SEP000000002009", place=flow("198.51.100.10"))
    ring_both(bob, second, lab)
    assert office.control.counts()["lines_in_use"] == 2
    accepts(second, bob, ANSWER)
    lab.expects("CANCEL")
    lab.answers(487)
    hang_up(bob, second)
    assert office.is_at_rest()


def test_shared_line_calling_itself_rings_the_other_phone(
    office: Office, desk: Handset, lab: Handset
) -> None:
    lab.dials("1009")
    lab.expects(100)
    invite = desk.request("INVITE")
    assert invite.from_.sip_uri.user == "1009"
    assert lab.hears_nothing()
    desk.answers(486)
    lab.expects(486)
    assert office.is_at_rest()


def test_busy_line_is_not_rung_while_the_other_one_is(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    shared = office.site.phones["SEP000000002009"]
    office.configure(replace(shared, lines=(replace(shared.lines[0], busy_trigger=1),)))
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    bob.expects(200)
    bob.acks()
    desk.ignores_all()
    desk.answers(487)
    desk.ignores_all()
    lab.expects("ACK")
    alice = office.handset("1001")
    alice.dials("1009")
    alice.expects(100)
    desk.expects("INVITE")
    assert lab.hears_nothing()
    desk.answers(480)
    alice.expects(486)
    assert office.records[-1].decision.rule == "busy"
    hang_up(bob, lab)
    assert office.is_at_rest()


def test_a_fork_behind_one_contact_gets_one_call(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER, tag="one")
    bob.answers(200, ANSWER, tag="two")
    other = bob.request("ACK")
    assert other.to.tag == "two"
    bye = bob.request("BYE")
    assert bye.to.tag == "two"
    bob.answers(200, to=bye, tag="two")
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").to.tag == "one"
    bob.tag = "one"
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_invite_goes_to_the_contact_as_registered(office: Office, alice: Handset) -> None:
    bob = office.handset("1002", bound=False)
    contact = "sip:1002-x@10.1.1.1:5070;ob;transport=udp"
    office.bindings.put(
        binding("SEP000000001002", "1002", bob.flow, contact=contact, path=("<sip:192.0.2.9;lr>",))
    )
    alice.dials("1002")
    invite = bob.request("INVITE")
    assert invite.uri == contact
    assert invite.routes == ["<sip:192.0.2.9;lr>"]
    assert invite.cseq.number == 101
    assert invite.max_forwards == 69


def test_called_phone_sees_the_caller_at_our_address_only(
    office: Office, alice: Handset, bob: Handset
) -> None:
    advanced = office.site.phones["SEP000000001001"]
    line = replace(advanced.lines[0], display="Sam White")
    office.configure(replace(advanced, lines=(line, *advanced.lines[1:])))
    alice.dials(
        "1002", User_Agent="alice's", Record_Route="<sip:10.0.0.9;lr>", Subject="from alice"
    )
    invite = bob.request("INVITE")
    assert str(invite.from_).startswith('"Sam White" <sip:1001@192.0.2.1>;tag=')
    assert str(invite.to) == "<sip:1002@192.0.2.1>"
    assert invite.headers.get("Contact") == "<sip:1001@192.0.2.1:5060>"
    assert invite.headers.get("Remote-Party-ID") == (
        '"Sam White" <sip:1001@192.0.2.1>;party=calling;screen=yes;privacy=off'
    )
    text = invite.to_bytes().decode("latin-1").partition("\r\n\r\n")[0]
    for secret in ("198.51.100.1:", "10.0.0.9", "call-1001", "tag-1001", "alice", "z9hG4bK-"):
        assert secret not in text
    assert "MESSAGE" not in invite.headers.get("Allow")


def test_caller_sees_the_called_phone_at_our_address_only(
    office: Office, alice: Handset, bob: Handset
) -> None:
    basic = office.site.phones["SEP000000001002"]
    line = replace(
        basic.lines[0],
        display="Bob Jones",
        number=replace(basic.lines[0].number, alerting_name="Sales"),
    )
    office.configure(replace(basic, lines=(line,)))
    dial(alice, bob, Record_Route="<sip:10.0.0.9;lr>")
    bob.answers(180, Server="bob's")
    ringing = alice.response(180)
    assert ringing.headers.get("Remote-Party-ID") == (
        '"Sales" <sip:1002@192.0.2.1>;party=called;screen=yes;privacy=off'
    )
    bob.answers(200, ANSWER, Server="bob's", Subject="from bob")
    answer = alice.response(200)
    assert answer.headers.get("Remote-Party-ID").startswith('"Bob Jones" <sip:1002@192.0.2.1>')
    assert answer.headers.get("Contact") == "<sip:1002@192.0.2.1:5060>"
    assert answer.record_routes == ["<sip:10.0.0.9;lr>"]
    text = answer.to_bytes().decode("latin-1").partition("\r\n\r\n")[0]
    for secret in ("198.51.100.2", "bob", "tag-1002"):
        assert secret not in text


def test_lines_are_told_apart_by_partition(office: Office, alice: Handset) -> None:
    bob = office.handset("1002", bound=False)
    office.bindings.put(binding("SEP000000001002", "1002", bob.flow, partition="PT_Other"))
    alice.dials("1002", AUDIO)
    alice.expects(480)
    assert bob.hears_nothing()
    assert PARTITION in office.record().decision.expected


@pytest.mark.parametrize(
    ("given", "passed"), [("70", "69"), ("12", "11"), ("255", "70"), ("1", "0")]
)
def test_call_that_goes_round_several_servers_comes_to_an_end(
    alice: Handset, bob: Handset, given: str, passed: str
) -> None:
    """RFC 7332 section 4: a B2BUA counts Max-Forwards down as a proxy does."""
    alice.dials("1002", Max_Forwards=given)
    alice.expects(100)
    assert bob.request("INVITE").headers.get("Max-Forwards") == passed


def test_caller_hears_what_the_phone_would_have_taken(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(415, Accept="application/sdp, text/plain", Accept_Language="de")
    refusal = alice.response(415)
    assert refusal.headers.values("Accept") == ["application/sdp", "text/plain"]
    assert refusal.headers.get("Accept-Language") == "de"
    alice.acks()
    assert office.is_at_rest()


def test_whole_call_by_way_of_a_proxy_takes_its_routes(office: Office, alice: Handset) -> None:
    """Path leads to the phone (RFC 3327), Record-Route keeps the proxies in (16.4, 12.2.1.1)."""
    proxy = office.handset("1002", bound=False)
    path = ("<sip:edge.example.com;lr>", "<sip:inner.example.com;lr>")
    contact = "sip:1002@10.1.1.1:5070"
    bound = binding("SEP000000001002", "1002", proxy.flow, contact=contact, path=path)
    office.bindings.put(bound)
    alice.dials("1002")
    alice.expects(100)
    assert office.finds(proxy.flow) == "sip:edge.example.com;lr"
    invite = proxy.request("INVITE")
    assert (invite.uri, invite.routes) == (contact, list(path))
    recorded = f"{path[1]}, {path[0]}"  # the one nearest to the phone stands on top
    proxy.answers(180, Record_Route=recorded, Contact=f"<{contact}>")
    alice.expects(180)
    proxy.answers(200, ANSWER, Record_Route=recorded, Contact=f"<{contact}>")
    alice.expects(200)
    alice.acks()
    ack = proxy.request("ACK")
    assert (ack.uri, ack.routes) == (contact, list(path))
    proxy.sends(
        "INFO", Via="SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK8, SIP/2.0/UDP 10.1.1.1;branch=z9"
    )
    alice.answers(200, to=alice.request("INFO"))
    assert len(proxy.response(200).vias) == 2
    alice.sends("BYE")
    alice.expects(200)
    bye = proxy.request("BYE")
    assert (bye.uri, bye.routes) == (contact, list(path))
    proxy.answers(200, to=bye)
    assert office.is_at_rest()


def test_strict_router_on_the_way_gets_itself_as_request_uri(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER, Record_Route="<sip:203.0.113.7>")
    alice.expects(200)
    alice.acks()
    ack = bob.request("ACK")
    assert (ack.uri, ack.routes) == ("sip:203.0.113.7", [f"<{bob.contact}>"])


@pytest.mark.parametrize("spoiled", ["Contact", "Record_Route"])
def test_answer_with_unreadable_addresses_after_a_180_is_confirmed_and_ended(
    office: Office, alice: Handset, bob: Handset, spoiled: str
) -> None:
    """
    alice              server               bob
      |-- INVITE -------->|-- INVITE -------->|
      |<------- 180 ------|<------- 180 ------|  with addresses
      |                   |<------- 200 ------|  with what is none
      |<------- 500 ------|-- ACK, BYE ------>|
    """
    dial(alice, bob)
    bob.answers(180)
    alice.expects(180)
    bob.answers(200, ANSWER, **{spoiled: f"<{bob.contact}> and more"})
    alice.expects(500)
    bob.request("ACK")
    bob.answers(200, to=bob.request("BYE"))
    alice.acks()
    assert office.is_at_rest()
