import pytest

from bench.load.registering import Registered
from bench.rows.registrations import Series, result


def series(*rates: float) -> Series:
    made = Series()
    for rate in rates:
        made.add(Registered(done=int(rate), seconds=1, load_busy=0.2), 0.5)
    return made


def test_the_medians_are_compared() -> None:
    found = result(
        "refresh", 1.5, series(900, 3000, 3100), series(1000, 2000, 9000), series(900, 3000, 3100)
    )
    assert (found.outcome, found.is_met) == ("1.50 x", True)
    assert not result("refresh", 1.6, series(3000), series(2000), series(3000)).is_met


def test_a_run_with_refusals_does_not_count() -> None:
    run = Registered(done=1, seconds=1)
    run.statuses[403] += 1
    with pytest.raises(RuntimeError, match="refused"):
        Series().add(run, 1)
