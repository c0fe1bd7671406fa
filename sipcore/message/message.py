"""Requests and responses: RFC 3261 section 7, with the mandatory fields of section 8.1.1.

Fields are parsed when read and then kept until the headers change; each raises ParseError (400)
when it is absent or malformed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import field
from functools import lru_cache

from sipcore.errors import ParseError, StateError
from sipcore.message.address import (
    REMEMBERED_LENGTH,
    STAR,
    NameAddr,
    Star,
    parse_expires,
    remembered,
)
from sipcore.message.grammar import LWS, excerpt, is_digits, is_token, split_list
from sipcore.message.headers import Headers
from sipcore.message.reasons import REASONS
from sipcore.message.uri import SipUri
from sipcore.message.via import Via
from sipcore.values import dataclass

LARGEST_CSEQ = 2**32 - 1
LARGEST_MAX_FORWARDS = 255
_PLAIN_CSEQ = re.compile("[0-9]{1,9} [A-Z]{1,16}+")


@dataclass(frozen=True, slots=True)
class CSeq:
    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> "CSeq":
        return _remembered_cseq(text) if _PLAIN_CSEQ.fullmatch(text) else cls.parse_with_care(text)

    @classmethod
    def parse_with_care(cls, text: str) -> "CSeq":
        """Do the same for whatever comes; `parse` is faster with what nearly always comes."""
        number, _, method = text.replace("\t", " ").partition(" ")
        method = method.strip(LWS)
        # "The sequence number value MUST be expressible as a 32-bit unsigned integer" (8.1.1.5)
        is_number = is_digits(number) and len(number) < 20 and int(number) <= LARGEST_CSEQ
        if not is_number or not is_token(method):
            raise ParseError(f"CSeq: {excerpt(text)} is not a CSeq value", header="CSeq")
        return cls(int(number), method)

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


class Message:
    """What requests and responses share."""

    __slots__ = ()

    headers: Headers
    body: bytes

    @property
    def via(self) -> Via:
        """The topmost Via."""
        known = self.headers.readings.get(_read_via)
        return known[1] if known else self.headers.read("Via", _read_via)

    @via.setter
    def via(self, via: Via) -> None:
        """Put it in the place of the topmost one, which was read and so was good."""
        self.headers.replace_first("Via", str(via))
        self.top_via_is(via)

    def top_via_is(self, via: Via) -> None:
        """Take note of what the topmost Via line says, for who has just written it."""
        self.headers.keep("Via", _read_via, via)

    @property
    def has_several_vias(self) -> bool:
        lines = self.headers.get_all("Via")
        # One line without a comma holds one value; with a comma it has to be read.
        return len(lines) > 1 or ("," in lines[0] and len(self.vias) > 1)

    @property
    def vias(self) -> list[Via]:
        return self.headers.read("Via", _read_vias)

    @property
    def from_(self) -> NameAddr:
        known = self.headers.readings.get(_read_from)
        return known[1] if known else self.headers.read("From", _read_from)

    @property
    def to(self) -> NameAddr:
        known = self.headers.readings.get(_read_to)
        return known[1] if known else self.headers.read("To", _read_to)

    @property
    def call_id(self) -> str:
        known = self.headers.readings.get(_read_call_id)
        return known[1] if known else self.headers.read("Call-ID", _read_call_id)

    @property
    def cseq(self) -> CSeq:
        known = self.headers.readings.get(_read_cseq)
        return known[1] if known else self.headers.read("CSeq", _read_cseq)

    @property
    def contacts(self) -> list[NameAddr] | Star:
        known = self.headers.readings.get(_read_contacts)
        return known[1] if known else self.headers.read("Contact", _read_contacts)

    @property
    def contact(self) -> NameAddr:
        """The first contact, which there must be."""
        contacts = self.contacts
        if contacts is STAR or not contacts:
            raise ParseError("Contact is missing", header="Contact")
        return contacts[0]

    @property
    def expires(self) -> int | None:
        """Seconds; None when absent, 3600 when malformed (20.19)."""
        known = self.headers.readings.get(_read_expires)
        return known[1] if known else self.headers.read("Expires", _read_expires)

    @property
    def max_forwards(self) -> int | None:
        """None when absent, as RFC 2543 had none, and when larger than can be."""
        known = self.headers.readings.get(_read_max_forwards)
        return known[1] if known else self.headers.read("Max-Forwards", _read_max_forwards)

    @property
    def content_type(self) -> str:
        """The whole value, as it must go along with the body; "" when absent."""
        return self.headers.get("Content-Type")

    @property
    def media_type(self) -> str:
        """Type and subtype in lower case, for comparing; "" when absent."""
        value = self.content_type.partition(";")[0]
        return "".join(value.split()).lower()  # SLASH takes blanks around it

    @property
    def routes(self) -> list[str]:
        return self.headers.values("Route")

    @property
    def record_routes(self) -> list[str]:
        return self.headers.values("Record-Route")

    def check(self) -> None:
        """Read what every message must have (8.1.1, 8.2.6), so that reading it later is safe."""
        headers = self.headers
        readings, lone = headers.readings, headers.lone()
        for name, reader, parse in _MANDATORY:
            if reader in readings:
                continue
            text = lone.get(name, "")
            try:
                found = parse(text) if 0 < len(text) <= REMEMBERED_LENGTH else reader(headers)
            except ParseError:
                found = reader(headers)  # it may be legal all the same; else this says where
            readings[reader] = name, found

    def _serialise(self, start_line: str) -> bytes:
        if "\r" in start_line or "\n" in start_line:
            raise StateError("line break in a start line")
        lines = [f"{name}: {value}" for name, value in self.headers if name != "Content-Length"]
        lines.insert(0, start_line)
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body


@dataclass(slots=True)
class Request(Message):
    method: str
    uri: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def request_uri(self) -> SipUri:
        """Status 416 when the scheme is another."""
        return SipUri.parse(self.uri, "Request-URI")

    def check(self) -> None:
        """Check also that the Request-URI is one of SIP and that CSeq agrees."""
        Message.check(self)
        # "The method MUST match that of the request" (8.1.1.5)
        if self.cseq.method != self.method:
            text = f"CSeq: {excerpt(self.cseq.method)} in a request {excerpt(self.method)}"
            raise ParseError(text, header="CSeq")
        _ = self.max_forwards, self.request_uri

    def to_bytes(self) -> bytes:
        """Serialise; Content-Length is set here."""
        return self._serialise(f"{self.method} {self.uri} SIP/2.0")


@dataclass(slots=True)
class Response(Message):
    status: int
    reason: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """Serialise; Content-Length is set here."""
        return self._serialise(f"SIP/2.0 {self.status} {self.reason}")


def make_response(
    request: Request,
    status: int,
    reason: str = "",
    *,
    to_tag: str = "",
    fields: Iterable[tuple[str, str]] = (),
) -> Response:
    """Build a response with what section 8.2.6.2 copies; works on salvaged requests too.

    `to_tag` is added when the request's To has no tag; an empty one never, for 100. `fields` come
    behind what is copied: names are canonical, and no value has a line break.
    """
    copied = _COPIED_TO_100 if status == 100 else _COPIED
    items = [item for item in request.headers if item[0] in copied]
    if to_tag:
        items = [
            (name, _with_tag(value, to_tag) if name == "To" else value) for name, value in items
        ]
    items += fields
    headers = Headers.of_parsed(items)
    return Response(status, reason or REASONS.get(status, ""), headers)


_COPIED = frozenset({"Via", "From", "To", "Call-ID", "CSeq"})
_COPIED_TO_100 = _COPIED | {"Timestamp"}


def _with_tag(value: str, tag: str) -> str:
    """Append to the text, so that everything else of it goes back as it came."""
    try:
        has_tag = "tag" in NameAddr.parse(value, "To").params
    except ParseError:
        return value  # cannot be told; what came is what goes back
    return value if has_tag else f"{value.rstrip(LWS + ';')};tag={tag}"


# -- readers -------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _remembered_cseq(text: str) -> CSeq:
    """Read a plain value: nearly all are the first or second request of a dialog."""
    number, _, method = text.partition(" ")
    return CSeq(int(number), method)


def _read_via(headers: Headers) -> Via:
    value = headers.get("Via")
    if not value:
        raise ParseError("Via is missing", header="Via")
    # badinv01 of RFC 4475: empty values between commas are an error, so all of the line is read
    if "," not in value:
        return Via.parse(value)
    vias = [Via.parse(part) for part in split_list(value)]
    return vias[0]


def _read_vias(headers: Headers) -> list[Via]:
    if "Via" not in headers:
        raise ParseError("Via is missing", header="Via")
    return [Via.parse(part) for line in headers.get_all("Via") for part in split_list(line)]


def _read_from(headers: Headers) -> NameAddr:
    return NameAddr.parse(headers.required("From"), "From")


def _read_to(headers: Headers) -> NameAddr:
    return NameAddr.parse(headers.required("To"), "To")


def _read_call_id(headers: Headers) -> str:
    return _call_id(headers.required("Call-ID"))


def _read_cseq(headers: Headers) -> CSeq:
    return CSeq.parse(headers.required("CSeq"))


def _lone_via(text: str) -> Via:
    if "," in text:
        raise ParseError("Via: several values", header="Via")
    return Via.parse(text)


def _call_id(text: str) -> str:
    if " " in text or "\t" in text:
        raise ParseError(f"Call-ID: {excerpt(text)} holds blanks", header="Call-ID")
    return text


_MANDATORY: tuple[tuple[str, Callable[[Headers], object], Callable[[str], object]], ...] = (
    ("Via", _read_via, _lone_via),
    ("From", _read_from, remembered),
    ("To", _read_to, remembered),
    ("Call-ID", _read_call_id, _call_id),
    ("CSeq", _read_cseq, CSeq.parse),
)
"""Name, what reads it out of the headers, and what reads a value that stands there alone."""


def _read_contacts(headers: Headers) -> list[NameAddr] | Star:
    values = headers.values("Contact")
    if "*" not in values:
        return [NameAddr.parse(value, "Contact") for value in values]
    # Contact = ("m" / "Contact" ) HCOLON ( STAR / (contact-param *(COMMA contact-param)))
    if len(values) > 1:
        raise ParseError('Contact: "*" beside other contacts', header="Contact")
    return STAR


def _read_expires(headers: Headers) -> int | None:
    return parse_expires(headers.required("Expires")) if "Expires" in headers else None


def _read_max_forwards(headers: Headers) -> int | None:
    text = headers.single("Max-Forwards")
    if not text:
        if "Max-Forwards" in headers:
            raise ParseError("Max-Forwards is missing", header="Max-Forwards")
        return None
    if not is_digits(text):
        raise ParseError(f"Max-Forwards: {excerpt(text)} is not a number", header="Max-Forwards")
    if len(text) > 9 or int(text) > LARGEST_MAX_FORWARDS:
        return None
    return int(text)
