import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message import (
    Headers,
    Limits,
    Request,
    Response,
    make_response,
    parse_leniently,
    parse_message,
)
from tests.sipcore.message.samples import REGISTER, request


def test_a_request_is_read() -> None:
    message = parse_message(REGISTER)
    assert isinstance(message, Request)
    assert (message.method, message.uri) == ("REGISTER", "sip:172.18.199.61")
    assert len(message.headers) == 10


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"SIP/2.0 200 OK", 200, "OK"),
        (b"sip/2.0 486 Busy Here", 486, "Busy Here"),
        (b"SIP/2.0 100 ", 100, ""),
        (b"SIP/2.0 100", 100, ""),
        (b"SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe", 200, "= 2**3 * 5**2 \u043d\u043e"),
    ],
)
def test_a_response_is_read(line: bytes, status: int, reason: str) -> None:
    message = parse_message(line + b"\r\nCall-ID: c1\r\n\r\n")
    assert isinstance(message, Response)
    assert (message.status, message.reason) == (status, reason)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"", 400),
        (b"OPTIONS", 400),
        (b"OPTIONS sip:h", 400),
        (b"OPTIONS  sip:h SIP/2.0", 400),
        (b"OPTIONS sip:h SIP/2.0 ", 400),
        (b"OPTIONS sip:h x SIP/2.0", 400),
        (b"OPT(IONS sip:h SIP/2.0", 400),
        (b"OPTIONS sip:h SIP/two", 400),
        (b"OPTIONS sip:h HTTP/1.1", 400),
        (b"OPTIONS sip:h SIP/7.0", 505),
        (b"SIP/7.0 200 OK", 505),
        (b"SIP/2.0 99 Low", 400),
        (b"SIP/2.0 700 High", 400),
        (b"SIP/2.0 4294967301 High", 400),
        (b"SIP/2.0  200 OK", 400),
        (b"SIP/2.0 abc", 400),
    ],
)
def test_bad_start_lines_are_errors(line: bytes, status: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse_message(line + b"\r\nCall-ID: c1\r\n\r\n")
    assert caught.value.status == status


def test_folded_lines_are_one_line() -> None:
    data = request(
        'Authorization: Digest username="a",', '  realm="r:x" ,', "\tnonce=n", "Expires: 5"
    )
    headers = parse_message(data).headers
    assert headers.get("Authorization") == 'Digest username="a", realm="r:x" , nonce=n'
    assert headers.get("Expires") == "5"


def test_line_ends_before_the_start_line_are_ignored() -> None:
    assert parse_message(b"\r\n\r\n" + REGISTER) == parse_message(REGISTER)


def test_blanks_round_the_colon_and_the_value_are_ignored() -> None:
    headers = parse_message(request("Subject \t:  a b \t")).headers
    assert headers.get("Subject") == "a b"


def test_octets_that_are_no_utf_8_survive() -> None:
    line = b"Subject: B\xf6b \xc3\xb6 \x80"
    data = request(str(line, "utf-8", "surrogateescape"))
    message = parse_message(data)
    assert line in message.to_bytes()
    assert line.removeprefix(b"Subject: ") == message.headers.get("Subject").encode(
        "utf-8", "surrogateescape"
    )


def test_only_spaces_and_tabs_are_blank() -> None:
    assert (
        parse_message(request("Subject: \u00a0a\u00a0")).headers.get("Subject") == "\u00a0a\u00a0"
    )


@pytest.mark.parametrize("line", ["NoColon", ": x", "Bad name: x", "Na\u00efve: x"])
def test_bad_header_lines_are_errors(line: str) -> None:
    with pytest.raises(ParseError):
        parse_message(request(line))


@pytest.mark.parametrize("value", ["a\nVia: b", "a\rb", "a\r"])
def test_half_line_ends_are_errors(value: str) -> None:
    with pytest.raises(ParseError):
        parse_message(request(f"Subject: {value}"))


def test_the_header_section_must_end() -> None:
    with pytest.raises(ParseError, match="empty line"):
        parse_message(b"OPTIONS sip:h SIP/2.0\r\nCall-ID: c1\r\n")


def test_octets_behind_the_content_length_are_cut() -> None:
    data = request("Content-Length: 3", body=b"abcdef")
    assert parse_message(data).body == b"abc"


def test_without_content_length_the_body_goes_to_the_end() -> None:
    assert parse_message(request(body=b"abc\r\n")).body == b"abc\r\n"


@pytest.mark.parametrize(
    "value", ["-5", "+5", "", "1 2", "x", "\u0663", "1234567890", "9" * 20, "0x5", "1,1"]
)
def test_a_content_length_has_one_to_nine_digits(value: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_message(request(f"Content-Length: {value}", body=b"abcdef"))
    assert (caught.value.status, caught.value.header) == (400, "Content-Length")


def test_a_short_body_is_an_error() -> None:
    with pytest.raises(ParseError, match="the body has 3 octets"):
        parse_message(request("Content-Length: 4", body=b"abc"))


def test_content_lengths_must_agree() -> None:
    assert parse_message(request("l: 3", "Content-Length: 3", body=b"abcd")).body == b"abc"
    with pytest.raises(ParseError, match="several"):
        parse_message(request("l: 3", "Content-Length: 4", body=b"abcd"))


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        (Limits(message_octets=200), 513),
        (Limits(header_count=5), 400),
        (Limits(header_octets=100), 400),
        (Limits(uri_octets=5), 414),
    ],
)
def test_limits_are_kept(limits: Limits, status: int) -> None:
    data = request("Subject: " + "x" * 200)
    parse_message(data)
    with pytest.raises(ParseError) as caught:
        parse_message(data, limits)
    assert caught.value.status == status


