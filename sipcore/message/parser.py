"""From octets to a message: RFC 3261 sections 7 and 18.3.

Only the start line and the frame are judged here; header values when somebody reads them.
"""

import re
from dataclasses import dataclass
from itertools import islice

from sipcore.errors import ParseError
from sipcore.message.grammar import (
    KNOWN_NAMES,
    LWS,
    canonical,
    excerpt,
    is_digits,
    is_token,
    printable,
)
from sipcore.message.headers import Headers
from sipcore.message.message import Request, Response
from sipcore.message.via import Via

_FOLD = re.compile(r"[ \t]*+\r\n[ \t]++")
VERSION = "SIP/2.0"
_VERSION = re.compile(r"SIP/[0-9]++\.[0-9]++", re.IGNORECASE)
_SALVAGED_ONCE = frozenset({"From", "To", "Call-ID", "CSeq", "Timestamp"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a peer may send.

    A body that alone is beyond `message_octets` is answered 413, a whole message 513, a URI 414,
    the rest 400.
    """

    message_octets: int = 65535
    header_count: int = 100
    header_octets: int = 8192
    uri_octets: int = 2048


DEFAULT_LIMITS = Limits()


def parse_message(
    data: bytes, limits: Limits = DEFAULT_LIMITS, *, is_stream: bool = False
) -> Request | Response:
    """Read one whole message; octets behind Content-Length are cut off, as 18.3 wants of UDP.

    One that `is_stream`, out of a connection, must have a Content-Length.
    """
    if data[:1] in (b"\r", b"\n"):
        data = data.lstrip(b"\r\n")  # "ignore any CRLF appearing before the start-line" (7.5)
    end = data.find(b"\r\n\r\n")
    if len(data) > limits.message_octets:
        raise _too_large(end, len(data) - end - 4, limits)
    if end < 0:
        raise ParseError("the header section does not end with an empty line")
    lines = _lines(data[:end])
    if len(lines) - 1 > limits.header_count:
        raise ParseError(f"{len(lines) - 1} header fields, more than {limits.header_count}")
    if end > limits.header_octets:
        _check_lengths(lines, limits)
    headers = Headers.of_parsed(_fields(lines))
    body = _body(headers, data, end + 4, limits, is_stream=is_stream)
    return _message(lines[0], headers, body, limits)


def _too_large(end: int, body_octets: int, limits: Limits) -> ParseError:
    """Say whether the body alone is too much, or the message; the headers end at `end`."""
    most = limits.message_octets
    # "refusing to process a request because the request entity-body is larger than the server is
    # willing or able to process" (21.4.11)
    if end >= 0 and body_octets > most:
        return ParseError(f"body of {body_octets} octets, more than {most}", status=413)
    # "the message length exceeded its capabilities" (21.5.7)
    return ParseError(f"message of more than {most} octets", status=513)


def _lines(head: bytes) -> list[str]:
    text = str(head, "utf-8", "surrogateescape")
    if "\r\n " in text or "\r\n\t" in text:
        text = _FOLD.sub(" ", text)
    lines = text.split("\r\n")
    # A lone CR or LF is a line end to some programs: nobody gets one passed on.
    breaks = len(lines) - 1
    if text.count("\n") != breaks or text.count("\r") != breaks:
        raise ParseError("CR or LF inside a header line")
    return lines


def _check_lengths(lines: list[str], limits: Limits) -> None:
    for line in lines[1:]:
        if len(line.encode("utf-8", "surrogateescape")) > limits.header_octets:
            name = printable(line[:40].partition(":")[0])
            raise ParseError(f"{name}: more than {limits.header_octets} octets", header=name)


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    fields = []
    known = KNOWN_NAMES.get
    for line in islice(lines, 1, None):
        name, colon, value = line.partition(":")
        if not colon:
            raise ParseError(f"header line without a colon: {excerpt(line)}")
        fields.append((known(name) or canonical(name), value.strip(LWS)))
    return fields


def _body(headers: Headers, data: bytes, start: int, limits: Limits, *, is_stream: bool) -> bytes:
    length = content_length(headers.get_all("Content-Length"))
    if length is None:
        if is_stream:
            # "If a stream-based protocol (such as TCP) is used as transport, then the header
            # field MUST be used" (20.14)
            raise ParseError("Content-Length is missing on a stream", header="Content-Length")
        return data[start:]
    if start + length > limits.message_octets:
        raise _too_large(start, length, limits)
    # "If the transport packet ends before the end of the message body, this is considered an
    # error" (18.3)
    if len(data) - start < length:
        raise ParseError(
            f"Content-Length: {length}, but the body has {len(data) - start} octets",
            header="Content-Length",
        )
    return data[start : start + length]


def content_length(values: list[str]) -> int | None:
    """Return what all Content-Length values agree on, None when there is none."""
    if not values:
        return None
    text = values[0]
    if len(text) > 9 or not is_digits(text):
        raise ParseError(
            f"Content-Length: {excerpt(text)} is not a length", header="Content-Length"
        )
    if len(values) > 1 and any(other != text for other in values):
        raise ParseError("Content-Length: several different values", header="Content-Length")
    return int(text)


def _message(line: str, headers: Headers, body: bytes, limits: Limits) -> Request | Response:
    first, _, rest = line.partition(" ")
    if first == VERSION or ("/" in first and _VERSION.fullmatch(first)):
        return _response(first, rest, headers, body)
    parts = rest.split(" ")
    # "no LWS is allowed in the Request-URI", and single SPs separate (7.1)
    if len(parts) != 2 or not parts[0] or not is_token(first):
        raise ParseError(f"{excerpt(line)} is not a request line", offset=0)
    uri, version = parts
    if version != VERSION:
        _check_version(version)
    if len(uri) > limits.uri_octets:
        raise ParseError(f"Request-URI of more than {limits.uri_octets} octets", status=414)
    return Request(first, uri, headers, body)


def _response(version: str, rest: str, headers: Headers, body: bytes) -> Response:
    if version != VERSION:
        _check_version(version)
    status, _, reason = rest.partition(" ")
    if len(status) != 3 or not is_digits(status) or not 100 <= int(status) <= 699:
        raise ParseError(f"{excerpt(rest)} is not a status line", offset=0)
    return Response(int(status), reason, headers, body)


def _check_version(version: str) -> None:
    if _VERSION.fullmatch(version) is None:
        raise ParseError(f"{excerpt(version)} is not a SIP version", offset=0)
    # "SIP-Version is case-insensitive" (7.1)
    if version.upper() != VERSION:
        raise ParseError(f"version {version[:40]} is not supported", status=505, offset=0)


def parse_leniently(data: bytes) -> Request | None:
    """Salvage from a bad request what an error response copies.

    None when there is nobody to answer: no request, an ACK, or no Via that can be read. The
    request holds the Via lines and the first From, To, Call-ID, CSeq and Timestamp as they came;
    a top Via that cannot be read is replaced by what of it can.
    """
    head = data[: DEFAULT_LIMITS.message_octets].lstrip(b"\r\n").partition(b"\r\n\r\n")[0]
    text = _FOLD.sub(" ", str(head, "utf-8", "surrogateescape"))
    start, *lines = re.split(r"[\r\n]+", text)
    method, _, rest = start.partition(" ")
    # A server never answers an ACK (17), nor a response.
    if not is_token(method) or method == "ACK" or not rest:
        return None
    headers = Headers()
    for line in lines[: DEFAULT_LIMITS.header_count]:
        _salvage(headers, line)
    via = Via.salvage(headers.get("Via"))
    if via is None:
        return None
    if not _is_readable(headers):
        headers.set("Via", str(via))
    return Request(method, rest.strip(LWS).partition(" ")[0], headers)


def _is_readable(headers: Headers) -> bool:
    try:
        Request("", "", headers).vias  # noqa: B018 - reading is the check
    except ParseError:
        return False
    return True


def _salvage(headers: Headers, line: str) -> None:
    name, colon, value = line.partition(":")
    try:
        name = canonical(name)
    except ParseError:
        return
    if colon and (name == "Via" or (name in _SALVAGED_ONCE and name not in headers)):
        headers.add(name, value)
