"""Registration status of phones."""

from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ccmadmin.models import RegistrationAttempt, ServerState
from ccmadmin.services.registration import (
    SILENT_AFTER,
    STRANGERS,
    RegistrationState,
    count_registered,
    states,
    strangers,
)
from tests.ccmadmin.models.test_runtime import binding
from tests.ccmadmin.site import ADVANCED, add_number, add_phone, add_user

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001002"


def attempt(outcome: str, minutes_ago: int = 0, **values: object) -> RegistrationAttempt:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    made = RegistrationAttempt(
        **{
            "node": "node-1",
            "outcome": outcome,
            "rule": "digest-password" if outcome == "refused" else outcome,
            "status": 401 if outcome == "refused" else 200,
            "summary": f"It was {outcome}.",
            "at": at,
            "last_at": at,
            "phone": NAME,
            "number": "1002",
            "remote_host": "192.0.2.7",
            "transport": "UDP",
            **values,
        }
    )
    made.save()
    return made


def bind(number: str = "1002", phone: str = NAME, **values: object) -> None:
    until: datetime = timezone.now() + timedelta(seconds=135)
    binding(**{"number": number, "phone": phone, "expires_at": until, **values}).save()


def state() -> RegistrationState:
    return states([NAME])[NAME]


def test_a_phone_of_which_nothing_is_known_never_registered() -> None:
    add_phone(NAME)
    found = state()
    assert (found.word, found.kind, found.since, found.attempt) == (
        "Never registered",
        "idle",
        None,
        None,
    )


def test_a_phone_whose_lines_are_all_bound_is_registered() -> None:
    add_phone(NAME, [add_number()])
    attempt("accepted")
    bind()
    found = state()
    assert (found.word, found.kind) == ("Registered", "good")
    assert (found.address, found.transport) == ("192.0.2.7", "UDP")
    assert len(found.bindings) == 1
    assert not found.is_refused


def test_a_phone_with_a_line_that_is_not_bound_is_partially_registered() -> None:
    add_phone(NAME, [add_number("1001"), add_number("1002")], model=ADVANCED)
    bind("1002")
    assert (state().word, state().kind) == ("Partially Registered", "bad")


def test_a_binding_of_a_number_that_the_phone_has_no_longer_does_not_count() -> None:
    add_phone(NAME, [add_number("1001")])
    bind("1002")
    assert state().word == "Never registered"


def test_a_binding_that_is_over_does_not_count() -> None:
    add_phone(NAME, [add_number()])
    attempt("accepted", minutes_ago=10)
    bind(expires_at=timezone.now() - timedelta(seconds=1))
    found = state()
    assert (found.word, found.kind, found.bindings) == ("Unregistered", "idle", ())


def test_a_refused_phone_is_rejected_with_the_reason() -> None:
    add_phone(NAME, [add_number()])
    refused = attempt("refused", minutes_ago=1)
    attempt("challenged")
    found = state()
    assert (found.word, found.kind, found.summary) == ("Rejected", "bad", "It was refused.")
    assert found.attempt == refused
    assert found.is_refused
    assert len(found.attempts_recent) == 1


def test_a_success_answers_earlier_refusals_of_the_same_line_only() -> None:
    add_phone(NAME, [add_number("1001"), add_number("1002")], model=ADVANCED)
    other = attempt("refused", minutes_ago=3, number="1001")
    attempt("refused", minutes_ago=2)
    attempt("accepted", minutes_ago=1)
    bind()
    found = state()
    assert found.word == "Partially Registered"
    assert found.attempt == other
    attempt("accepted", number="1001")
    assert state().attempt is not None
    assert not state().is_refused


def test_a_binding_that_was_made_later_answers_a_refusal_without_a_row_of_its_own() -> None:
    """After a power cut of a large site: what was accepted found no room among the attempts."""
    add_phone(NAME, [add_number()])
    refused = attempt("refused", minutes_ago=2)
    bind(refreshed_at=timezone.now() - timedelta(minutes=3))
    assert state().attempt == refused
    bind(contact="sip:1002@192.0.2.7:5090", refreshed_at=timezone.now() - timedelta(minutes=1))
    found = state()
    assert (found.word, found.attempt, found.summary) == ("Registered", None, "")
    assert found.attempts_recent == (refused,)


