from dataclasses import replace

import pytest

from sipcore.authentication import Challenged, Passed, Refused, Verdict
from sipcore.digest import find_credentials
from sipcore.errors import ParseError
from sipcore.message import Request
from sipcore.ports import PhoneRecord, UnavailableError
from tests.sipcore.authentication.door import PHONE, SHA_256, Door, read, refusal
from tests.sipcore.site import (
    ADVANCED,
    DIGEST_ON,
    Site,
    flow,
    handsets,
    headers_of,
    phone,
    small_site,
    user,
)

# -- the challenge ------------------------------------------------------------------------------


def test_a_register_without_credentials_is_challenged_once_in_md5_with_qop():
    door = Door()
    request = read(door.handset.register())
    verdict = door.authenticator.check(request, None, door.handset.flow, 0)
    assert isinstance(verdict, Challenged)
    headers = headers_of(verdict.answer(request, "tag").to_bytes())
    (challenge,) = headers["www-authenticate"]
    assert challenge.startswith('Digest realm="ccmsipline", nonce="')
    assert "algorithm=MD5" in challenge
    assert 'qop="auth"' in challenge
    assert "stale" not in challenge
    assert headers["to"][0].endswith(";tag=tag")


def test_a_first_challenge_names_the_phone_that_has_the_number():
    verdict = Door().knock()
    assert isinstance(verdict, Challenged)
    assert verdict.decision.rule == "challenged"
    assert verdict.phones == (PHONE,)


def test_a_shared_number_names_no_phone():
    door = Door()
    door.handset.number = "1009"
    verdict = door.knock()
    assert isinstance(verdict, Challenged)
    assert verdict.phones == ()


def test_digest_off_is_challenged_too_because_the_username_is_needed():
    door = Door()
    verdict = door.knock(handsets()["1002"])
    assert isinstance(verdict, Challenged)


def test_credentials_of_another_realm_are_none_and_are_named():
    door = Door()
    door.knock()
    uri = "sip:192.0.2.1"
    other = door.handset.credentials("REGISTER", uri, realm="example.com")
    verdict = door.knock(Authorization=other)
    assert isinstance(verdict, Challenged)
    assert verdict.decision.rule == "challenged"
    assert "example.com" in verdict.decision.received


def test_another_scheme_is_no_credentials():
    verdict = Door().knock(Authorization="NoOneKnowsThisScheme opaque-data=here")
    assert isinstance(verdict, Challenged)


def test_credentials_of_ours_are_found_among_others():
    door = Door()
    door.knock()
    uri = "sip:192.0.2.1"
    ours = door.handset.credentials("REGISTER", uri)
    other = door.handset.credentials("REGISTER", uri, realm="example.com")
    assert isinstance(door.knock(Authorization=[other, ours]), Passed)


def test_credentials_that_cannot_be_read_are_an_error_of_the_phone():
    with pytest.raises(ParseError) as raised:
        Door().knock(Authorization='Digest realm="ccmsipline", username="swhite"')
    assert raised.value.status == 400


# -- the password -------------------------------------------------------------------------------


def test_the_right_password_passes_with_and_without_qop():
    for qop in ("auth", ""):
        door = Door()
        door.knock()
        answer = door.handset.credentials("REGISTER", "sip:192.0.2.1", qop=qop)
        verdict = door.knock(Authorization=answer)
        assert verdict == Passed(door.site.phones[PHONE], "swhite")


def test_a_folded_authorization_header_without_qop_passes():
    door = Door()
    door.knock()
    answer = door.handset.credentials("REGISTER", "sip:192.0.2.1", qop="")
    folded = answer.replace(", ", ",\r\n   ")
    assert isinstance(door.knock(Authorization=folded), Passed)


def test_a_wrong_password_is_refused_with_digest_on():
    door = Door()
    door.handset.password = "web password"
    verdict = refusal(door.enter())
    assert verdict.decision.rule == "digest-password"
    assert verdict.decision.status == 403
    assert verdict.decision.reason_code == 10
    assert verdict.phones == (PHONE,)
    assert verdict.userid == "swhite"
    assert "Third-party digest" in verdict.decision.expected


def test_any_password_passes_with_digest_off():
    door = Door()
    handset = handsets()["1002"]
    handset.password = "anything"
    assert door.enter(handset) == Passed(door.site.phones["SEP000000001002"], "bjones")


def test_no_response_at_all_passes_with_digest_off():
    door, handset = Door(), handsets()["1002"]
    door.knock(handset)
    answer = handset.credentials("REGISTER", "sip:192.0.2.1", response="")
    assert isinstance(door.knock(handset, Authorization=answer), Passed)


