"""Nonces, algorithms and replays, as the authenticator sees them."""

from collections import Counter
from dataclasses import replace

from sipcore.authentication import Challenged, Passed, Refused
from tests.sipcore.authentication.door import PHONE, SHA_256, Door, read, refusal
from tests.sipcore.site import (
    DIGEST_OFF,
    DIGEST_ON,
    flow,
    handsets,
)

# -- nonces and algorithms ----------------------------------------------------------------------


def test_a_nonce_that_is_too_old_gets_a_new_one_and_stale():
    door = Door()
    assert isinstance(door.enter(), Passed)
    door.now = 601.0
    verdict = door.knock()
    assert isinstance(verdict, Challenged)
    assert verdict.decision.rule == "stale-nonce"
    assert "stale=true" in verdict.challenge
    assert isinstance(door.knock(), Passed)


def test_the_profile_says_how_long_a_nonce_is_valid():
    door = Door()
    profile = replace(DIGEST_ON, nonce_validity_s=30)
    door.site.put(replace(door.site.phones[PHONE], security_profile=profile))
    door.enter()
    door.now = 31.0
    assert isinstance(door.knock(), Challenged)


def test_a_nonce_of_another_address_or_of_nobody_is_not_taken():
    door = Door()
    door.knock()
    for handset in (
        replace(door.handset, flow=flow("203.0.113.9")),
        replace(door.handset, challenge=door.handset.challenge.replace('nonce="', 'nonce="x')),
    ):
        verdict = door.knock(handset)
        assert isinstance(verdict, Challenged)
        assert verdict.decision.rule == "stale-nonce"


def test_a_nonce_survives_a_new_port_and_a_new_connection_of_the_same_host():
    door = Door()
    door.knock()
    door.handset.flow = flow("198.51.100.1", 40001, "TCP", 1)
    assert isinstance(door.knock(), Passed)


def test_a_sha_256_phone_is_asked_in_sha_256_at_once():
    door = Door()
    door.site.put(replace(door.site.phones[PHONE], security_profile=SHA_256))
    verdict = door.knock()
    assert isinstance(verdict, Challenged)
    assert "algorithm=SHA-256" in verdict.challenge
    assert isinstance(door.knock(), Passed)


def test_phones_of_one_number_that_differ_are_asked_in_md5_and_then_in_their_own():
    door = Door()
    door.site.put(replace(door.site.phones[PHONE], security_profile=SHA_256))
    door.handset.number = "1009"
    first, second = door.knock(), door.knock()
    assert isinstance(first, Challenged)
    assert isinstance(second, Challenged)
    assert "algorithm=MD5" in first.challenge
    assert "stale=true, algorithm=SHA-256" in second.challenge
    assert isinstance(door.knock(), Passed)


def test_answering_sha_256_with_md5_ends_in_a_refusal_not_in_a_loop():
    door = Door()
    door.site.put(replace(door.site.phones[PHONE], security_profile=SHA_256))
    door.knock()
    answer = door.handset.credentials("REGISTER", "sip:192.0.2.1", algorithm="MD5")
    verdict = refusal(door.knock(Authorization=answer))
    assert verdict.decision.rule == "digest-algorithm"


def test_digest_off_takes_an_answer_in_any_algorithm_it_offered():
    door, handset = Door(), handsets()["1002"]
    profile = replace(DIGEST_OFF, algorithm="SHA-256")
    door.site.put(replace(door.site.phones["SEP000000001002"], security_profile=profile))
    assert isinstance(door.enter(handset), Passed)


# -- replays ------------------------------------------------------------------------------------


def test_a_request_that_is_replayed_is_challenged_anew_and_not_let_in():
    door = Door()
    assert isinstance(door.enter(), Passed)
    stolen = door.handset.credentials("REGISTER", "sip:192.0.2.1", nc="00000001")
    verdict = door.knock(Authorization=stolen)
    assert isinstance(verdict, Challenged)
    assert verdict.decision.rule == "nonce-count"
    assert "stale=true" in verdict.challenge
    assert isinstance(door.enter(), Passed)


def test_a_wrong_password_does_not_use_up_a_nonce_count():
    door = Door()
    door.knock()
    thief = replace(door.handset, password="guess", uses=Counter())
    verdict = door.authenticator.check(read(thief.register()), None, thief.flow, 0.0)
    assert isinstance(verdict, Refused)
    assert isinstance(door.knock(), Passed)


def test_without_qop_there_is_no_count_to_look_at():
    door = Door()
    door.knock()
    for _ in range(2):
        answer = door.handset.credentials("REGISTER", "sip:192.0.2.1", qop="")
        assert isinstance(door.knock(Authorization=answer), Passed)


def test_a_profile_may_ask_for_sha_512_256():
    door = Door()
    profile = replace(DIGEST_ON, name="Third-party SHA-512-256", algorithm="SHA-512-256")
    door.site.put(replace(door.site.phones[PHONE], security_profile=profile))
    verdict = door.knock()
    assert isinstance(verdict, Challenged)
    assert "algorithm=SHA-512-256" in verdict.challenge
    assert isinstance(door.knock(), Passed)