def test_an_earlier_success_is_told_when_the_refusal_after_it_is_answered() -> None:
    add_phone(NAME, [add_number()])
    success = attempt("accepted", minutes_ago=5)
    attempt("refused", minutes_ago=2)
    bind(refreshed_at=timezone.now() - timedelta(minutes=1))
    assert state().attempt == success


def test_a_phone_that_took_itself_off_is_unregistered() -> None:
    add_phone(NAME, [add_number()])
    attempt("accepted", minutes_ago=1)
    attempt("removed")
    assert state().word == "Unregistered"


def test_a_refusal_of_a_shared_user_is_shown_on_each_of_its_phones() -> None:
    user = add_user()
    number = add_number()
    names = ["SEP000000000001", "SEP000000000002"]
    for name in names:
        add_phone(name, [number], digest_user=user)
    attempt("refused", phone="", userid="swhite", rule="shared-digest-user")
    found = states(names)
    assert [found[name].word for name in names] == ["Rejected", "Rejected"]


def test_a_page_of_phones_takes_few_queries(django_assert_max_num_queries: object) -> None:
    names = [f"SEP00000000100{index}" for index in range(6)]
    for name in names:
        add_phone(name)
        for minutes_ago in range(15):
            attempt("refused", minutes_ago=minutes_ago, phone=name)
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(2):
        found = states(names)
    assert {len(found[name].attempts_recent) for name in names} == {10}
    assert states([]) == {}


def test_a_phone_whose_number_was_changed_is_told_to_follow() -> None:
    add_phone(NAME, [add_number("1012")])
    attempt("accepted")
    bind("1002")
    found = state()
    assert (found.word, found.stale) == ("Unregistered", ("1002",))
    assert found.summary == "The phone still registers as 1002. Enter 1012 on the phone."
    assert found.of_line("1012").word == "Still registers as 1002"
    bind("1012")
    assert (state().word, state().of_line("1012").kind) == ("Registered", "good")


def test_a_partially_registered_phone_says_which_number_is_missing() -> None:
    add_phone(NAME, [add_number("1001"), add_number("1002")], model=ADVANCED)
    attempt("accepted")
    bind("1002")
    assert state().summary == "Not registered: 1001."
    assert state().of_line("1001").word == "Not registered"


def test_a_registered_phone_may_be_out_of_step() -> None:
    add_phone(NAME, [add_number()], digest_user=add_user("swhite"))
    attempt("accepted", userid="bjones")
    bind(transport="TCP")
    found = state()
    assert (found.word, found.kind) == ("Registered", "good")
    assert [drift.rule for drift in found.drifts] == ["digest-user"]
    assert [(line.index, line.number) for line in found.lines] == [(1, "1002")]


def test_what_came_lately_and_named_no_phone_is_found_the_own_number_first() -> None:
    attempt("refused", minutes_ago=30, phone="", number="1002", userid="old")
    for number in range(6):
        attempt("refused", minutes_ago=number, phone="", number="4711", userid=f"u{number}")
    attempt("challenged", minutes_ago=9, phone="", number="1002", userid="")
    attempt("refused", number="1002", userid="bjones")
    found = strangers(["1002"])
    assert len(found) == STRANGERS
    assert (found[0].number, found[0].outcome) == ("1002", "challenged")
    assert [row.userid for row in found[1:]] == ["u0", "u1", "u2", "u3"]


def server(node: str, seen_ago: timedelta = timedelta()) -> None:
    now = timezone.now()
    ServerState.objects.create(node=node, started_at=now, seen_at=now - seen_ago)


def test_a_phone_with_two_contacts_counts_as_one_registered() -> None:
    bind(contact="sip:1002@192.0.2.7")
    bind(contact="sip:1002@192.0.2.8")
    bind("1003", "SEP000000001003")
    assert count_registered() == 2


def test_what_has_expired_is_not_counted_when_no_call_server_took_it_away() -> None:
    bind()
    bind("1003", "SEP000000001003", expires_at=timezone.now() - timedelta(seconds=1))
    assert count_registered() == 1
    server("node-1", SILENT_AFTER * 2)
    server("node-2")
    assert count_registered() == 1


def test_while_the_call_server_lives_an_index_alone_counts() -> None:
    server("node-1")
    bind()
    with CaptureQueriesContext(connections["runtime"]) as asked:
        assert count_registered() == 1
    assert "expires_at" not in asked.captured_queries[-1]["sql"]