def test_a_long_header_section_of_short_lines_is_within_the_limits() -> None:
    lines = [f"X-{number}: " + "x" * 100 for number in range(90)]
    assert len(parse_message(request(*lines)).headers) == 95


# -- salvaging -----------------------------------------------------------------------------------


def test_a_bad_request_can_be_answered() -> None:
    data = request("NoColon", "Content-Length: -1", "To: second")
    salvaged = parse_leniently(data)
    assert salvaged is not None
    assert salvaged.method == "OPTIONS"
    response = make_response(salvaged, 400, to_tag="t")
    response.check()
    assert response.headers.get_all("To") == ["<sip:1001@h2>;tag=t"]


def test_a_request_without_an_end_can_be_answered() -> None:
    salvaged = parse_leniently(
        b"\r\nOPTIONS sip:h  SIP/2.0\r\nv: SIP/2.0/UDP\r\n h\nf: <sip:a@h>\r\n"
    )
    assert salvaged is not None
    assert salvaged.via.host == "h"
    assert salvaged.from_.uri == "sip:a@h"


def test_a_via_that_cannot_be_read_is_mended() -> None:
    salvaged = parse_leniently(b"X sip:h SIP/7.0\r\nVia: SIP/7.0/UDP h:5070;branch=z9;;\r\n\r\n")
    assert salvaged is not None
    assert salvaged.headers.get_all("Via") == ["SIP/2.0/UDP h:5070;branch=z9"]


def test_salvaging_a_flood_of_lines_is_not_slow() -> None:
    flood = b"X sip:h SIP/2.0\r\n" + b"v:SIP/2.0/UDP h\r\nf:\r\n" * 3000
    start = time.perf_counter()
    assert parse_leniently(flood) is not None
    assert time.perf_counter() - start < 0.25


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n",
        b"garbage",
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\n\r\n",
        b"ACK sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n",
        b"INVITE sip:h SIP/2.0\r\nFrom: <sip:a@h>\r\n\r\n",
        b"INVITE sip:h SIP/2.0\r\nVia: nonsense\r\n\r\n",
    ],
)
def test_nobody_is_answered_who_asked_nothing(data: bytes) -> None:
    assert parse_leniently(data) is None


# -- properties ----------------------------------------------------------------------------------

NAMES = st.sampled_from(["Subject", "Via", "X-Own", "Contact", "User-Agent", "Accept"])
VALUES = (
    st.binary(max_size=40)
    .map(lambda raw: raw.translate(None, b"\r\n").strip(b" \t"))
    .map(lambda raw: str(raw, "utf-8", "surrogateescape"))
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), st.binary(max_size=60))
@settings(database=None)
def test_what_is_written_is_read_again(fields: list[tuple[str, str]], body: bytes) -> None:
    request = Request("OPTIONS", "sip:h", Headers(fields), body)
    again = parse_message(request.to_bytes())
    again.headers.remove("Content-Length")
    assert again == request
    response = Response(200, "OK", Headers(fields), body)
    assert parse_message(parse_message(response.to_bytes()).to_bytes()).body == body


def read_everything(data: bytes) -> None:
    """Read all there is; whatever is wrong may only be a ParseError."""
    parse_leniently(data)
    try:
        message = parse_message(data)
    except ParseError:
        return
    assert isinstance(message.to_bytes(), bytes)
    for name in ("via", "vias", "from_", "to", "call_id", "cseq", "contacts", "contact", "routes"):
        try:
            getattr(message, name)
        except ParseError:
            continue
    try:
        message.check()
    except ParseError:
        return
    assert make_response(Request("X", "sip:h", message.headers), 200, to_tag="t").to_bytes()


@given(st.binary(max_size=300))
@settings(database=None, max_examples=200)
def test_arbitrary_octets_raise_nothing_but_parse_errors(data: bytes) -> None:
    read_everything(data)
    read_everything(b"OPTIONS sip:h SIP/2.0\r\n" + data + b"\r\n\r\n")


@given(st.data())
@settings(database=None, max_examples=300)
def test_damaged_messages_raise_nothing_but_parse_errors(data: st.DataObject) -> None:
    octets = bytearray(REGISTER)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    read_everything(bytes(octets))
