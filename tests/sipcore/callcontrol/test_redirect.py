"""Phones that answer 3xx: the call goes on to the number that they name."""

from dataclasses import replace

import pytest

from sipcore.callcontrol.redirect import numbers_of
from sipcore.message import Headers, Response
from tests.sipcore.callcontrol.ladders import CAROL, dial, rings
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, VIDEO, Handset, Office, hang_up
from tests.sipcore.site import SERVER, binding, flow, phone


def redirect(alice: Handset, bob: Handset, contact: str = CAROL, status: int = 302) -> None:
    dial(alice, bob)
    bob.answers(status, Contact=contact)
    bob.expects("ACK")


@pytest.mark.parametrize("status", [300, 301, 302, 305])
def test_call_goes_on_to_the_number_that_the_phone_names(
    office: Office, alice: Handset, bob: Handset, carol: Handset, status: int
) -> None:
    redirect(alice, bob, status=status)
    invite = carol.request("INVITE")
    assert invite.body == AUDIO
    assert invite.from_.uri == f"sip:1001@{SERVER[0]}"
    carol.answers(180)
    assert "1003" not in alice.response(180).headers.get("Contact")
    carol.answers(200, ANSWER)
    assert alice.response(200).body == ANSWER
    alice.acks()
    carol.expects("ACK")
    hang_up(alice, carol)
    record = office.record()
    assert (record.dialed, record.called_number) == ("1002", "1003")
    assert record.called_phone == "SEP000000001003"
    assert office.is_at_rest()


def test_early_talk_goes_over_to_the_next_phone(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    dial(alice, bob)
    rings(bob, 1, ANSWER, 183)
    bob.answers(200, to=bob.request("PRACK"))
    alice.expects(183)
    bob.answers(302, Contact=CAROL)
    bob.expects("ACK")
    carol.expects("INVITE")
    carol.answers(180)
    alice.expects(180)
    alice.sends("INFO")
    carol.answers(200, to=carol.request("INFO"))
    alice.expects(200)
    carol.answers(486)
    alice.expects(486)
    assert office.is_at_rest()


@pytest.mark.parametrize(
    "contact", ["", "<sip:5555@x>", "<mailto:a@b>", "<sip:host>", "<sip:1001@x>"]
)
def test_redirection_that_leads_nowhere_is_a_480(
    office: Office, alice: Handset, bob: Handset, contact: str
) -> None:
    redirect(alice, bob, contact)
    alice.expects(480)
    record = office.record()
    assert record.decision.rule == "rejected-by-phone"
    assert "Rerouting Calling Search Space" in record.decision.advice
    assert office.is_at_rest()


def test_phones_that_redirect_to_each_other_are_asked_once(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    redirect(alice, bob)
    carol.expects("INVITE")
    carol.answers(302, Contact=f"<sip:1002@{SERVER[0]}>")
    carol.expects("ACK")
    bob.expects("INVITE")
    bob.answers(302, Contact=CAROL)
    alice.expects(480)
    assert carol.hears_nothing()
    assert office.is_at_rest()


def test_first_of_several_that_can_ring_is_taken(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    redirect(alice, bob, f"<sip:5555@x>, <sip:1009@x>;q=0.1, {CAROL};q=0.5")
    carol.expects("INVITE")
    carol.answers(486)
    alice.expects(486)
    assert office.is_at_rest()


def test_rerouting_space_of_the_phone_decides(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    record = office.site.phones["SEP000000001002"]
    office.configure(replace(record, rerouting_calling_search_space=("PT_Lobby",)))
    redirect(alice, bob)
    alice.expects(480)
    assert carol.hears_nothing()


def test_redirection_while_another_phone_rings(office: Office, bob: Handset) -> None:
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    lab = office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))
    desk = office.handset("1003")
    alice = office.handset("1001")
    office.bindings.put(binding("SEP000000001003", "1009", desk.flow))
    alice.dials("1009")
    alice.expects(100)
    lab.expects("INVITE")
    desk.expects("INVITE")
    lab.answers(302, Contact="<sip:1002@x>")
    bob.expects("INVITE")
    bob.answers(200, ANSWER)
    alice.expects(200)
    desk.answers(180)
    desk.expects("CANCEL")
    desk.answers(487)
    alice.acks()
    bob.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_redirection_to_a_phone_that_may_not_have_what_is_offered(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    alice.dials("1003", VIDEO)
    alice.expects(100)
    carol.expects("INVITE")
    carol.answers(302, Contact="<sip:1002@x>")
    alice.expects(480)
    assert bob.hears_nothing()
    assert office.is_at_rest()


def test_call_without_configuration_does_not_go_on(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    dial(alice, bob)
    office.site.is_down = True
    bob.answers(302, Contact=CAROL)
    alice.expects(480)
    assert carol.hears_nothing()
    assert office.is_at_rest()


def test_numbers_are_in_order_of_preference_and_once_each() -> None:
    contacts = ("<sip:1@h>;q=0.2, sip:2@h", "<sip:1@g>, tel:3", "<sip:4@h>;q=x")
    headers = Headers(("Contact", value) for value in contacts)
    assert numbers_of(Response(302, "", headers)) == ("2", "1")


def test_caller_sees_where_the_call_has_gone(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    dial(alice, bob)
    bob.answers(180)
    assert "sip:1002@" in alice.response(180).headers.get("Remote-Party-ID")
    bob.answers(302, Contact=CAROL)
    bob.expects("ACK")
    carol.expects("INVITE")
    carol.answers(180)
    assert "sip:1003@" in alice.response(180).headers.get("Remote-Party-ID")
    carol.answers(180)
    assert alice.hears_nothing()
    carol.answers(200, ANSWER)
    assert "sip:1003@" in alice.response(200).headers.get("Remote-Party-ID")
    alice.acks()
    carol.expects("ACK")
    hang_up(alice, carol)
    assert office.is_at_rest()
