"""How large a message may be is a setting; each limit has its answer."""

from dataclasses import replace

import pytest

from sipcore.message import Limits
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import Handset, flow, handsets, status_of

URI = "sip:192.0.2.1"


@pytest.fixture
def ladder() -> Ladder:
    made = Ladder()
    limits = Limits(message_octets=3000, header_count=20, header_octets=600, uri_octets=100)
    made.site.put(replace(made.site.settings, limits=limits))
    return made


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


def answer(ladder: Ladder, white: Handset, uri: str = URI, **headers: object) -> int:
    (response,) = ladder.receive(white.request("OPTIONS", uri, **headers), white.flow)
    return status_of(response)


def test_a_message_within_all_limits_is_served(ladder: Ladder, white: Handset) -> None:
    assert answer(ladder, white, "sip:" + "x" * 90, Subject="s" * 590, body="b" * 1500) == 200


def test_a_body_that_is_too_large_is_413(ladder: Ladder, white: Handset) -> None:
    assert answer(ladder, white, body="b" * 3001) == 413


def test_a_message_that_is_too_large_is_513(ladder: Ladder, white: Handset) -> None:
    assert answer(ladder, white, body="b" * 2900) == 513
    assert answer(ladder, white, Subject=["s" * 590] * 6) == 513


def test_too_many_header_fields_are_400(ladder: Ladder, white: Handset) -> None:
    assert answer(ladder, white, Subject=["s"] * 20) == 400


def test_a_header_that_is_too_long_is_400(ladder: Ladder, white: Handset) -> None:
    assert answer(ladder, white, Subject="s" * 2000) == 400


def test_a_uri_that_is_too_long_is_414(ladder: Ladder, white: Handset) -> None:
    assert answer(ladder, white, "sip:" + "x" * 97) == 414


def test_a_length_beyond_the_limit_is_answered_before_all_of_it_has_come(
    ladder: Ladder, white: Handset
) -> None:
    data = white.request("OPTIONS", URI).replace(b"Content-Length: 0", b"Content-Length: 99999")
    (response,) = ladder.receive(data, flow("198.51.100.1", 49152, transport="TCP", connection=1))
    assert status_of(response) == 413


def test_a_limit_that_is_changed_holds_for_the_next_message(
    ladder: Ladder, white: Handset
) -> None:
    assert answer(ladder, white, body="b" * 3001) == 413
    ladder.site.put(replace(ladder.site.settings, limits=Limits()))
    assert answer(ladder, white, body="b" * 3001) == 200


def test_a_request_without_content_length_is_400_over_tcp_and_served_over_udp(
    ladder: Ladder, white: Handset
) -> None:
    data = white.request("OPTIONS", URI).replace(b"Content-Length: 0\r\n", b"")
    (response,) = ladder.receive(data, white.flow)
    assert status_of(response) == 200
    (response,) = ladder.receive(data, flow("198.51.100.1", 49152, transport="TCP", connection=1))
    assert status_of(response) == 400
    assert ladder.counts() == {}
