from pathlib import Path

import pytest

from bench import measuring
from bench.cores import Cores
from bench.measuring import QUICK, Bench
from bench.servers.ccmadmin import CallServer


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(CallServer, "fill", lambda *words, **options: None)
    cores = Cores.__new__(Cores)
    cores.server, cores.load = 0, 1
    return Bench(QUICK, cores, tmp_path)


def test_a_site_is_made_once_for_each_size_and_kind(made: Bench) -> None:
    assert made.site(10) is made.site(10)
    assert made.site(10) is not made.site(10, "open")
    assert made.site(20).folder != made.site(10).folder


def test_imports_never_meet_phones_that_are_there(made: Bench) -> None:
    first, second = made.next_index(), made.next_index()
    assert first >= QUICK.many
    assert second >= first + QUICK.imported


def test_a_rate_is_the_median_with_its_spread() -> None:
    assert measuring.spread([1000, 3000, 2000]) == "2,000/s (1,000-3,000)"
    assert measuring.ratio([3, 1, 2], [4, 4, 4]) == 0.5
