import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message import FramingError, KeepAlive, Limits, StreamFramer, parse_leniently
from tests.sipcore.message.samples import REGISTER, request

WITH_BODY = request("l : 4", body=b"\r\n\r\n")
PING = KeepAlive()


def test_a_message_comes_when_it_is_whole() -> None:
    framer = StreamFramer()
    for octet in REGISTER[:-1]:
        assert framer.feed(bytes([octet])) == []
    assert framer.waiting == len(REGISTER) - 1
    assert framer.feed(REGISTER[-1:]) == [REGISTER]
    assert framer.waiting == 0


def test_several_messages_come_in_order() -> None:
    assert StreamFramer().feed(REGISTER + WITH_BODY + REGISTER) == [REGISTER, WITH_BODY, REGISTER]


def test_a_double_line_end_is_a_keep_alive() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n\r\n") == [PING]
    assert framer.feed(b"\r\n") == []
    assert framer.feed(b"\r") == []
    assert framer.feed(b"\n" + REGISTER) == [PING, REGISTER]


def test_a_single_line_end_before_a_message_is_dropped() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n" + REGISTER + b"\r\n" + REGISTER) == [REGISTER, REGISTER]
    assert framer.feed(b"\r\n") == []
    assert framer.feed(REGISTER) == [REGISTER]


def test_a_folded_and_compact_content_length_counts() -> None:
    data = request("Subject: x", " l: 9", "L\t:", "  4", body=b"abcd")
    assert StreamFramer().feed(data + REGISTER) == [data, REGISTER]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("Content-Length: -1",),
        ("Content-Length: 1", "l: 2"),
        ("Content-Length: 9999999999",),
        ("Content-Length: 1 1",),
        ("Content-Length:",),
        ("X-Content-Length: 3",),
    ],
)
def test_a_stream_without_a_usable_length_is_lost(lines: tuple[str, ...]) -> None:
    framer = StreamFramer()
    bad = request(*lines, body=b"abc")
    with pytest.raises(FramingError) as caught:
        framer.feed(REGISTER + bad)
    assert caught.value.complete == [REGISTER]
    assert caught.value.data == bad
    assert caught.value.status == 400
    assert parse_leniently(caught.value.data) is not None
    assert framer.feed(REGISTER) == []


@pytest.mark.parametrize(
    "data", [b"x" * 300, request("Content-Length: 300"), b"\r\n" + b"x\r\n" * 100]
)
def test_a_message_that_will_be_too_large_is_refused_early(data: bytes) -> None:
    framer = StreamFramer(Limits(message_octets=250))
    with pytest.raises(ParseError) as caught:
        framer.feed(data)
    assert caught.value.status == 513


@given(st.lists(st.sampled_from([REGISTER, WITH_BODY, b"\r\n\r\n"]), max_size=5), st.data())
@settings(database=None)
def test_the_cuts_of_the_network_do_not_matter(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    framer = StreamFramer()
    found: list[bytes | KeepAlive] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += framer.feed(stream[start:end])
    assert found == [PING if part == b"\r\n\r\n" else part for part in parts]


@given(st.lists(st.binary(max_size=60), max_size=5))
@settings(database=None)
def test_arbitrary_octets_raise_nothing_but_parse_errors(chunks: list[bytes]) -> None:
    framer = StreamFramer()
    try:
        for chunk in chunks:
            framer.feed(chunk)
    except ParseError:
        assert framer.feed(b"x") == []


@pytest.mark.parametrize("line_ends", [b"\r\r\r\n\r\r\n\r\n\r\n", b"\n\r\n\r", b"\r\n\r\r\n\r\n"])
def test_line_ends_mean_the_same_in_whatever_pieces_they_come(line_ends: bytes) -> None:
    data = line_ends + REGISTER
    whole = StreamFramer().feed(data)
    assert whole[-1] == REGISTER
    for cut in range(len(data)):
        framer = StreamFramer()
        assert framer.feed(data[:cut]) + framer.feed(data[cut:]) == whole