def test_a_user_without_credentials_is_refused_with_digest_on_and_passes_with_digest_off():
    door = Door()
    door.site.put(user("swhite"), user("bjones"))
    verdict = refusal(door.enter())
    assert verdict.decision.rule == "no-digest-credentials"
    assert isinstance(door.enter(handsets()["1002"]), Passed)


def test_new_credentials_are_in_force_at_once():
    door = Door()
    assert isinstance(door.enter(), Passed)
    door.site.put(user("swhite", "changed"))
    assert isinstance(door.enter(), Refused)
    door.handset.password = "changed"
    assert isinstance(door.enter(), Passed)


# -- the user and the phone ---------------------------------------------------------------------


def test_an_unknown_user_is_refused_with_a_hint():
    door = Door()
    door.handset.userid = "swhit"
    verdict = refusal(door.enter())
    assert verdict.decision.rule == "unknown-user"
    assert verdict.decision.reason_code == 2
    assert verdict.userid == "swhit"
    assert verdict.phones == (PHONE,)
    assert "whose Digest User is swhite" in verdict.decision.advice


def test_a_user_of_no_phone_is_refused():
    door = Door()
    door.site.put(user("kbrown", "secret4"))
    door.handset.userid, door.handset.password = "kbrown", "secret4"
    assert refusal(door.enter()).decision.rule == "not-a-digest-user"


def test_a_user_of_two_phones_is_refused_for_both():
    door = Door()
    door.site.put(phone("SEP000000001007", "swhite", "1007"))
    verdict = refusal(door.enter())
    assert verdict.decision.rule == "shared-digest-user"
    assert verdict.phones == (PHONE, "SEP000000001007")
    assert "SEP000000001001, SEP000000001007" in verdict.decision.received


def test_strangers_get_the_answer_of_a_wrong_password_octet_for_octet():
    request = read(handsets()["1001"].register())

    def answer(userid: str, site: Site) -> bytes:
        door = Door(site)
        door.handset.userid, door.handset.password = userid, "wrong"
        return refusal(door.enter()).answer(request, "tag").to_bytes()

    site = small_site()
    site.put(user("kbrown", "secret4"), user("jgray"), user("twins", "x"))
    site.put(phone("SEP5", "twins"), phone("SEP6", "twins"))
    site.put(phone("SEP7", "jgray", security_profile=DIGEST_ON))
    answers = {answer(each, site) for each in ("nobody", "kbrown", "twins", "jgray", "swhite")}
    assert len(answers) == 1
    assert b"403" in answers.pop()


@pytest.mark.parametrize(
    ("userid", "status"), [("nobody", 404), ("kbrown", 404), ("twins", 404), ("swhite", 401)]
)
def test_callmanagers_own_answers_can_be_restored(userid: str, status: int):
    door = Door()
    door.site.put(replace(door.site.values, callmanager_answers=True))
    door.site.put(user("kbrown", "x"), user("twins", "x"))
    door.site.put(phone("SEP5", "twins"), phone("SEP6", "twins"))
    door.handset.userid, door.handset.password = userid, "wrong"
    verdict = refusal(door.enter())
    assert verdict.decision.status == status
    assert bool(verdict.challenge) == (status == 401)


def test_an_inactive_phone_is_refused():
    door = Door()
    door.site.put(replace(door.site.phones[PHONE], is_active=False))
    assert refusal(door.enter()).decision.rule == "device-inactive"


def test_a_transport_that_the_profile_does_not_allow_is_refused():
    door = Door()
    profile = replace(DIGEST_ON, transports=frozenset({"TCP"}))
    door.site.put(replace(door.site.phones[PHONE], security_profile=profile))
    verdict = refusal(door.enter())
    assert verdict.decision.rule == "transport"
    assert verdict.decision.status == 403
    assert verdict.decision.reason_code == 15
    door.handset.flow = flow("198.51.100.1", 40001, "TCP", 1)
    assert isinstance(door.enter(), Passed)


# -- too many failures --------------------------------------------------------------------------


def failing_door(times: int) -> Door:
    door = Door()
    door.knock()
    door.handset.password = "wrong"
    for _ in range(times):
        assert refusal(door.knock()).decision.rule == "digest-password"
    return door


def test_after_too_many_wrong_passwords_even_the_right_one_waits():
    door = failing_door(3)
    assert refusal(door.knock()).decision.rule == "too-many-failures"
    door.handset.password = "secret1"
    verdict = refusal(door.knock())
    assert verdict.decision.rule == "too-many-failures"
    assert verdict.decision.status == 403
    assert "60 seconds" in verdict.decision.advice
    door.now = 61.0
    assert isinstance(door.knock(), Passed)


def test_a_block_is_for_one_address():
    door = failing_door(3)
    elsewhere = replace(handsets()["1001"], flow=flow("198.51.100.77"))
    assert isinstance(door.enter(elsewhere), Passed)


