import itertools
from pathlib import Path

import pytest

from bench import stolen
from bench.stolen import StolenTime, stolen_s


def test_the_time_stolen_from_each_core_is_known_and_never_falls() -> None:
    first = stolen_s(0)
    assert 0 <= first <= stolen_s(0)


def test_a_core_that_is_not_there_is_told() -> None:
    with pytest.raises(OSError, match=r"/proc/stat has no line cpu4096"):
        stolen_s(4096)


def test_the_column_of_stolen_time_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 1 2 3 4 5 6 7 250 9 10\n"
    monkeypatch.setattr(Path, "read_text", lambda path: text)
    monkeypatch.setattr(stolen, "TICKS_PER_S", 100)
    assert stolen_s(0) == 2.5


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> StolenTime:
    """Looks at seconds 10, 11, 12, 13 and 14, at each a tick later in what was stolen."""
    ticks = itertools.chain([0.0, 0.0, 0.25, 0.25], itertools.repeat(0.5))
    monkeypatch.setattr(stolen, "stolen_s", lambda core: next(ticks))
    monkeypatch.setattr(stolen, "LOOK_S", 60.0)  # the thread itself comes to nothing
    times = itertools.count(10.0)
    with StolenTime(0, lambda: next(times)) as looking:
        for _ in range(3):
            looking._look()
    return looking


def test_the_stolen_part_is_of_the_whole_time(seen: StolenTime) -> None:
    assert seen.part == 0.5 / 4


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (10.0, 11.0, 0.0),
        (11.2, 11.8, 0.25),  # by the looks around it
        (12.0, 13.0, 0.0),
        (10.5, 14.0, 0.5),
        (1.0, 99.0, 0.5),
    ],
)
def test_what_was_stolen_between_two_moments(
    seen: StolenTime, begin: float, end: float, expected: float
) -> None:
    assert seen.between(begin, end) == expected
