from sipcore.errors import ParseError
from sipcore.message import Request, parse_leniently, parse_message
from sipcore.ports import Asked, Decision, Renewal
from sipcore.registrar import challenged, lost, malformed, renewed
from sipcore.registrar.attempts import attempt
from tests.sipcore.site import binding, flow, handsets

FLOW = flow("198.51.100.1")
DECISION = Decision("refused", "malformed", 400)


def recorded(**headers: object) -> Request:
    message = parse_message(handsets()["1001"].register(**headers))
    assert isinstance(message, Request)
    return message


def test_an_attempt_holds_what_the_register_said():
    request = recorded(User_Agent="Phone 1.0", Expires=300)
    record = attempt(request, FLOW, 5.0, DECISION, "SEP1", "swhite")
    assert (record.at, record.flow, record.phone, record.userid) == (5.0, FLOW, "SEP1", "swhite")
    assert record.number == "1001"
    assert record.contact == "<sip:1001@198.51.100.1:5060>"
    assert record.call_id == "reg-1001"
    assert record.user_agent == "Phone 1.0"
    assert record.requested_expires_s == 300


def test_the_contacts_own_expires_is_what_was_asked():
    record = attempt(recorded(Contact="<sip:a@b>;expires=7"), FLOW, 0, DECISION)
    assert record.requested_expires_s == 7
    assert attempt(recorded(Contact="*", Expires=0), FLOW, 0, DECISION).requested_expires_s == 0


def test_what_cannot_be_read_is_left_empty():
    bad = recorded(Contact="<nonsense", To="<tel:1001>", User_Agent="\x07" + "x" * 500)
    record = attempt(bad, FLOW, 0, DECISION)
    assert record.number == ""
    assert record.requested_expires_s is None
    assert len(record.user_agent) == 128
    assert record.user_agent.isprintable()


def test_a_register_that_is_not_whole_can_be_recorded():
    data = handsets()["1001"].register(Call_ID="", CSeq="many REGISTER")
    request = parse_leniently(data)
    assert request is not None
    record = malformed(request, FLOW, 1.0, ParseError("CSeq: x", header="CSeq"))
    assert record.decision.rule == "malformed"
    assert record.decision.status == 400
    assert record.number == "1001"
    assert record.call_id == ""


def test_a_lost_binding_is_recorded_for_its_phone():
    held = binding("SEP1", "1001", FLOW, requested_expires_s=60, user_agent="Phone")
    record = lost(held, DECISION, 9.0)
    assert (record.at, record.phone, record.number) == (9.0, "SEP1", "1001")
    assert record.contact == held.contact
    assert record.requested_expires_s == 60


def test_a_renewal_is_recorded_in_the_words_of_a_refresh():
    held = binding("SEP1", "1001", FLOW, requested_expires_s=300, user_agent="Phone 1.0")
    record = renewed(Renewal(held, "swhite", 120, 7.0))
    assert (record.at, record.phone, record.userid, record.number) == (7, "SEP1", "swhite", "1001")
    assert (record.contact, record.call_id) == (held.contact, held.call_id)
    assert (record.user_agent, record.requested_expires_s) == ("Phone 1.0", 300)
    assert (record.decision.rule, record.decision.status) == ("refreshed", 200)
    assert "asked for 300 seconds and was granted 120" in record.decision.received


def test_a_challenge_that_a_registered_phone_does_not_answer_names_its_digest_user():
    record = challenged(Asked(binding("SEP1", "1001", FLOW), "swhite", "ccmsipline", 7.0))
    assert (record.at, record.phone, record.userid) == (7.0, "SEP1", "")
    assert "realm ccmsipline" in record.decision.expected
    assert "for number 1001 from 198.51.100.1 over UDP" in record.decision.received
    assert "1001 is on SEP1, whose Digest User is swhite" in record.decision.advice
