from dataclasses import replace

import pytest

from sipcore.callcontrol.lines import LinesInUse, Party
from tests.sipcore.site import number, phone

LINE = ("SEP000000001001", "1001", "PT_Internal")


def test_calls_are_counted_and_not_branches() -> None:
    lines = LinesInUse()
    for call in (1, 1, 2):
        lines.take(LINE, call)
    assert lines.calls_of(LINE) == 2
    lines.release(LINE, 1)
    assert lines.calls_of(LINE) == 2
    lines.release(LINE, 1)
    assert lines.calls_of(LINE) == 1
    lines.release(LINE, 2)
    assert (lines.calls_of(LINE), len(lines)) == (0, 0)


def test_releasing_what_was_not_taken_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        LinesInUse().release(LINE, 1)


def test_names_of_a_line() -> None:
    record = phone("SEP000000001001", "", "1001")
    plain = Party(record, record.lines[0])
    assert plain.key == LINE
    assert (plain.name, plain.alerting_name) == ("", "")
    shown = Party(record, replace(record.lines[0], display="Sam"))
    assert (shown.name, shown.alerting_name) == ("Sam", "Sam")
    named = number("1001", alerting_name="Sales")
    both = Party(record, replace(record.lines[0], display="Sam", number=named))
    assert (both.name, both.alerting_name) == ("Sam", "Sales")
    alone = Party(record, replace(record.lines[0], number=named))
    assert (alone.name, alone.alerting_name) == ("Sales", "Sales")
