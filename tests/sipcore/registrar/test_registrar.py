from dataclasses import replace

import pytest

from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.message import Request, parse_message
from sipcore.ports import Decision
from sipcore.registrar import MAX_CONTACTS, RegisterOutcome, Registrar
from sipcore.registrar.registrar import whole_seconds
from tests.sipcore.site import (
    FixedTokens,
    Handset,
    flow,
    handsets,
    headers_of,
    number,
    phone,
    small_site,
    status_of,
    user,
)

PHONE = "SEP000000001001"


class Desk:
    """A registrar whose decisions are carried out at once; handsets answer their challenge."""

    def __init__(self) -> None:
        self.site = small_site()
        self.bindings = Bindings()
        tokens = FixedTokens()
        authenticator = Authenticator(self.site, tokens)
        self.registrar = Registrar(self.site, self.bindings, authenticator, tokens)
        self.now = 1000.0

    def once(self, handset: Handset, **headers: object) -> RegisterOutcome:
        request = parse_message(handset.register(**headers))
        assert isinstance(request, Request)
        outcome = self.registrar.register(request, handset.flow, self.now)
        for key in outcome.removed:
            self.bindings.drop(key)
        for binding in outcome.saved:
            self.bindings.put(binding)
        handset.take(outcome.response.to_bytes())
        return outcome

    def register(self, handset: Handset, **headers: object) -> RegisterOutcome:
        outcome = self.once(handset, **headers)
        if outcome.response.status == 401:
            outcome = self.once(handset, **headers)
        return outcome


def decision(outcome: RegisterOutcome) -> Decision:
    (attempt,) = outcome.attempts
    assert attempt.decision.status == outcome.response.status
    return attempt.decision


def header(outcome: RegisterOutcome, name: str) -> list[str]:
    return headers_of(outcome.response.to_bytes()).get(name, [])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


# -- accepted -----------------------------------------------------------------------------------


def test_the_interval_is_granted_whatever_was_asked(desk: Desk):
    for digits, asked in (("1001", 3600), ("1002", 120), ("1003", "")):
        outcome = desk.register(handsets()[digits], Expires=asked)
        assert outcome.response.status == 200
        assert header(outcome, "expires") == ["120"]
        (contact,) = header(outcome, "contact")
        assert contact == f"<{handsets()[digits].contact}>;expires=120"


def test_the_interval_is_a_service_parameter(desk: Desk, white: Handset):
    desk.site.put(replace(desk.site.values, keepalive_interval_s=300, keepalive_grace_s=20))
    outcome = desk.register(white)
    assert header(outcome, "expires") == ["300"]
    assert outcome.saved[0].expires_at == desk.now + 320


def test_the_binding_holds_everything_that_calls_need(desk: Desk, white: Handset):
    (binding,) = desk.register(white, User_Agent="Phone 1.0", Path="<sip:p.example;lr>").saved
    assert (binding.phone, binding.number, binding.partition) == (PHONE, "1001", "PT_Internal")
    assert binding.contact == white.contact
    assert binding.flow == white.flow
    assert (binding.call_id, binding.cseq) == ("reg-1001", 2)
    assert (binding.registered_at, binding.expires_at) == (1000.0, 1135.0)
    assert (binding.user_agent, binding.requested_expires_s) == ("Phone 1.0", 3600)
    assert binding.path == ("<sip:p.example;lr>",)


def test_the_path_comes_back_in_the_200(desk: Desk, white: Handset):
    path = ["<sip:p1.example;lr>", "<sip:p2.example;lr>, <sip:p3.example;lr>"]
    outcome = desk.register(white, Path=path)
    assert header(outcome, "path") == path
    assert len(outcome.saved[0].path) == 3


def test_the_attempt_names_user_phone_and_number(desk: Desk, white: Handset):
    outcome = desk.register(white)
    (attempt,) = outcome.attempts
    assert (attempt.userid, attempt.phone, attempt.number) == ("swhite", PHONE, "1001")
    assert attempt.decision.rule == "accepted"
    assert attempt.decision.outcome == "accepted"


def test_a_refresh_is_told_from_a_first_registration(desk: Desk, white: Handset):
    assert decision(desk.register(white)).rule == "accepted"
    assert decision(desk.register(white)).rule == "refreshed"
    white.call_id = "after-a-restart"
    assert decision(desk.register(white)).rule == "accepted"
    assert len(desk.bindings) == 1


def test_an_answer_carries_a_to_tag_and_no_gruu(desk: Desk, white: Handset):
    white_answer = desk.register(white, Supported="gruu, outbound")
    (to,) = header(white_answer, "to")
    assert ";tag=" in to
    assert b"gruu" not in white_answer.response.to_bytes()


def test_two_lines_of_one_phone_register_with_one_username(desk: Desk, white: Handset):
    second = replace(white, number="1009", call_id="reg-1009")
    desk.register(white)
    outcome = desk.register(second)
    assert outcome.saved[0].number == "1009"
    assert len(desk.bindings.of_phone(PHONE)) == 2
    assert header(outcome, "contact") == [f"<{second.contact}>;expires=120"]


