from datetime import UTC, datetime, timedelta

import pytest

from ccmadmin.sipservice.clock import Clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Times:
    monotonic = 1000.0
    wall = NOON.timestamp()


def clock_of(times: Times) -> Clock:
    return Clock(lambda: times.monotonic, lambda: times.wall)


def test_a_moment_becomes_the_date_it_has_on_the_wall() -> None:
    clock = clock_of(Times())
    assert clock.now() == NOON
    assert clock.date(1000.0) == NOON
    assert clock.date(1120.0) == NOON + timedelta(seconds=120)
    assert clock.date(0.0) == NOON - timedelta(seconds=1000)


def test_a_date_comes_back_as_the_moment_it_was() -> None:
    clock = clock_of(Times())
    for moment in (0.0, 1000.0, 1120.5):
        assert abs(clock.moment(str(clock.date(moment))) - moment) < 1e-5
        assert abs(clock.moment(clock.text(moment)) - moment) < 1e-5


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 12:00:01.500000",
        "2026-11-22 12:00:01.5+00",
        "2026-11-22 12:00:01.5+00:00",
        "2026-11-22 14:00:01.5+02",
    ],
)
def test_each_database_may_write_a_date_in_its_own_way(text: str) -> None:
    assert clock_of(Times()).moment(text) == 1001.5


def test_the_next_process_counts_from_its_own_start() -> None:
    saved = clock_of(Times()).date(1120.0)
    later = Times()
    later.monotonic, later.wall = 5.0, Times.wall + 20
    assert abs(clock_of(later).moment(str(saved)) - 105.0) < 1e-5


def test_setting_the_wall_clock_moves_what_is_written_from_then_on() -> None:
    times = Times()
    clock = clock_of(times)
    times.wall += 3600
    assert clock.date(1000.0) == NOON + timedelta(hours=1)


def test_without_arguments_it_is_the_systems_clock() -> None:
    clock = Clock()
    assert abs(clock.date(clock.monotonic()) - datetime.now(UTC)) < timedelta(seconds=1)


def test_the_text_of_a_moment_is_what_django_writes_into_sqlite() -> None:
    clock = clock_of(Times())
    for moment in (0.0, 1000.0, 1000.25, 1000.0000004, 1000.9999997, 1e9, -1000.5):
        date = clock.date(moment).replace(tzinfo=None)
        assert clock.text(moment) == date.isoformat(" ", "microseconds")
