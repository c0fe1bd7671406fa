"""Test calls as ladders: this server calls a line of a phone by itself."""

from dataclasses import replace

import pytest

from sipcore import sdp
from sipcore.callcontrol.probe import RING_S, TALK_S, Probe, ProbeNews, ProbeOrder, offer
from sipcore.message import Request
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, PHONES, Handset, Office, call
from tests.sipcore.site import PARTITION, flow


class Listener(list[ProbeNews]):
    """Hears the news of one test call."""

    @property
    def states(self) -> list[str]:
        return [each.state for each in self]

    @property
    def rule(self) -> str:
        decision = self[-1].decision
        assert decision is not None
        return decision.rule


@pytest.fixture
def news() -> Listener:
    return Listener()


def probe(office: Office, news: Listener, number: str = "1002", phone: str = "") -> Probe:
    order = ProbeOrder(phone or PHONES[number], number, PARTITION)
    made = office.control.probe(order, news.append, office.now)
    office.wait(0.0)
    office._deliver()
    return made


def end(office: Office, made: Probe) -> None:
    made.end(office.now)
    office._deliver()


def test_the_phone_rings_with_the_name_of_a_test_call(
    office: Office, bob: Handset, news: Listener
) -> None:
    probe(office, news)
    invite = bob.request("INVITE")
    assert invite.from_.display == "Test call"
    assert "test-call@" in invite.from_.uri
    assert "Test call" in invite.headers.get("Remote-Party-ID")
    assert invite.content_type == "application/sdp"
    (media,) = sdp.Sdp.parse(invite.body).media
    assert (media.kind, media.port, media.direction) == ("audio", 9, "inactive")
    bob.answers(180)
    assert news.states == ["ringing"]


def test_an_answered_test_call_is_confirmed_and_ends_by_itself(
    office: Office, bob: Handset, news: Listener
) -> None:
    probe(office, news)
    bob.request("INVITE")
    bob.answers(180)
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    assert news.states == ["ringing", "answered"]
    office.wait(TALK_S)
    bye = bob.request("BYE")
    bob.answers(200, to=bye)
    assert (news.states[-1], news.rule) == ("over", "answered")
    record = office.record()
    assert (record.caller_number, record.dialed, record.called_phone) == (
        "test-call",
        "1002",
        PHONES["1002"],
    )
    assert (record.status, record.ended_by) == (200, "caller")
    assert office.is_at_rest()


def test_the_phone_may_hang_up_first(office: Office, bob: Handset, news: Listener) -> None:
    probe(office, news)
    bob.request("INVITE")
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    bob.sends("BYE")
    bob.expects(200)
    assert news.rule == "answered"
    assert office.record().ended_by == "called"
    assert office.is_at_rest()


def test_the_administrator_may_end_it_while_it_rings(
    office: Office, bob: Handset, news: Listener
) -> None:
    made = probe(office, news)
    invite = bob.request("INVITE")
    bob.answers(180)
    end(office, made)
    cancel = bob.request("CANCEL")
    bob.answers(200, to=cancel)
    bob.answers(487, to=invite)
    bob.expects("ACK")
    assert (news.states, news.rule) == (["ringing", "over"], "cancelled")
    end(office, made)  # pressed twice
    assert len(news) == 2
    assert office.is_at_rest()


def test_a_phone_that_refuses_is_quoted(office: Office, bob: Handset, news: Listener) -> None:
    probe(office, news)
    bob.request("INVITE")
    bob.answers(486, reason="Busy Here")
    bob.expects("ACK")
    assert (news.states, news.rule) == (["over"], "rejected-by-phone")
    decision = news[-1].decision
    assert decision is not None
    assert "486 Busy Here" in decision.summary
    assert office.is_at_rest()


def test_a_phone_that_rings_out_is_told_from_one_that_is_silent(
    office: Office, bob: Handset, news: Listener
) -> None:
    probe(office, news)
    invite = bob.request("INVITE")
    bob.answers(180)
    office.wait(RING_S)
    cancel = bob.request("CANCEL")
    bob.answers(200, to=cancel)
    bob.answers(487, to=invite)
    decision = news[-1].decision
    assert decision is not None
    assert decision.summary == "1002 rang, and nobody answered"
    assert office.is_at_rest()


def test_a_phone_that_is_off_is_unreachable(office: Office, bob: Handset, news: Listener) -> None:
    bob.is_off = True
    probe(office, news)
    office.wait(RING_S)
    assert (news.states, news.rule) == (["over"], "unreachable")
    assert office.is_at_rest()


def test_a_phone_that_is_not_registered_cannot_be_called(office: Office, news: Listener) -> None:
    probe(office, news)
    assert (news.states, news.rule) == (["over"], "not-registered")
    assert office.record().status == 480
    assert office.is_at_rest()


def test_a_line_that_the_phone_has_not_is_refused(
    office: Office, alice: Handset, news: Listener
) -> None:
    probe(office, news, "1002", PHONES["1001"])
    assert news.rule == "number-not-found"
    assert alice.hears_nothing()
    assert office.is_at_rest()


def test_of_a_shared_line_only_the_phone_that_is_tested_rings(
    office: Office, news: Listener
) -> None:
    one = office.handset("1001", place=flow("198.51.100.1"))
    other = office.handset("1003", place=flow("198.51.100.3"))
    for handset, phone in ((one, "1001"), (other, "1003")):
        known = office.bindings.of_phone(PHONES[phone])[0]
        office.bindings.put(replace(known, number="1009", contact=f"{handset.contact};shared"))
    order = ProbeOrder(PHONES["1003"], "1009", PARTITION)
    office.control.probe(order, news.append, office.now)
    office._deliver()
    other.request("INVITE")
    assert one.hears_nothing()


def test_a_busy_line_is_not_rung(
    office: Office, alice: Handset, bob: Handset, news: Listener
) -> None:
    call(alice, bob)
    alice.dials("1002")  # the second call: the line has its Busy Trigger now
    bob.ignores_all()
    probe(office, news)
    assert news.rule == "busy"
    assert bob.hears_nothing()


def test_what_the_phone_asks_meanwhile_is_answered(
    office: Office, bob: Handset, news: Listener
) -> None:
    probe(office, news)
    bob.request("INVITE")
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    for method, body, status in (
        ("OPTIONS", b"", 200),
        ("UPDATE", b"", 200),
        ("INVITE", AUDIO, 488),
        ("REFER", b"", 403),
        ("MESSAGE", b"", 405),
    ):
        bob.sends(method, body)
        bob.expects(status)
    assert news.states[-1] == "answered"


def test_a_reliable_180_is_acknowledged(office: Office, bob: Handset, news: Listener) -> None:
    probe(office, news)
    bob.request("INVITE")
    bob.answers(180, Require="100rel", RSeq="1")
    prack = bob.request("PRACK")
    assert isinstance(prack, Request)
    assert news.states == ["ringing"]


def test_a_stop_of_the_server_ends_test_calls_too(
    office: Office, bob: Handset, news: Listener
) -> None:
    probe(office, news)
    bob.request("INVITE")
    bob.answers(200, ANSWER)
    bob.expects("ACK")
    office.shuts_down()
    bob.request("BYE")
    assert news.rule == "shut-down"


def test_a_phone_reached_over_ipv6_is_offered_ipv6() -> None:
    assert b"c=IN IP6 2001:db8::1\r\n" in offer("2001:db8::1")
