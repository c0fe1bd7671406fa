"""Session timers as ladders: RFC 4028, on each leg by itself."""

import pytest

from sipcore.bindings import Bindings
from sipcore.callcontrol.session import SessionTimer, Terms, read
from sipcore.callcontrol.wire import Wire
from sipcore.message import Headers, Request, Response
from sipcore.ports import Settings
from sipcore.timers import Timers
from sipcore.transaction import Transactions
from tests.sipcore.callcontrol.ladders import accepts, dial
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, call, hang_up
from tests.sipcore.site import FixedTokens


def connect(alice: Handset, bob: Handset, offer: bytes = AUDIO, **headers: str) -> Response:
    """Bring up a call from Alice, whose INVITE has these headers; Bob does not know timers."""
    dial(alice, bob, offer, **headers)
    bob.answers(200, ANSWER)
    answer = alice.response(200)
    alice.acks()
    bob.expects("ACK")
    return answer


def test_caller_that_knows_timers_refreshes(office: Office, alice: Handset, bob: Handset) -> None:
    answer = connect(alice, bob, Supported="timer")
    assert answer.headers.get("Session-Expires") == "1800;refresher=uac"
    assert answer.headers.get("Require") == "timer"
    for _ in range(3):
        office.wait(890.0)
        bob.ignores_all()
        alice.sends("UPDATE", Session_Expires="1800;refresher=uac", Supported="timer")
        update = bob.request("UPDATE")  # not ours: the phone's own, passed on
        bob.answers(200, to=update)
        refreshed = alice.response(200)
        assert refreshed.headers.get("Session-Expires") == "1800;refresher=uac"
    assert not office.records


def test_caller_that_falls_silent_is_hung_up_before_its_session_expires(
    office: Office, alice: Handset, bob: Handset
) -> None:
    connect(alice, bob, Session_Expires="300;refresher=uac", Supported="timer")
    office.wait(267.0)
    assert not office.records
    office.wait(1.0)
    alice.answers(200, to=alice.request("BYE"))
    bob.answers(200, to=bob.request("BYE"))
    record = office.record()
    assert (record.cause, record.decision.rule) == (102, "lost")
    assert "refresh its session" in record.decision.expected
    assert office.is_at_rest()


def test_caller_may_leave_it_to_us(office: Office, alice: Handset, bob: Handset) -> None:
    answer = connect(
        alice, bob, Session_Expires="600;refresher=uas", Allow="INVITE, UPDATE", Supported="timer"
    )
    assert answer.headers.get("Session-Expires") == "600;refresher=uas"
    assert "Require" not in answer.headers
    office.wait(300.0)
    update = alice.request("UPDATE")
    assert update.headers.get("Session-Expires") == "600;refresher=uac"
    assert update.body == b""
    alice.answers(200, to=update, Session_Expires="600;refresher=uac", Require="timer")
    office.wait(300.0)
    alice.answers(200, to=alice.request("UPDATE"), Session_Expires="600;refresher=uac")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_caller_without_timers_is_refreshed_by_us(
    office: Office, alice: Handset, bob: Handset
) -> None:
    answer = connect(alice, bob)
    assert "Session-Expires" not in answer.headers
    office.wait(900.0)
    assert bob.request("INVITE").body == AUDIO
    bob.answers(200, ANSWER)
    office.wait(4.0)  # one after the other
    assert alice.request("INVITE").body == ANSWER


