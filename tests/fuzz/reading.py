"""Everything that reads what a peer sent, in one go: what a fuzzer calls, and the property tests.

Whatever the octets are, the only exception is `ParseError`; what was read is written and read
again as the same.
"""

from contextlib import suppress

from sipcore.digest import DigestCredentials, find_credentials
from sipcore.errors import ParseError
from sipcore.message import (
    FramingError,
    Headers,
    KeepAlive,
    Limits,
    Message,
    NameAddr,
    Request,
    StreamFramer,
    make_response,
    parse_leniently,
    parse_message,
    parse_uri,
)
from sipcore.sdp import Sdp, remove_video, restore_rejected

FIELDS = (
    *("via", "vias", "from_", "to", "call_id", "cseq", "contacts", "contact", "expires"),
    *("max_forwards", "content_type", "media_type", "routes", "record_routes", "request_uri"),
)
SMALL = Limits(message_octets=400, header_count=8, header_octets=60, uri_octets=20)


def read(data: bytes) -> None:
    """Read octets in every way there is."""
    for limits in (Limits(), SMALL):
        for is_stream in (False, True):
            with suppress(ParseError):
                parse_message(data, limits, is_stream=is_stream)
    salvaged = parse_leniently(data)
    if salvaged is not None:
        make_response(salvaged, 400, to_tag="t").to_bytes()
    read_stream(data)
    read_session(data)
    with suppress(ParseError):
        read_message(parse_message(data))


def read_message(message: Message) -> None:
    for name in FIELDS:
        with suppress(ParseError, AttributeError if name == "request_uri" else ParseError):
            getattr(message, name)
    for _, value in message.headers:
        read_value(value)
    for header in ("Authorization", "Proxy-Authorization"):
        with suppress(ParseError):
            find_credentials(message.headers, header, "ccmsipline")
    if isinstance(message, Request):
        make_response(message, 200, to_tag="t").to_bytes()
    again = parse_message(message.to_bytes())
    assert without_length(again.headers) == without_length(message.headers)
    assert again.body == message.body
    assert again.to_bytes() == message.to_bytes()


def read_value(value: str) -> None:
    for parse in (NameAddr.parse, parse_uri, DigestCredentials.parse):
        with suppress(ParseError):
            once = parse(value)
            assert str(parse(str(once))) == str(once)


def read_stream(data: bytes) -> None:
    """Cut a stream into messages; however it arrives, they are the same."""
    assert framed([data]) == framed([data[:7], data[7:8], data[8:]])


def framed(parts: list[bytes]) -> list[bytes | KeepAlive]:
    framer, found = StreamFramer(), []
    for part in parts:
        try:
            found += framer.feed(part)
        except FramingError as error:
            return [*found, *error.complete]
    return found


def read_session(data: bytes) -> None:
    with suppress(ParseError):
        assert Sdp.parse(data).to_bytes() == data
        restore_rejected(remove_video(data), data)


def without_length(headers: Headers) -> Headers:
    copied = headers.copy()
    copied.remove("Content-Length")
    return copied
