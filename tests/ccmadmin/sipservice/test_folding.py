from dataclasses import replace

import pytest

from ccmadmin.sipservice.folding import (
    FOLD_ACCEPTED_S,
    Budget,
    Folded,
    Folding,
    key_of,
    key_of_renewal,
)
from sipcore.ports import Flow, RegistrationAttempt, Renewal
from sipcore.registrar import renewed
from tests.ccmadmin.sipservice.values import ACCEPTED, FLOW, attempt, binding


@pytest.fixture
def folding() -> Folding:
    return Folding()


def written(folding: Folding, *attempts: RegistrationAttempt) -> list[Folded]:
    """Fold, and give each new row a primary key as the database does."""
    rows = [folded for _, folded in folding.take(attempts, attempts[-1].at)]
    for number, row in enumerate(rows, 1):
        row.pk = number
    return rows


def test_equal_attempts_are_one_row_with_a_count(folding: Folding) -> None:
    (row,) = written(folding, attempt(at=1000.0), attempt(at=1001.0), attempt(at=1002.0))
    assert (row.repeats, row.last_at) == (2, 1002.0)


def test_a_count_goes_on_as_long_as_they_follow_each_other(folding: Folding) -> None:
    (row,) = written(folding, attempt(at=1000.0))
    for at in (1050.0, 1100.0, 1150.0):
        assert written(folding, attempt(at=at)) == []
    assert row.repeats == 3
    assert len(written(folding, attempt(at=1250.0))) == 1


def test_a_refresh_never_makes_a_row_of_its_own(folding: Folding) -> None:
    refresh = attempt(decision=ACCEPTED)
    (row,) = written(folding, refresh)
    for minutes in range(60, 240, 60):
        assert written(folding, replace(refresh, at=1000.0 + minutes * 60)) == []
    assert row.repeats == 3


def test_a_refresh_is_counted_onto_the_registration_that_it_refreshes(folding: Folding) -> None:
    (row,) = written(folding, attempt(decision=replace(ACCEPTED, rule="accepted")))
    assert written(folding, attempt(decision=replace(ACCEPTED, rule="refreshed"))) == []
    assert row.repeats == 1


@pytest.mark.parametrize(
    "values",
    [
        {"phone": "SEP2"},
        {"userid": "other"},
        {"number": "1009"},
        {"decision": ACCEPTED},
        {"flow": Flow("TCP", FLOW.local, FLOW.remote, 3)},
        {"flow": Flow("UDP", FLOW.local, ("192.0.2.8", 5062))},
    ],
)
def test_what_differs_in_something_that_matters_is_another_row(
    folding: Folding, values: dict[str, object]
) -> None:
    other = replace(attempt(), **values)  # type: ignore[arg-type]  # values are an attempt's own
    assert len(written(folding, attempt(), other)) == 2


def test_another_port_or_contact_is_the_same_refusal(folding: Folding) -> None:
    other = attempt(flow=Flow("UDP", FLOW.local, ("192.0.2.7", 1)), contact="<sip:x@y>")
    assert len(written(folding, attempt(), other)) == 1


def test_a_registration_from_another_contact_is_news(folding: Folding) -> None:
    first = attempt(decision=ACCEPTED)
    assert len(written(folding, first, replace(first, contact="<sip:x@y>"))) == 2


def test_counts_are_handed_out_once_and_only_of_rows_that_are_written(folding: Folding) -> None:
    new = folding.take([attempt(), attempt()], 1000.0)
    assert folding.take_changed() == []
    new[0][1].pk = 5
    assert folding.take_changed() == [new[0][1]]
    assert folding.take_changed() == []


def test_after_a_failed_write_the_next_equal_attempt_has_its_row(folding: Folding) -> None:
    folding.take([attempt(), attempt()], 1000.0)
    folding.forget([attempt()])
    assert len(folding.take([attempt()], 1001.0)) == 1


def test_a_flood_of_strangers_is_counted_and_leaves_room_for_phones(folding: Folding) -> None:
    junk = [attempt(phone="", userid=f"u{number}") for number in range(2000)]
    assert len(folding.take(junk, 1000.0)) == 500
    assert folding.left_out == 1500
    assert len(folding.take([attempt()], 1000.0)) == 1
    assert len(folding.take(junk[1000:], 1001.0)) == 50