def test_a_shared_line_shows_a_phone_only_its_own_contacts(desk: Desk, white: Handset):
    white.number = "1009"
    green = replace(handsets()["1003"], number="1009")
    desk.register(white)
    outcome = desk.register(green)
    assert header(outcome, "contact") == [f"<{green.contact}>;expires=120"]
    assert len(desk.bindings) == 2


def test_a_phone_without_authorization_id_sends_its_number_as_username(desk: Desk):
    desk.site.put(user("1005", "x"), phone("SEP5", "1005", "1005"))
    simple = Handset("1005", "1005", "x", flow("198.51.100.5"))
    assert desk.register(simple).response.status == 200


def test_numbers_may_hold_stars_and_hashes(desk: Desk):
    desk.site.put(user("star", "x"), phone("SEP5", "star", "*5#"))
    for text in ("*5#", "*5%23"):
        handset = Handset(text, "star", "x", flow("198.51.100.5"))
        handset.call_id = text
        assert desk.register(handset).saved[0].number == "*5#"


# -- lists and removals -------------------------------------------------------------------------


def test_a_query_lists_what_is_left_and_changes_nothing(desk: Desk, white: Handset):
    desk.register(white)
    desk.now += 50
    outcome = desk.register(white, Contact="")
    assert decision(outcome).rule == "listed"
    assert header(outcome, "contact") == [f"<{white.contact}>;expires=70"]
    assert header(outcome, "expires") == []
    assert outcome.saved == outcome.removed == ()


def test_expires_zero_removes_the_contact(desk: Desk, white: Handset):
    desk.register(white)
    outcome = desk.register(white, Expires=0)
    assert (decision(outcome).rule, decision(outcome).outcome) == ("removed", "removed")
    assert outcome.removed == ((PHONE, "1001", white.contact),)
    assert header(outcome, "contact") == header(outcome, "expires") == []


def test_star_removes_all_contacts_of_this_line_only(desk: Desk, white: Handset):
    second = replace(white, number="1009", call_id="reg-1009")
    desk.register(white, Contact=["<sip:1001@a.example>", "<sip:1001@b.example>"])
    desk.register(second)
    outcome = desk.register(white, Contact="*", Expires=0)
    assert decision(outcome).rule == "removed"
    assert len(outcome.removed) == 2
    assert [each.number for each in desk.bindings.of_phone(PHONE)] == ["1009"]


def test_a_removal_of_nothing_is_a_200(desk: Desk, white: Handset):
    for headers in ({"Expires": 0}, {"Contact": "*", "Expires": 0}):
        outcome = desk.register(white, **headers)
        assert outcome.response.status == 200
        assert outcome.saved == outcome.removed == ()


def test_several_contacts_are_registered_together(desk: Desk, white: Handset):
    both = ["<sip:1001@a.example>;q=0.5, <sip:1001@b.example>;expires=200"]
    outcome = desk.register(white, Contact=both)
    assert len(outcome.saved) == 2
    assert header(outcome, "contact") == [
        "<sip:1001@a.example>;q=0.5;expires=120",
        "<sip:1001@b.example>;expires=120",
    ]
    assert [binding.q for binding in outcome.saved] == [0.5, 1.0]


def test_several_contacts_fail_together(desk: Desk, white: Handset):
    outcome = desk.register(
        white, Contact=["<sip:1001@a.example>", "<sip:1001@b.example>;expires=30"]
    )
    assert outcome.response.status == 423
    assert len(desk.bindings) == 0


# -- refused: the line --------------------------------------------------------------------------


def test_a_name_in_place_of_the_number_is_refused_with_the_numbers(desk: Desk, white: Handset):
    white.number = "swhite"
    found = decision(desk.register(white))
    assert (found.rule, found.status, found.reason_code) == ("line-not-numeric", 404, 13)
    assert "1001, 1009" in found.expected
    assert "swhite" in found.summary


@pytest.mark.parametrize("user_part", ["+1001", "1001;phone-context=x", "10 01", ""])
def test_only_digits_stars_and_hashes_are_a_number(desk: Desk, white: Handset, user_part: str):
    aor = f"<sip:{user_part.replace(' ', '%20')}{'@' if user_part else ''}192.0.2.1>"
    found = decision(desk.register(white, To=aor, From=f"{aor};tag=1"))
    assert found.rule == "line-not-numeric"


def test_a_number_of_another_phone_is_refused(desk: Desk, white: Handset):
    white.number = "1002"
    found = decision(desk.register(white))
    assert (found.rule, found.status, found.reason_code) == ("line-not-on-phone", 404, 13)
    assert "1002 is not on a line of SEP000000001001" in found.summary


def test_registering_in_the_name_of_another_is_refused(desk: Desk, white: Handset):
    found = decision(desk.register(white, From="<sip:1009@192.0.2.1>;tag=1"))
    assert (found.rule, found.status) == ("line-mismatch", 403)
    tel = decision(desk.register(white, From="<tel:1001>;tag=1"))
    assert tel.rule == "line-mismatch"


