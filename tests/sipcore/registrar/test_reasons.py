import pytest

from sipcore.errors import ParseError
from sipcore.ports import Decision, Settings
from sipcore.registrar import reasons
from tests.sipcore.site import DIGEST_ON, binding, flow, phone

PHONE = phone("SEP000000001001", "swhite", "1001", "1009", security_profile=DIGEST_ON)
HELD = binding(PHONE.name, "1001", flow("198.51.100.1"), requested_expires_s=3600)
REFUSALS = [
    reasons.line_not_numeric(PHONE, "swhite"),
    reasons.line_mismatch(PHONE, "1001", "1009"),
    reasons.line_not_on_phone(PHONE, "1002"),
    reasons.contact_malformed(ParseError("Contact: * without Expires: 0")),
    reasons.too_many_contacts(PHONE, "1001", 11, 10),
    reasons.interval_too_brief(PHONE, "1001", 60, 120),
    reasons.out_of_order(HELD, 1),
    reasons.malformed(ParseError("Call-ID is missing")),
    reasons.unavailable("disk full"),
    reasons.expired(HELD, Settings()),
    reasons.connection_lost(HELD, "connection reset"),
]


@pytest.mark.parametrize("decision", REFUSALS, ids=lambda decision: decision.rule)
def test_every_refusal_says_all_in_sentences(decision: Decision):
    assert decision.summary
    assert not decision.summary.endswith(".")
    for text in (decision.expected, decision.received, decision.advice):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")


def test_the_numbers_of_the_phone_are_named():
    assert "1001, 1009" in reasons.line_not_on_phone(PHONE, "1002").expected
    bare = phone("SEP2", "bjones")
    assert "none, it has no line yet" in reasons.line_not_on_phone(bare, "1002").expected


def test_first_registrations_and_refreshes_have_rules_of_their_own():
    first = reasons.accepted("SEP1", "swhite", "1001", 3600, 120, is_refresh=False)
    again = reasons.accepted("SEP1", "swhite", "1001", None, 120, is_refresh=True)
    assert (first.rule, again.rule) == ("accepted", "refreshed")
    assert "3600 seconds and was granted 120" in first.received
    assert "no interval" in again.received


def test_an_expired_registration_names_interval_and_grace():
    decision = reasons.expired(HELD, Settings())
    assert "120 seconds" in decision.expected
    assert "15 seconds of grace" in decision.expected
    assert "135 seconds" in decision.received
    assert "3600" in decision.received