def test_only_so_many_are_remembered() -> None:
    folding = Folding(remembered=10)
    folding.take([attempt(number=str(number)) for number in range(50)], 1000.0)
    assert len(folding) == 10


def test_the_oldest_is_forgotten_first() -> None:
    folding = Folding(remembered=2)
    first, second, third = (attempt(number=number) for number in ("1", "2", "3"))
    folding.take([first, second, first, third], 1000.0)
    assert folding.take([first], 1000.0) == []
    assert len(folding.take([second], 1000.0)) == 1


def test_the_oldest_is_forgotten_first_of_whatever_outcome() -> None:
    folding = Folding(remembered=2)
    good = attempt(decision=ACCEPTED, at=1001.0)
    folding.take([attempt(at=1000.0), good, attempt(number="3", at=1002.0)], 1002.0)
    assert folding.take([good, attempt(number="3", at=1002.0)], 1002.0) == []
    folding.take([attempt(number="4", at=1003.0)], 1003.0)
    assert len(folding) == 2
    assert len(folding.take([good], 1003.0)) == 1


def test_what_can_fold_no_more_is_forgotten_and_registrations_are_not(folding: Folding) -> None:
    good = attempt(decision=ACCEPTED)
    folding.take([attempt(), attempt(number="2"), good], 1000.0)
    folding.take([attempt(number="2", at=1050.0)], 1050.0)
    folding.take([], 1121.0)
    assert len(folding) == 2
    assert folding.take([attempt(number="2", at=1110.0), replace(good, at=1121.0)], 1121.0) == []
    folding.take([], 2000.0)
    assert len(folding) == 1


def test_keys_of_equal_attempts_are_equal() -> None:
    assert key_of(attempt(at=1.0)) == key_of(attempt(at=2.0, user_agent="other"))


def test_a_budget_fills_up_again_but_not_beyond_its_most() -> None:
    budget = Budget(rate=1.0, most=2.0)
    assert [budget.take(100.0) for _ in range(3)] == [True, True, False]
    assert budget.take(101.0)
    assert [budget.take(200.0) for _ in range(3)] == [True, True, False]


def test_a_renewal_is_counted_onto_the_row_of_the_refresh_before_it(folding: Folding) -> None:
    renewals = [Renewal(binding(), "swhite", 120, at) for at in (1000.0, 1100.0, 1200.0)]
    ((told, row),) = folding.take_renewals(renewals[:1], 1000.0)
    assert told == renewed(renewals[0])
    row.pk = 1
    assert folding.take_renewals(renewals[1:], 1200.0) == []
    assert written(folding, renewed(renewals[2])) == []  # the other way to say the same
    assert (row.repeats, row.last_at) == (3, 1200.0)
    assert folding.take_changed() == [row]


def test_renewals_too_have_only_so_many_rows_a_second(folding: Folding) -> None:
    many = [Renewal(binding(number=str(n)), "swhite", 120, 1000.0) for n in range(6000)]
    assert len(folding.take_renewals(many, 1000.0)) == 5000
    assert folding.left_out == 1000


def test_a_renewal_has_the_key_of_the_attempt_that_it_stands_for() -> None:
    renewal = Renewal(binding(), "swhite", 120, 1000.0)
    assert key_of_renewal(renewal) == key_of(renewed(renewal))


def test_a_renewal_long_after_the_last_one_has_a_row_of_its_own(folding: Folding) -> None:
    first = Renewal(binding(), "swhite", 120, 1000.0)
    written(folding, renewed(first))
    late = replace(first, at=1000.0 + FOLD_ACCEPTED_S + 1)
    assert [told for told, _ in folding.take_renewals([late], late.at)] == [renewed(late)]


def test_counts_are_taken_some_at_a_time_and_the_oldest_first(folding: Folding) -> None:
    many = [attempt(number=str(number)) for number in range(5)]
    rows = written(folding, *many)
    written(folding, *many)
    assert folding.take_changed(2) == rows[:2]
    assert folding.take_changed(2) == rows[2:4]
    assert folding.take_changed(2) == rows[4:]
    assert folding.take_changed(2) == []


def test_a_refusal_has_its_row_however_many_phones_register(folding: Folding) -> None:
    crowd = [attempt(number=str(n), decision=ACCEPTED) for n in range(6000)]
    assert len(folding.take(crowd, 1000.0)) == 5000
    refused = attempt()
    assert [each for each, _ in folding.take([refused], 1000.0)] == [refused]
