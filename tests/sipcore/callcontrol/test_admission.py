"""Calls that are not put through: who may call, whom, and what the record says."""

from dataclasses import replace

import pytest

from sipcore.message import Request, Response
from tests.sipcore.callcontrol.office import Handset, Office, call, hang_up
from tests.sipcore.site import (
    DIGEST_ON,
    PASSWORDS,
    digest_answer,
    flow,
    number,
    phone,
    small_site,
)


def refused(office: Office, caller: Handset, status: int, rule: str) -> Response:
    """Check what the caller got and what was recorded, and that nothing is left."""
    response = caller.response(status)
    assert response.to.tag
    record = office.record()
    assert (record.status, record.ended_by) == (status, "system")
    assert (record.decision.rule, record.decision.status) == (rule, status)
    texts = (record.decision.summary, record.decision.expected, record.decision.advice)
    assert all(texts)
    assert record.ended_at == record.started_at
    assert office.is_at_rest()
    return response


# -- who calls ------------------------------------------------------------------------------------


def test_phone_that_is_not_registered_gets_403(office: Office, bob: Handset) -> None:
    alice = office.handset("1001", bound=False)
    alice.dials("1002")
    refused(office, alice, 403, "caller-not-registered")
    record = office.record()
    assert (record.caller_phone, record.caller_number, record.cause) == ("", "1001", 21)
    assert "198.51.100.1:5060 over UDP" in record.decision.expected
    assert bob.hears_nothing()


def test_from_that_is_not_a_line_of_the_phone_gets_403(office: Office, alice: Handset) -> None:
    alice.dials("1002", From="<sip:1003@192.0.2.1>;tag=x")
    refused(office, alice, 403, "caller-line")
    assert "SEP000000001001" in office.record().decision.advice


def test_phone_with_wrong_transport_gets_403(office: Office) -> None:
    profile = replace(DIGEST_ON, name="TCP only", transports=frozenset({"TCP"}))
    advanced = office.site.phones["SEP000000001001"]
    office.configure(replace(advanced, security_profile=profile))
    alice = office.handset("1001")
    alice.dials("1002")
    refused(office, alice, 403, "transport")
    assert "TCP only" in office.record().decision.expected


def test_phone_that_was_deactivated_gets_403(office: Office, alice: Handset) -> None:
    office.configure(replace(office.site.phones["SEP000000001001"], is_active=False))
    alice.dials("1002")
    refused(office, alice, 403, "device-inactive")


def test_phone_that_was_deleted_gets_403(office: Office, alice: Handset) -> None:
    del office.site.phones["SEP000000001001"]
    alice.dials("1002")
    refused(office, alice, 403, "caller-not-registered")


# -- digest ---------------------------------------------------------------------------------------


@pytest.fixture
def strict() -> Office:
    return Office(small_site())


def authorization(challenge: Response, user: str, password: str) -> str:
    value = challenge.headers.get("WWW-Authenticate")
    return digest_answer(value, "INVITE", "sip:1002@192.0.2.1", user, password)


def test_challenged_phone_calls_with_its_password(strict: Office) -> None:
    alice, bob = strict.handset("1001"), strict.handset("1002")
    alice.dials("1002")
    challenge = alice.response(401)
    assert bob.hears_nothing()
    alice.sends("INVITE", Authorization=authorization(challenge, "swhite", PASSWORDS["swhite"]))
    alice.expects(100)
    invite = bob.request("INVITE")
    assert "Authorization" not in invite.headers
    alice.cancels()
    assert strict.is_at_rest()
    assert strict.record().decision.rule == "cancelled"


def test_wrong_password_is_refused_with_a_record(strict: Office) -> None:
    alice = strict.handset("1001")
    alice.dials("1002")
    challenge = alice.response(401)
    assert strict.records == []
    alice.sends("INVITE", Authorization=authorization(challenge, "swhite", "wrong"))
    refused(strict, alice, 403, "digest-password")
    assert strict.record().caller_phone == "SEP000000001001"


def test_user_of_another_phone_is_refused(strict: Office) -> None:
    alice = strict.handset("1001")
    alice.dials("1002")
    challenge = alice.response(401)
    alice.sends("INVITE", Authorization=authorization(challenge, "bjones", PASSWORDS["bjones"]))
    refused(strict, alice, 403, "not-a-digest-user")


def test_phone_without_digest_calls_at_once(strict: Office) -> None:
    bob, alice = strict.handset("1002"), strict.handset("1001")
    bob.dials("1001")
    bob.expects(100)
    alice.expects("INVITE")


# -- whom it calls --------------------------------------------------------------------------------


def test_unknown_number_gets_404(office: Office, alice: Handset) -> None:
    alice.dials("5555")
    response = refused(office, alice, 404, "number-not-found")
    assert response.headers.get("Reason") == "Q.850;cause=1"
    record = office.record()
    assert (record.dialed, record.called_number, record.cause) == ("5555", "", 1)


def test_number_in_a_partition_out_of_reach_gets_404_and_says_so(
    office: Office, alice: Handset
) -> None:
    hidden = number("7000", "PT_Board")
    boss = phone("SEP000000007000", "")
    office.configure(
        replace(
            boss,
            lines=(replace(office.site.phones["SEP000000001002"].lines[0], number=hidden),),
        )
    )
    alice.dials("7000")
    refused(office, alice, 404, "number-not-in-css")
    decision = office.record().decision
    assert "PT_Board" in decision.expected
    assert "PT_Internal, <None>" in decision.received


