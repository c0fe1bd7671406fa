"""Rows that need no other server, in small."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.cores import Cores
from bench.measuring import QUICK, Bench
from bench.rows import live, memory, scale, start

SMALL = replace(
    QUICK,
    phones=4,
    many=20,
    sockets=4,
    warm_s=0.2,
    turn_s=0.2,
    slice_s=0.2,
    keepalive_s=0.4,
    steady_rate=50,
    steady_s=0.5,
    changes=8,
    imported=2,
)

pytestmark = pytest.mark.external


@pytest.fixture
def small(tmp_path: Path) -> Bench:
    return Bench(SMALL, Cores(), tmp_path)


def test_scale_memory_start_and_changes_are_measured(small: Bench) -> None:
    rows = (scale, live, memory, start)  # what live changes disturbs no other
    results = [result for row in rows for result in row.measure(small)]
    assert len(results) == 4
    assert results[3].is_met
    assert "0 lost, 0 refused" in results[1].note


def test_an_import_is_followed_to_its_last_revision(small: Bench) -> None:
    (result,) = live.measure_import(small)
    assert "2-phone import" in result.measure
    assert small.site(SMALL.many).revision() > 0
