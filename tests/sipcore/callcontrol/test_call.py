"""Calls as ladders: from INVITE to BYE, and what becomes of them after the answer."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sipcore.callcontrol.alerting import Alerting
from sipcore.callcontrol.branch import Branch
from sipcore.callcontrol.call import Call
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.session import SessionTimer
from sipcore.ports import Flow
from tests.sipcore.callcontrol.ladders import dial
from tests.sipcore.callcontrol.office import (
    ANSWER,
    AUDIO,
    PHONES,
    Handset,
    Office,
    call,
    hang_up,
)
from tests.sipcore.site import SERVER, binding, flow


def test_call_is_put_through_answered_and_ended_by_the_caller(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002", AUDIO)
    alice.expects(100)
    assert bob.request("INVITE").body == AUDIO
    bob.answers(180)
    alice.expects(180)
    office.wait(3.0)
    bob.answers(200, ANSWER)
    assert alice.response(200).body == ANSWER
    alice.acks()
    bob.expects("ACK")
    office.wait(60.0)
    hang_up(alice, bob)
    record = office.record()
    assert (record.status, record.cause, record.ended_by) == (200, 16, "caller")
    assert record.started_at == 1000.0
    assert record.ringing_at == 1000.0
    assert record.answered_at == 1003.0
    assert record.ended_at == 1063.0
    assert record.decision.rule == "answered"
    assert (record.caller_phone, record.caller_number) == ("SEP000000001001", "1001")
    assert (record.called_phone, record.called_number) == ("SEP000000001002", "1002")
    assert record.caller_partition == record.called_partition == "PT_Internal"
    assert record.dialed == "1002"
    assert record.call_id == "call-1001-1"
    assert office.is_at_rest()


def test_called_phone_can_hang_up(office: Office, alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    hang_up(bob, alice)
    assert office.record().ended_by == "called"
    assert office.is_at_rest()


def test_both_may_hang_up_at_once(office: Office, alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    alice.sends("BYE")
    alice.expects(200)
    bye = bob.request("BYE")
    bob.sends("BYE")
    bob.expects(200)
    bob.answers(200, to=bye)
    assert office.record().ended_by == "caller"
    assert office.is_at_rest()


def test_two_calls_of_one_phone_are_apart(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    first = replace(alice)
    call(alice, carol)
    hang_up(alice, carol)
    office.handsets[alice.flow.remote] = first
    hang_up(first, bob)
    assert [record.called_number for record in office.records] == ["1003", "1002"]
    assert office.is_at_rest()


def test_call_over_tcp_uses_the_connections_of_the_phones(office: Office) -> None:
    alice = office.handset("1001", place=flow("198.51.100.1", 40001, "TCP", 1))
    bob = office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2))
    call(alice, bob)
    assert bob.target == f"sip:1001@{SERVER[0]}:5060;transport=tcp"
    hang_up(bob, alice)
    assert office.is_at_rest()


# -- after the answer -----------------------------------------------------------------------------


def test_called_phone_hangs_up_before_the_caller_confirmed(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER)
    alice.expects(200)
    bob.sends("BYE")
    bob.expects(200)
    assert alice.hears_nothing()  # no BYE before the ACK (section 15)
    alice.acks()
    bye = alice.request("BYE")
    alice.answers(200, to=bye)
    assert office.record().ended_by == "called"
    assert office.is_at_rest()


def test_caller_hangs_up_instead_of_confirming(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER)
    alice.expects(200)
    alice.sends("BYE")
    alice.expects(200)
    bob.expects("ACK")
    bye = bob.request("BYE")
    bob.answers(200, to=bye)
    assert office.record().ended_by == "caller"
    assert office.is_at_rest()


def test_call_whose_phones_both_vanished_ends_when_its_session_is_refreshed(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    alice.is_off = bob.is_off = True
    office.wait(900.0 + 32.0)
    record = office.record()
    assert (record.ended_by, record.cause, record.decision.rule) == ("system", 27, "lost")
    assert office.is_at_rest()


def test_call_that_nobody_ends_is_ended_after_twelve_hours(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    while not office.records:
        office.wait(20.0)
        for each in (alice, bob):
            each.refuses_all(500)
    record = office.record()
    assert (record.ended_by, record.cause, record.decision.rule) == ("system", 102, "lost")
    assert record.ended_at - record.started_at == 12 * 3600.0
    assert office.is_at_rest()


def test_call_over_ipv6_names_addresses_in_brackets(office: Office) -> None:
    office.is_refereed = False  # it knows no IPv6 address in received
    server = ("2001:db8::1", 5060)
    alice = office.handset("1001", place=Flow("UDP", server, ("2001:db8::a", 5060)), bound=False)
    bob = office.handset("1002", place=Flow("TCP", server, ("2001:db8::b", 40002), 2), bound=False)
    for handset in (alice, bob):
        name, (host, port) = PHONES[handset.number], handset.flow.remote
        contact = f"sip:{handset.number}@[{host}]:{port}"
        office.bindings.put(binding(name, handset.number, handset.flow, contact=contact))
    alice.dials(
        "1002",
        Via="SIP/2.0/UDP [2001:db8::a]:5060;branch=z9hG4bK-six;rport",
        From="<sip:1001@[2001:db8::1]>;tag=six",
        Contact="<sip:1001@[2001:db8::a]:5060>",
    )
    alice.tag = "six"
    assert alice.response(100).via.received == "2001:db8::a"
    invite = bob.request("INVITE")
    assert invite.via.host == "2001:db8::1"
    assert invite.from_.uri == "sip:1001@[2001:db8::1]"
    assert invite.headers.get("Contact") == "<sip:1001@[2001:db8::1]:5060;transport=tcp>"
    bob.answers(200, ANSWER, Contact="<sip:1002@[2001:db8::b]:40002;transport=tcp>")
    answer = alice.response(200)
    assert answer.headers.get("Contact") == "<sip:1002@[2001:db8::1]:5060>"
    bob.sends("INFO", Via="SIP/2.0/TCP [2001:db8::b];branch=z9hG4bK-seven")
    info = alice.request("INFO")
    assert info.uri == "sip:1001@[2001:db8::a]:5060"
    assert "[2001:db8::1]" in info.headers.get("Via")


# -- what is left ---------------------------------------------------------------------------------


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def is_answered(alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    hang_up(alice, bob)


def is_refused(alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    bob.answers(486)
    bob.expects("ACK")
    alice.expects(486)
    alice.acks()


def is_cancelled(alice: Handset, bob: Handset) -> None:
    dial(alice, bob)
    bob.answers(180)
    alice.expects(180)
    alice.cancels()
    alice.expects(200)
    alice.expects(487)
    alice.acks()
    bob.expects("CANCEL")
    bob.answers(487)
    bob.expects("ACK")


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("goes", [is_answered, is_refused, is_cancelled])
def test_call_that_is_over_leaves_nothing_to_the_cycle_collector(
    office: Office, alice: Handset, bob: Handset, goes: Callable[[Handset, Handset], None]
) -> None:
    goes(alice, bob)
    office.wait(60.0)
    assert office.is_at_rest()
    parts = {Call, Leg, Alerting, Branch, SessionTimer}
    assert [each for each in gc.get_objects() if type(each) in parts] == []