def test_called_phone_gets_our_terms_and_may_refresh_itself(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    invite = bob.request("INVITE")
    assert invite.headers.get("Session-Expires") == "1800"
    assert invite.headers.get("Min-SE") == "90"
    assert "timer" in invite.headers.values("Supported")
    bob.answers(200, ANSWER, Session_Expires="1200;refresher=uas", Require="timer")
    alice.expects(200)
    alice.acks()
    bob.expects("ACK")
    office.wait(900.0)
    alice.answers(200, ANSWER, to=alice.request("INVITE"))
    alice.expects("ACK")
    assert bob.hears_nothing()
    bob.sends("INVITE", ANSWER, Session_Expires="1200;refresher=uac", Supported="timer")
    passed = alice.request("INVITE")
    assert passed.headers.get("Session-Expires") == "1800;refresher=uac"
    alice.answers(200, AUDIO)
    answer = bob.response(200)
    assert answer.headers.get("Session-Expires") == "1200;refresher=uac"
    bob.acks()
    alice.expects("ACK")
    office.wait(900.0)
    alice.answers(200, ANSWER, to=alice.request("INVITE"))
    office.wait(267.0)
    assert not office.records
    office.wait(2.0)
    assert "SEP000000001002" in office.record().decision.summary


def test_called_phone_that_wants_longer_sessions_has_them(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    first = bob.request("INVITE")
    bob.answers(422, Min_SE="3600")
    bob.expects("ACK")
    again = bob.request("INVITE")
    assert again.headers.get("Session-Expires") == "3600"
    assert again.headers.get("Min-SE") == "3600"
    assert (again.call_id, again.from_.tag) == (first.call_id, first.from_.tag)
    assert again.cseq.number == first.cseq.number + 1
    assert again.body == first.body
    bob.answers(200, ANSWER)
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").cseq.number == again.cseq.number
    hang_up(alice, bob)
    assert office.is_at_rest()


@pytest.mark.parametrize("min_se", ["", "90", "999999999"])
def test_422_that_cannot_be_met_ends_the_call(
    office: Office, alice: Handset, bob: Handset, min_se: str
) -> None:
    dial(alice, bob)
    bob.answers(422, Min_SE=min_se)
    bob.expects("ACK")
    alice.expects(422)
    assert office.is_at_rest()


def test_session_shorter_than_allowed_is_422_with_what_is_allowed(
    office: Office, alice: Handset, bob: Handset
) -> None:
    office.site.values = Settings(min_se_s=300)
    alice.dials("1002", Session_Expires="120", Supported="timer")
    refused = alice.response(422)
    assert refused.headers.get("Min-SE") == "300"
    assert office.record().decision.rule == "session-interval"
    assert bob.hears_nothing()
    connect(alice, bob, Session_Expires="300", Supported="timer")
    alice.sends("UPDATE", Session_Expires="120", Supported="timer")
    assert alice.response(422).headers.get("Min-SE") == "300"
    alice.sends("INVITE", AUDIO, Session_Expires="120", Supported="timer")
    assert alice.response(422).headers.get("Min-SE") == "300"
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_passed_reinvite_of_which_the_other_phone_wants_longer_sessions(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    alice.sends("INVITE", AUDIO)
    bob.expects("INVITE")
    bob.answers(422, Min_SE="3600")
    bob.expects("ACK")
    again = bob.request("INVITE")
    assert again.headers.get("Session-Expires") == "3600;refresher=uac"
    accepts(bob, alice)
    hang_up(alice, bob)
    assert office.is_at_rest()


# -- the timer by itself --------------------------------------------------------------------------


def timer(terms: Terms | None = None) -> SessionTimer:
    tokens = FixedTokens()
    wire = Wire(Transactions(Timers(), tokens), Timers(), tokens, Bindings())
    return SessionTimer(wire, terms or Terms(), lambda now: None, lambda now: None)


def request(**headers: str) -> Request:
    named = ((name.replace("_", "-"), value) for name, value in headers.items())
    return Request("INVITE", "sip:x", Headers(named))


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ({"Session_Expires": "3600"}, "1800;refresher=uac"),
        ({"Session_Expires": "3600", "Min_SE": "2400"}, "2400;refresher=uac"),
        ({"Session_Expires": "100"}, "100;refresher=uac"),
        ({"Session_Expires": "600;refresher=UAS"}, "600;refresher=uas"),
        ({"Session_Expires": "x;;"}, "1800;refresher=uac"),
        ({}, "1800;refresher=uac"),
    ],
)
def test_what_a_phone_asks_for_is_granted_within_our_terms(
    asked: dict[str, str], granted: str
) -> None:
    answer = dict(timer().answer(request(Supported="timer", **asked)))
    assert answer["Session-Expires"] == granted


def test_interval_is_never_below_the_minimum() -> None:
    assert timer(Terms(90, 600)).ask() == (("Session-Expires", "600"), ("Min-SE", "600"))


def test_answer_without_a_session_leaves_the_refreshing_to_us() -> None:
    session = timer()
    session.agree(Response(200, "OK", Headers()))
    assert session.is_ours
    assert not session.is_known
    assert session.ask()[0] == ("Session-Expires", "1800;refresher=uac")


def test_session_expires_is_read_with_its_refresher() -> None:
    assert read(request(x="90 ;refresher=uac")) == (90, "uac")
    assert read(request(Session_Expires='90;refresher="')) == (90, "")
    assert read(request()) == (0, "")
