"""What a phone registers beside what its record says; no database is asked."""

from typing import Any

import pytest

from ccmadmin.models import Binding, RegistrationAttempt
from ccmadmin.services.in_step import NOTHING_RECORDED, Drift, Recorded, drifts, line_reports
from tests.ccmadmin.models.test_runtime import binding


def recorded(*numbers: str, **changes: Any) -> Recorded:
    values: dict[str, Any] = {
        "numbers": dict(enumerate(numbers, 1)),
        "transports": frozenset({"UDP", "TCP"}),
        "transport_type": "TCP+UDP",
        "digest_user": "bjones",
        "is_active": True,
    }
    return Recorded(**{**values, **changes})


def bound(*numbers: str, **values: Any) -> list[Binding]:
    return [binding(number=number, **values) for number in numbers]


def found(
    record: Recorded, bindings: list[Binding], newest: RegistrationAttempt | None = None
) -> list[Drift]:
    return list(drifts(record, bindings, newest))


def rules(*arguments: Any) -> list[str]:
    return [drift.rule for drift in found(*arguments)]


def test_a_phone_that_does_what_its_record_says_is_in_step() -> None:
    accepted = RegistrationAttempt(outcome="accepted", userid="bjones")
    assert rules(recorded("1001", "1002"), bound("1001", "1002"), accepted) == []


def test_a_phone_that_is_not_registered_has_no_part_in_this() -> None:
    assert rules(recorded("1001", is_active=False), []) == []


def test_a_number_that_was_changed_here_only_is_named_with_the_new_one() -> None:
    (drift,) = found(recorded("1012"), bound("1002"))
    assert drift.rule == "number"
    assert drift.text == "The phone still registers as 1002, its line is 1012."
    assert drift.advice == "On the phone enter 1012."


def test_a_number_that_is_no_line_of_the_phone_stands_out() -> None:
    (drift,) = found(recorded("1001"), bound("1001", "1009"))
    assert (drift.rule, "1009" in drift.text) == ("number", True)


def test_a_line_that_the_phone_does_not_register_stands_out() -> None:
    (drift,) = found(recorded("1001", "1009"), bound("1001"))
    assert (drift.rule, "1009" in drift.text) == ("line", True)


def test_two_changed_numbers_are_told_one_by_one() -> None:
    assert rules(recorded("1", "2"), bound("3", "4")) == ["number", "number", "line", "line"]


def test_another_transport_than_the_security_profiles_stands_out() -> None:
    record = recorded("1001", transports=frozenset({"TCP"}), transport_type="TCP")
    (drift,) = found(record, bound("1001", transport="UDP"))
    assert drift.rule == "transport"
    assert "uses UDP" in drift.text
    assert "says TCP" in drift.text


@pytest.mark.parametrize(
    ("user", "words"), [("swhite", "is swhite"), ("", "is nobody")], ids=["other", "none"]
)
def test_a_phone_that_registered_as_another_user_stands_out(user: str, words: str) -> None:
    newest = RegistrationAttempt(outcome="accepted", userid="bjones")
    (drift,) = found(recorded("1001", digest_user=user), bound("1001"), newest)
    assert drift.rule == "digest-user"
    assert words in drift.text


def test_a_refused_user_is_the_refusals_matter() -> None:
    newest = RegistrationAttempt(outcome="refused", userid="somebody")
    assert rules(recorded("1001"), bound("1001"), newest) == []


def test_a_registered_phone_that_was_made_inactive_stands_out() -> None:
    assert rules(recorded("1001", is_active=False), bound("1001")) == ["device-inactive"]


def test_lines_stand_in_order_and_strangers_behind_them() -> None:
    rows = line_reports(recorded("1005", "1001"), bound("1001", "1001", "1009"))
    assert [(row.index, row.number, len(row.bindings), row.is_in_step) for row in rows] == [
        (1, "1005", 0, False),
        (2, "1001", 2, True),
        (0, "1009", 1, False),
    ]


def test_of_a_phone_without_a_record_everything_is_strange() -> None:
    assert rules(NOTHING_RECORDED, bound("1001")) == ["number", "transport"]