def test_number_whose_phone_is_not_registered_gets_480(office: Office, alice: Handset) -> None:
    alice.dials("1002")
    response = refused(office, alice, 480, "not-registered")
    assert response.headers.get("Reason") == "Q.850;cause=20"
    record = office.record()
    assert (record.called_number, record.called_partition) == ("1002", "PT_Internal")
    assert record.cause == 20
    assert "SEP000000001002" in record.decision.advice


def test_phone_that_calls_itself_is_busy(office: Office, alice: Handset) -> None:
    alice.dials("1001")
    refused(office, alice, 486, "busy")


def test_other_line_of_the_same_phone_rings(office: Office, alice: Handset) -> None:
    office.handset("1009", "SEP000000001001", place=alice.flow)
    second = office.handsets[alice.flow.remote]
    alice.dials("1009")
    second.expects(100)
    assert second.request("INVITE").from_.sip_uri.user == "1001"


def test_phone_that_registered_the_servers_address_does_not_loop(
    office: Office, alice: Handset
) -> None:
    bob = office.handset("1002", bound=False)
    office.bindings.put(
        replace(
            office.bindings.of_phone("SEP000000001001")[0],
            phone="SEP000000001002",
            number="1002",
            contact="sip:1002@192.0.2.1",
            flow=bob.flow,
        )
    )
    alice.dials("1002")
    refused(office, alice, 482, "loop")


def test_call_that_comes_back_is_a_loop(office: Office, alice: Handset, bob: Handset) -> None:
    alice.dials("1002")
    alice.expects(100)
    invite = bob.request("INVITE")
    host, port = bob.flow.remote
    invite.headers.insert("Via", f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK-back;rport")
    bob.transmit(Request("INVITE", "sip:1003@192.0.2.1", invite.headers, b""))
    bob.expects(482)
    assert office.record().decision.rule == "loop"


# -- how many calls -------------------------------------------------------------------------------


def test_line_with_all_its_calls_cannot_call(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    call(alice, bob)
    call(alice, carol)
    alice.dials("1002")
    alice.expects(486)
    record = office.record()
    assert (record.decision.rule, record.cause) == ("busy", 17)
    assert "Maximum Number of Calls" in record.decision.expected


def test_line_at_its_busy_trigger_is_busy_and_free_again_after_the_call(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    basic = office.site.phones["SEP000000001002"]
    office.configure(replace(basic, lines=(replace(basic.lines[0], busy_trigger=1),)))
    call(alice, bob)
    carol.dials("1002")
    carol.expects(486)
    assert office.record().decision.rule == "busy"
    assert "Busy Trigger 1" in office.record().decision.received
    assert bob.hears_nothing()
    hang_up(alice, bob)
    call(carol, bob)
    hang_up(carol, bob)
    assert office.is_at_rest()


# -- requests that cannot be served ---------------------------------------------------------------


def test_required_option_gets_420(office: Office, alice: Handset) -> None:
    alice.dials("1002", Require="100rel, outbound, Gruu")
    response = refused(office, alice, 420, "option-required")
    assert response.headers.values("Unsupported") == ["outbound", "Gruu"]


def test_extension_required_of_proxies_gets_420(office: Office, alice: Handset) -> None:
    alice.dials("1002", Proxy_Require="privacy", Require="timer")
    assert alice.response(420).headers.get("Unsupported") == "privacy"
    assert office.record().decision.rule == "option-required"


def test_caller_that_takes_no_session_description_gets_406(office: Office, alice: Handset) -> None:
    alice.dials("1002", Accept="text/plain")
    alice.expects(406)
    assert office.record().decision.rule == "accept"


def test_invite_without_contact_gets_400(office: Office, alice: Handset) -> None:
    alice.dials("1002", Contact="*")
    refused(office, alice, 400, "malformed")


def test_invite_with_a_bad_route_gets_400(office: Office, alice: Handset, bob: Handset) -> None:
    alice.dials("1002", Record_Route="<mailto:x@y>")
    refused(office, alice, 400, "malformed")
    assert bob.hears_nothing()


def test_sips_gets_416(office: Office, alice: Handset) -> None:
    alice.dials("1002", scheme="sips")
    refused(office, alice, 416, "malformed")


def test_no_configuration_is_a_503(office: Office, alice: Handset) -> None:
    office.site.is_down = True
    alice.dials("1002")
    response = refused(office, alice, 503, "unavailable")
    assert response.headers.get("Retry-After")


def test_texts_from_the_wire_are_fit_to_be_shown(office: Office) -> None:
    office.is_refereed = False  # it keeps no octets that are not UTF-8
    stranger = office.handset("1001", bound=False, place=flow("203.0.113.9"))
    stranger.dials("%01%ff" + "9" * 300, From="<sip:%00@h>;tag=x")
    stranger.expects(403)
    record = office.record()
    assert record.dialed.isprintable()
    assert len(record.dialed) <= 128
    assert record.caller_number == "\N{REPLACEMENT CHARACTER}"
