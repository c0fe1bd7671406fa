"""Registrations through the whole engine, as ladders."""

import gc
from dataclasses import replace

import pytest

from sipcore.actions import SaveBindings, Transmit
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import DIGEST_ON, Handset, flow, handsets, headers_of, status_of, user

PHONE = "SEP000000001001"


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


def tcp(handset: Handset, connection: int = 1) -> Handset:
    return replace(handset, flow=flow(handset.flow.remote[0], 40001, "TCP", connection))


def test_registering_leaves_nothing_to_the_cycle_collector(ladder: Ladder, white: Handset):
    """Of 800 a second its work would be felt: objects in a circle live until it comes."""
    assert ladder.register(white) == 200
    gc.collect()
    for _ in range(3):
        ladder.wait(60)
        white.challenge = ""  # to be asked again
        assert ladder.register(white) == 200
    assert gc.collect() == 0


# -- the 200 waits for the disk -----------------------------------------------------------------


def test_a_phone_registers_refreshes_and_leaves(ladder: Ladder, white: Handset):
    assert ladder.register(white) == 200
    ladder.wait(100)
    assert ladder.register(white) == 200
    assert ladder.register(white, Expires=0) == 200
    assert ladder.rules == ["challenged", "accepted", "refreshed", "removed"]
    assert ladder.disk == {}
    ladder.wait(40)
    assert ladder.counts() == {}


def test_the_answer_goes_where_the_request_came_from(ladder: Ladder, white: Handset):
    ladder.once(white)
    (sent,) = ladder.of(Transmit)
    assert sent.flow == white.flow
    (via,) = headers_of(sent.data)["via"]
    assert "rport=5060" in via
    assert "received=198.51.100.1" in via


def test_the_200_is_held_until_the_binding_is_durable(ladder: Ladder, white: Handset):
    ladder.once(white)
    ladder.holds_commits = True
    request = white.register()
    assert ladder.receive(request, white.flow) == []
    assert ladder.rules == ["challenged"]
    assert ladder.receive(request, white.flow) == []  # a retransmission finds nothing yet
    (save,) = ladder.of(SaveBindings)
    assert save.ticket > 0
    (answer,) = ladder.commit()
    assert status_of(answer) == 200
    assert ladder.rules == ["challenged", "accepted"]
    assert ladder.receive(request, white.flow) == [answer]


def test_a_commit_that_fails_is_a_503_and_the_binding_is_gone(ladder: Ladder, white: Handset):
    ladder.once(white)
    ladder.holds_commits = True
    ladder.receive(white.register(), white.flow)
    (save,) = ladder.of(SaveBindings)
    (answer,) = ladder.fail(save.ticket)
    assert status_of(answer) == 503
    assert headers_of(answer)["retry-after"] == ["10"]
    assert ladder.rules == ["challenged", "unavailable"]
    assert "disk full" in ladder.attempts[-1].decision.received
    assert ladder.attempts[-1].phone == PHONE
    ladder.wait(40)
    assert ladder.counts() == {}


