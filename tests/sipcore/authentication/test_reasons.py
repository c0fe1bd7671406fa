import pytest

from sipcore.authentication import reasons
from sipcore.authentication.reasons import Claim, shown
from sipcore.ports import Decision
from tests.sipcore.site import DIGEST_ON, phone

PHONE = phone("SEP000000001001", "swhite", "1001", security_profile=DIGEST_ON)
CLAIM = Claim(
    "REGISTER",
    "1001",
    "bjones",
    "198.51.100.1",
    "UDP",
    "ccmsipline",
    find_carriers=lambda: (PHONE,),
)
ALL = [
    reasons.challenged(CLAIM),
    reasons.challenged(CLAIM, ["example.com"]),
    reasons.stale_nonce(CLAIM, "stale", 600),
    reasons.stale_nonce(CLAIM, "foreign", 600),
    reasons.replayed(CLAIM, "00000001"),
    reasons.unknown_user(CLAIM),
    reasons.not_a_digest_user(CLAIM),
    reasons.shared_digest_user(CLAIM, [PHONE, PHONE]),
    reasons.other_digest_user(CLAIM, PHONE),
    reasons.device_inactive(CLAIM, PHONE),
    reasons.transport(CLAIM, PHONE),
    reasons.no_digest_credentials(CLAIM, PHONE),
    reasons.digest_algorithm(CLAIM, PHONE, "MD5"),
    reasons.digest_password(CLAIM, PHONE),
    reasons.too_many_failures(CLAIM, PHONE, 12.0),
]


@pytest.mark.parametrize("decision", ALL, ids=lambda decision: decision.rule)
def test_every_decision_says_all_in_sentences(decision: Decision):
    assert decision.summary
    assert not decision.summary.endswith(".")
    for text in (decision.expected, decision.received, decision.advice):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "  " not in text


def test_an_unknown_user_is_told_whose_the_number_is():
    decision = reasons.unknown_user(CLAIM)
    assert "Number 1001 is on SEP000000001001, whose Digest User is swhite." in decision.advice


def test_the_owner_of_a_shared_number_is_not_guessed():
    both = Claim("REGISTER", "1009", "x", "h", "UDP", "r", find_carriers=lambda: (PHONE, PHONE))
    assert "is on" not in reasons.unknown_user(both).advice


def test_a_phone_without_digest_user_is_said_to_have_none():
    unowned = phone("SEP1", "", "1001")
    claim = Claim("REGISTER", "1001", "x", "h", "UDP", "r", find_carriers=lambda: (unowned,))
    assert "whose Digest User is not set." in reasons.unknown_user(claim).advice


def test_strangers_and_wrong_passwords_look_alike_on_the_wire():
    statuses = {
        reasons.unknown_user(CLAIM).status,
        reasons.not_a_digest_user(CLAIM).status,
        reasons.shared_digest_user(CLAIM, [PHONE]).status,
        reasons.no_digest_credentials(CLAIM, PHONE).status,
        reasons.digest_password(CLAIM, PHONE).status,
        reasons.too_many_failures(CLAIM, PHONE, 1.0).status,
    }
    assert statuses == {403}


def test_text_from_the_wire_is_made_fit_to_be_shown():
    assert shown("a\x00b\r\nc") == "a\ufffdb\ufffd\ufffdc"
    assert shown("caf\udce9") == "caf\ufffd"
    assert shown("caf\u00e9") == "caf\u00e9"
    assert shown("x" * 200, 5) == "xxxx\u2026"
    shown("\udcff" * 300).encode()