def test_a_number_taken_from_the_phone_is_refused_at_the_next_refresh(desk: Desk, white: Handset):
    desk.register(white)
    desk.site.put(phone(PHONE, "swhite", "1008"))
    assert decision(desk.register(white)).rule == "line-not-on-phone"


# -- refused: the rest --------------------------------------------------------------------------


def test_a_wrong_password_is_recorded_for_the_phone(desk: Desk, white: Handset):
    white.password = "PIN"
    outcome = desk.register(white)
    assert decision(outcome).rule == "digest-password"
    assert (outcome.attempts[0].phone, outcome.attempts[0].userid) == (PHONE, "swhite")


def test_a_shared_digest_user_is_recorded_for_both_phones(desk: Desk, white: Handset):
    desk.site.put(phone("SEP000000001007", "swhite", "1007"))
    outcome = desk.register(white)
    assert outcome.response.status == 403
    assert [each.phone for each in outcome.attempts] == [PHONE, "SEP000000001007"]
    assert all(each.decision.rule == "shared-digest-user" for each in outcome.attempts)


def test_a_challenge_is_recorded_as_one(desk: Desk, white: Handset):
    outcome = desk.once(white)
    assert outcome.response.status == 401
    assert decision(outcome).outcome == "challenged"


@pytest.mark.parametrize("asked", [1, 60, 119])
def test_a_time_below_the_interval_is_too_brief(desk: Desk, white: Handset, asked: int):
    outcome = desk.register(white, Expires=asked)
    assert decision(outcome).rule == "interval-too-brief"
    assert outcome.response.status == 423
    assert header(outcome, "min-expires") == ["120"]
    assert f"only {asked} seconds" in decision(outcome).summary


def test_star_with_any_other_expires_is_a_400(desk: Desk, white: Handset):
    desk.register(white)
    for headers in ({"Expires": 60}, {"Expires": ""}):
        found = decision(desk.register(white, Contact="*", **headers))
        assert (found.rule, found.status, found.reason_code) == ("contact-malformed", 400, 14)
    assert len(desk.bindings) == 1


def test_a_contact_that_cannot_be_called_is_a_400_that_says_why(desk: Desk, white: Handset):
    found = decision(desk.register(white, Contact="<sips:1001@198.51.100.1>"))
    assert found.rule == "contact-malformed"
    assert "transport other than UDP and TCP" in found.received


def test_a_late_register_changes_nothing(desk: Desk, white: Handset):
    desk.register(white)
    desk.register(white)
    white.cseq -= 1
    outcome = desk.register(white, Expires=0)
    assert (decision(outcome).rule, outcome.response.status) == ("out-of-order", 500)
    assert len(desk.bindings) == 1


def test_the_contacts_of_a_line_are_limited(desk: Desk, white: Handset):
    many = [f"<sip:1001@h{index}.example>" for index in range(MAX_CONTACTS)]
    assert desk.register(white, Contact=many).response.status == 200
    found = decision(desk.register(white, Contact="<sip:1001@more.example>"))
    assert found.rule == "too-many-contacts"
    assert desk.register(white, Contact="*", Expires=0).response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"To": "<tel:1001>"},
        {"To": "<isbn:2983792873>"},
        {"Authorization": 'Digest username="swhite", realm="ccmsipline"'},
        {"Path": [f"<sip:p{index}.example;lr>" for index in range(6)]},
        {"Path": "<sip:caf\u00e9.example;lr>"},
        {"Expires": ["120", "3600"]},
    ],
)
def test_what_cannot_be_read_is_a_400(desk: Desk, white: Handset, headers: dict[str, object]):
    found = decision(desk.register(white, **headers))
    assert (found.rule, found.status, found.reason_code) == ("malformed", 400, 14)


def test_a_database_that_does_not_answer_is_a_503_not_a_404(desk: Desk, white: Handset):
    desk.site.is_down = True
    outcome = desk.register(white)
    assert (decision(outcome).rule, outcome.response.status) == ("unavailable", 503)
    assert header(outcome, "retry-after") == ["10"]


def test_a_directory_number_in_two_partitions_registers_the_first_line(desk: Desk, white: Handset):
    record = desk.site.phones[PHONE]
    twin = replace(record.lines[1], number=number("1001", "PT_Other"))
    desk.site.put(replace(record, lines=(record.lines[0], twin)))
    assert desk.register(white).saved[0].partition == "PT_Internal"


def test_the_response_status_is_the_one_of_the_decision(desk: Desk, white: Handset):
    assert status_of(desk.once(white).response.to_bytes()) == 401


@pytest.mark.parametrize(
    ("left_s", "told"), [(300.00000000000006, 300), (119.2, 120), (0.0, 0), (-3.0, 0)]
)
def test_seconds_that_are_told_are_not_more_than_were_granted(left_s: float, told: int):
    assert whole_seconds(left_s) == told