def test_a_refresh_that_fails_leaves_the_binding_as_it_was(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.holds_commits = True
    ladder.receive(white.register(), white.flow)
    save = ladder.of(SaveBindings)[-1]
    (answer,) = ladder.fail(save.ticket)
    assert status_of(answer) == 503
    ladder.holds_commits = False
    assert ladder.register(white) == 200
    assert ladder.counts()["bindings"] == 1


def test_a_removal_is_durable_too(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.holds_commits = True
    assert ladder.receive(white.register(Contact="*", Expires=0), white.flow) == []
    save = ladder.of(SaveBindings)[-1]
    assert save.removed == ((PHONE, "1001", white.contact),)
    (answer,) = ladder.commit()
    assert status_of(answer) == 200


def test_what_changes_nothing_is_answered_at_once(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.holds_commits = True
    assert ladder.once(white, Contact="") == 200
    assert ladder.once(white, Contact="<sip:1001@elsewhere.example>", Expires=0) == 200


def test_a_report_of_an_unknown_ticket_does_no_harm(ladder: Ladder):
    assert ladder.fail(99) == []


def test_no_100_is_sent_to_a_register(ladder: Ladder, white: Handset):
    ladder.once(white)
    ladder.holds_commits = True
    ladder.receive(white.register(), white.flow)
    assert ladder.wait(3.0) == []


# -- the rules, seen from outside ---------------------------------------------------------------


def test_the_folded_authorization_of_the_guide_registers(ladder: Ladder, white: Handset):
    ladder.once(white)
    answer = white.credentials("REGISTER", "sip:192.0.2.1", qop="").replace(", ", ",\r\n  ")
    assert ladder.once(white, Authorization=answer) == 200


def test_two_lines_of_one_phone_register_each_for_itself(ladder: Ladder, white: Handset):
    second = replace(white, number="1009", call_id="reg-1009")
    assert ladder.register(white) == ladder.register(second) == 200
    assert {key[1] for key in ladder.disk} == {"1001", "1009"}


def test_a_wrong_password_is_403_and_then_the_new_one_is_in_force(ladder: Ladder, white: Handset):
    white.password = "PIN"
    assert ladder.register(white) == 403
    ladder.site.put(user("swhite", "PIN"))
    assert ladder.register(white) == 200


def test_a_profile_that_is_changed_is_in_force_at_once(ladder: Ladder):
    blue = handsets()["1002"]
    blue.password = "anything"
    assert ladder.register(blue) == 200
    record = ladder.site.phones["SEP000000001002"]
    ladder.site.put(replace(record, security_profile=DIGEST_ON))
    assert ladder.register(blue) == 403


def test_a_retransmitted_wrong_password_is_one_failure(ladder: Ladder, white: Handset):
    ladder.once(white)
    white.password = "PIN"
    request = white.register()
    for _ in range(20):
        (answer,) = ladder.receive(request, white.flow)
        assert status_of(answer) == 403
    assert ladder.rules == ["challenged", "digest-password"]


def test_a_phone_in_a_loop_is_stopped_early(ladder: Ladder, white: Handset):
    white.password = "PIN"
    ladder.register(white)
    for _ in range(15):
        ladder.once(white)
    assert ladder.rules.count("digest-password") == 10
    assert ladder.rules[-1] == "too-many-failures"


def test_without_a_configuration_phones_are_told_to_try_again(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.site.is_down = True
    (answer,) = ladder.receive(white.register(), white.flow)
    assert status_of(answer) == 503
    assert "retry-after" in headers_of(answer)
    assert ladder.rules[-1] == "unavailable"
    assert ladder.counts()["bindings"] == 1


def test_a_register_that_cannot_be_read_is_answered_and_recorded(ladder: Ladder, white: Handset):
    (answer,) = ladder.receive(white.register(Call_ID=""), white.flow)
    assert status_of(answer) == 400
    assert ladder.rules == ["malformed"]
    assert ladder.attempts[0].number == "1001"
    assert "Call-ID" in ladder.attempts[0].decision.received


# -- the end of a binding -----------------------------------------------------------------------


def test_a_phone_that_does_not_refresh_is_gone_after_the_grace(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.wait(134.9)
    assert ladder.counts()["bindings"] == 1
    ladder.wait(0.2)
    assert ladder.counts() == {}
    assert ladder.disk == {}
    assert ladder.of(SaveBindings)[-1] == SaveBindings(0, (), ((PHONE, "1001", white.contact),))
    lost = ladder.attempts[-1]
    assert (lost.decision.rule, lost.decision.outcome) == ("expired", "removed")
    assert (lost.phone, lost.number) == (PHONE, "1001")


def test_bindings_expire_even_when_the_configuration_is_gone(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.site.is_down = True
    ladder.wait(136)
    assert ladder.counts() == {}


def test_a_connection_that_breaks_takes_its_bindings_at_once(ladder: Ladder, white: Handset):
    white = tcp(white)
    second = replace(white, number="1009", call_id="reg-1009")
    ladder.register(white)
    ladder.register(second)
    ladder.lose(white.flow)
    assert ladder.disk == {}
    assert ladder.counts().get("bindings", 0) == 0
    assert ladder.rules[-2:] == ["connection-lost", "connection-lost"]
    assert "connection reset" in ladder.attempts[-1].decision.received


def test_the_phone_comes_back_over_a_new_connection(ladder: Ladder, white: Handset):
    first, second = tcp(white), tcp(white, connection=2)
    ladder.register(first)
    second.call_id = "new"
    ladder.register(second)
    ladder.lose(first.flow)
    assert len(ladder.disk) == 1
    assert next(iter(ladder.disk.values())).flow == second.flow


def test_an_error_over_udp_does_not_unregister(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.lose(white.flow)
    assert ladder.counts()["bindings"] == 1


def test_a_connection_that_breaks_before_the_commit_leaves_nothing(ladder: Ladder, white: Handset):
    white = tcp(white)
    ladder.once(white)
    ladder.holds_commits = True
    ladder.receive(white.register(), white.flow)
    ladder.lose(white.flow)
    ladder.commit()
    ladder.wait(40)
    assert ladder.disk == {}
    assert ladder.counts() == {}


# -- restart ------------------------------------------------------------------------------------


def test_after_a_restart_the_bindings_are_there_and_can_be_refreshed(
    ladder: Ladder, white: Handset
):
    ladder.register(white)
    again = Ladder(ladder.site, list(ladder.disk.values()), first_token=500)
    assert again.counts() == {"bindings": 1}
    assert again.register(white) == 200  # the old nonce is nobody's now: one challenge more
    assert again.rules == ["stale-nonce", "refreshed"]
    assert len(again.disk) == 1


def test_after_a_restart_a_phone_that_is_gone_expires(ladder: Ladder, white: Handset):
    ladder.register(white)
    again = Ladder(ladder.site, list(ladder.disk.values()))
    again.wait(136)
    assert again.counts() == again.disk == {}


# -- strangers leave nothing --------------------------------------------------------------------


def test_a_register_without_credentials_leaves_nothing_and_is_answered_each_time(
    ladder: Ladder, white: Handset
):
    request = white.register()
    first, second = ladder.receive(request, white.flow), ladder.receive(request, white.flow)
    assert status_of(first[0]) == status_of(second[0]) == 401
    # "A stateless UAS MUST [...] generate [...] the same To tag for retransmissions" (8.2.7)
    assert headers_of(first[0])["to"] == headers_of(second[0])["to"]
    assert ladder.counts() == {}


def test_what_is_wrong_with_a_strangers_register_is_said_first(ladder: Ladder, white: Handset):
    (answer,) = ladder.receive(white.register(Require="gruu"), white.flow)
    assert status_of(answer) == 420
    assert headers_of(answer)["unsupported"] == ["gruu"]
    assert ladder.counts() == {}
