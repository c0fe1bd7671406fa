"""Where the INVITE to one phone and what follows it go, and what each side sees of the other.

RFC 3261 sections 12.1.2, 12.2.1.1 and 13.2.2.4; Path is RFC 3327.
"""

from dataclasses import replace

import pytest

from tests.sipcore.callcontrol.ladders import dial
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office
from tests.sipcore.site import PARTITION, binding


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