def test_new_credentials_lift_a_block_at_once():
    door = failing_door(3)
    door.site.put(user("swhite", "mended"))
    door.handset.password = "mended"
    assert isinstance(door.knock(), Passed)


def test_challenges_are_no_failures():
    door = Door()
    for _ in range(20):
        door.handset.challenge = ""
        assert isinstance(door.knock(), Challenged)
    assert isinstance(door.knock(), Passed)


# -- other requests -----------------------------------------------------------------------------


def invite(door: Door, number: str, **headers: object) -> tuple[Verdict, Request]:
    handset = handsets()[number]
    handset.challenge = door.handset.challenge
    known = next(
        each
        for each in door.site.phones.values()
        if any(line.number.number == number for line in each.lines)
    )
    request = read(handset.request("INVITE", "sip:1003@192.0.2.1", **headers))
    return door.authenticator.check(request, known, handset.flow, door.now), request


def test_an_invite_of_a_phone_with_digest_off_is_not_challenged():
    verdict, _ = invite(Door(), "1002")
    assert isinstance(verdict, Passed)
    assert verdict.userid == ""


def test_an_invite_of_a_phone_with_digest_on_is_challenged_and_verified():
    door = Door()
    verdict, request = invite(door, "1001")
    assert isinstance(verdict, Challenged)
    door.handset.take(verdict.answer(request, "t").to_bytes())
    answer = door.handset.credentials("INVITE", "sip:1003@192.0.2.1")
    verdict, _ = invite(door, "1001", Authorization=answer)
    assert verdict == Passed(door.site.phones[PHONE], "swhite")
    door.handset.password = "wrong"
    answer = door.handset.credentials("INVITE", "sip:1003@192.0.2.1")
    verdict, _ = invite(door, "1001", Authorization=answer)
    assert refusal(verdict).decision.rule == "digest-password"


def test_an_invite_with_the_credentials_of_another_phone_is_refused():
    door = Door()
    verdict, request = invite(door, "1001")
    assert isinstance(verdict, Challenged)
    door.handset.take(verdict.answer(request, "t").to_bytes())
    door.handset.userid, door.handset.password = "mgreen", "secret3"
    answer = door.handset.credentials("INVITE", "sip:1003@192.0.2.1")
    verdict, _ = invite(door, "1001", Authorization=answer)
    decision = refusal(verdict).decision
    assert decision.rule == "not-a-digest-user"
    assert "mgreen is not the Digest User of SEP000000001001" in decision.summary


def test_a_caller_whose_from_is_no_sip_uri_can_still_be_judged():
    verdict, _ = invite(Door(), "1001", From="<tel:+15551234>;tag=1")
    assert isinstance(verdict, Challenged)


def test_a_configuration_that_cannot_be_asked_is_not_an_unknown_user():
    door = Door()
    door.site.is_down = True
    with pytest.raises(UnavailableError):
        door.knock()


def test_the_small_site_is_as_its_description_says():
    record = small_site().phones[PHONE]
    assert isinstance(record, PhoneRecord)
    assert record.model == ADVANCED


# -- credentials like ones that were good before ----------------------------------------------


def confirmed(door: Door, host: str = "198.51.100.1") -> bool:
    request = read(door.handset.register())
    credentials = find_credentials(request.headers, "Authorization", "ccmsipline")
    assert credentials is not None
    check = door.authenticator.confirms
    return check(credentials, DIGEST_ON, "REGISTER", host, door.now)


def test_good_credentials_are_confirmed_once():
    door = Door()
    door.enter()
    assert confirmed(door)
    door.handset.uses[door.handset.challenge] -= 1
    assert not confirmed(door)  # the count comes again
    door.handset.uses[door.handset.challenge] += 1
    assert confirmed(door)


def test_nothing_is_confirmed_that_would_not_pass():
    door = Door()
    door.enter()
    assert not confirmed(door, host="198.51.100.9")
    door.now = 601.0
    assert not confirmed(door)
    door.enter()
    door.handset.password = "wrong"
    assert not confirmed(door)
    door.site.put(user("swhite"))
    assert not confirmed(door)
    del door.site.users["swhite"]
    assert not confirmed(door)


def test_what_is_not_confirmed_leaves_no_trace():
    door = Door()
    door.enter()
    door.handset.password = "wrong"
    assert not any(confirmed(door) for _ in range(10))
    door.handset.password = "secret1"
    assert confirmed(door)  # not blocked


def test_a_known_phone_is_asked_in_the_algorithm_of_its_profile():
    door = Door()
    challenge = door.authenticator.challenge(SHA_256, "198.51.100.1", 0.0)
    assert "algorithm=SHA-256" in challenge
    assert 'realm="ccmsipline"' in challenge
