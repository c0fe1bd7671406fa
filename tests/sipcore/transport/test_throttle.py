"""The filter in the kernel with real datagrams, and who comes under it."""

import socket
from collections.abc import Iterator

import pytest

from sipcore.transport.throttle import MOST_BITS, PASSED, PERIOD_S, Throttle, set_filter


@pytest.fixture(params=[("127.0.0.1", "127.0.7.7"), ("::1", "::1")], ids=["IPv4", "IPv6"])
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return a socket that receives, and one that sends from a host of its own."""
    here, there = request.param
    family = socket.AF_INET6 if ":" in here else socket.AF_INET
    with (
        socket.socket(family, socket.SOCK_DGRAM) as ours,
        socket.socket(family, socket.SOCK_DGRAM) as theirs,
    ):
        ours.bind((here, 0))
        ours.setblocking(False)
        theirs.bind((there, 0))
        theirs.connect(ours.getsockname())
        yield ours, theirs


def passed(ours: socket.socket, theirs: socket.socket, many: int = 200) -> int:
    found = 0
    for _ in range(many):
        theirs.send(b"x")
        try:
            ours.recv(10)
            found += 1
        except BlockingIOError:
            pass
    return found


def test_a_part_of_what_a_throttled_host_sends_gets_through(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    host = pair[1].getsockname()[0]
    other = "2001:db8::1" if ":" in host else "198.51.100.1"
    set_filter(pair[0], {other: MOST_BITS, host: 3})
    assert 5 <= passed(*pair) <= 60
    set_filter(pair[0], {host: MOST_BITS})
    assert passed(*pair) <= 2


def test_other_hosts_are_not_touched_and_a_filter_ends(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    host = pair[1].getsockname()[0]
    other = "2001:db8::1" if ":" in host else "127.0.7.8"
    set_filter(pair[0], {other: MOST_BITS})
    assert passed(*pair) == 200
    set_filter(pair[0], {host: MOST_BITS})
    set_filter(pair[0], {})
    assert passed(*pair) == 200


def test_as_many_hosts_as_are_kept_fit_into_a_filter() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as ours:
        set_filter(ours, {f"2001:db8:0:{n}::1": MOST_BITS for n in range(64)})


@pytest.fixture
def throttle() -> Iterator[Throttle]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        yield Throttle(ours)


FLOOD = ["192.0.2.66"] * 900 + [f"198.51.100.{n}" for n in range(100)]


def test_who_fills_the_buffer_is_throttled_and_nobody_else(throttle: Throttle) -> None:
    throttle.note(FLOOD, 0.0, is_full=False)
    assert throttle.bits == {}
    throttle.note(FLOOD, 0.0, is_full=True)
    assert list(throttle.bits) == ["192.0.2.66"]


def test_many_that_come_at_once_are_no_flood(throttle: Throttle) -> None:
    throttle.note([f"198.51.{n // 250}.{n % 250}" for n in range(1000)], 0.0, is_full=True)
    assert throttle.bits == {}


def test_the_share_follows_the_flood_and_is_forgotten_with_it(throttle: Throttle) -> None:
    now = 0.0
    throttle.note(FLOOD, now, is_full=True)
    for _ in range(400):
        now += PERIOD_S / 4
        passing = int(600_000 * PERIOD_S / 4 / 2 ** throttle.bits["192.0.2.66"])
        throttle.note(["192.0.2.66"] * min(passing, 1000), now, is_full=passing > 1000)
    rate = 600_000 / 2 ** throttle.bits["192.0.2.66"]
    assert PASSED / 4 <= rate <= 2 * PASSED
    for _ in range(80):
        now += PERIOD_S
        throttle.note(["198.51.100.1"], now, is_full=False)
    assert throttle.bits == {}
