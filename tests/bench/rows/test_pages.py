from dataclasses import replace
from pathlib import Path

import pytest

from bench.cores import Cores
from bench.load.visiting import Answer
from bench.measuring import QUICK, Bench
from bench.rows import pages


def seen(*ms: float, octets: int = 10) -> pages.Seen:
    made = pages.Seen()
    for each in ms:
        made.note(Answer(200, each, "x" * octets))
    return made


def test_time_and_weight_must_both_be_met() -> None:
    assert pages.result("phones", seen(20, 30, 99)).is_met
    assert not pages.result("phones", seen(20, 30, 101)).is_met
    assert not pages.result("phones", seen(20, octets=100_001)).is_met


def test_a_page_that_fails_does_not_count() -> None:
    with pytest.raises(RuntimeError, match="500 came"):
        pages.Seen().note(Answer(500, 1.0, "sorry"))


@pytest.mark.external
def test_every_page_is_visited(tmp_path: Path) -> None:
    small = Bench(replace(QUICK, many=100, visits=2), Cores(), tmp_path)
    results = pages.measure(small)
    assert len(results) == len(pages.visits(100))
    assert all("page: " in result.measure for result in results)
