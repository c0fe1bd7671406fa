from datetime import date

import pytest

from bench import machine, report
from bench.measuring import Result

RESULTS = [
    Result("calls", "at least 3 x", "700/s", "400/s", "1.75 x", False, "no call was lost"),
    Result("start", "at most 5 s", "1 s", "", "1 s", True),
]


def test_each_result_is_a_row_that_says_whether_the_target_is_met() -> None:
    lines = report.table(RESULTS).splitlines()
    assert lines[0].startswith("| measure | target |")
    assert lines[2] == "| calls | at least 3 x | 700/s | 400/s | 1.75 x | no |"
    assert lines[3].endswith("| 1 s | yes |")


def test_notes_name_what_they_belong_to() -> None:
    assert report.notes(RESULTS) == "* calls: no call was lost.\n"


def test_the_document_says_how_and_on_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "description", lambda: [("Python", "3.11")])
    text = report.document(RESULTS, date(2026, 11, 22), 1)
    assert "## Results, 2026-11-22" in text
    assert "| Python | 3.11 |" in text
    assert "Kamailio" in text
