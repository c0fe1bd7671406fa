"""Values of From, To, Contact and their kin: name-addr / addr-spec (RFC 3261 section 20.10)."""

import re
from dataclasses import field, replace
from enum import Enum
from functools import lru_cache
from typing import Final, Self

from sipcore.errors import ParseError
from sipcore.message.grammar import LWS, excerpt, is_digits, quote, read_quoted
from sipcore.message.params import PLAIN, Params, format_params, parse_params, split_plain
from sipcore.message.uri import SipUri
from sipcore.values import dataclass

MALFORMED_EXPIRES_S = 3600
LARGEST_EXPIRES_S = 2**32 - 1
REMEMBERED_LENGTH = 256

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^ \t]+")
# What nearly all are: a name without escapes, brackets, plain parameters.
_PLAIN = re.compile(
    r'(?:"([^"\\]*+)"[ \t]*+|([^"<]*+))<([A-Za-z][A-Za-z0-9+.\-]*+:[^ \t>]++)>' + f"({PLAIN})"
)
_QVALUE = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


class Star(Enum):
    """The value of `Contact: *`."""

    STAR = "*"

    def __str__(self) -> str:
        return "*"


STAR: Final = Star.STAR


@dataclass(frozen=True, slots=True)
class NameAddr:
    """`display` is without quotes, `uri` the text of the URI, `params` those of the header."""

    display: str = ""
    uri: str = ""
    params: Params = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, text: str, header: str = "address") -> "NameAddr":
        """Read one value; `header` is where it stood, for the error."""
        if len(text) > REMEMBERED_LENGTH:
            return cls.parse_with_care(text, header)
        try:
            return remembered(text)
        except ParseError:  # it names no header
            return cls.parse_with_care(text, header)

    @classmethod
    def parse_with_care(cls, text: str, header: str) -> "NameAddr":
        """Do the same for whatever comes; `parse` is faster with what nearly always comes."""
        display, rest = "", text.strip(LWS)
        if rest[:1] == '"':
            display, rest = read_quoted(rest, header)
            rest = rest.lstrip(LWS)
            if rest[:1] != "<":
                raise ParseError(f"{header}: no URI in {excerpt(text)}", header=header)
        before, bracket, rest = rest.partition("<")
        if not bracket:
            return cls._parse_addr_spec(before, header)
        uri, closed, params = rest.partition(">")
        uri = uri.strip(LWS)
        if not closed or _URI.fullmatch(uri) is None:
            raise ParseError(f"{header}: no URI in {excerpt(text)}", header=header)
        params = params.strip(LWS)
        return cls(
            display or before.strip(LWS), uri, parse_params(params, header) if params else {}
        )

    @classmethod
    def _parse_addr_spec(cls, text: str, header: str) -> "NameAddr":
        """Read the form without brackets: all parameters are the header's (20.10)."""
        uri, semicolon, params = text.partition(";")
        uri = uri.strip(LWS)
        # "If the URI contains a comma, question mark or semicolon, the URI MUST be enclosed in
        # angle brackets" (20); otherwise nobody knows whose parameters they are.
        if _URI.fullmatch(uri) is None or any(mark in uri for mark in '?,">'):
            raise ParseError(f"{header}: no URI in {excerpt(text)}", header=header)
        return cls("", uri, parse_params(semicolon + params, header))

    @property
    def tag(self) -> str:
        return self.params.get("tag") or ""

    @property
    def q(self) -> float:
        """Preference among contacts, 1.0 when absent; ParseError when it is no qvalue."""
        text = self.params.get("q")
        if text is None:
            return 1.0
        if _QVALUE.fullmatch(text) is None:
            raise ParseError(f"Contact: q={excerpt(text)} is not a qvalue", header="Contact")
        return float(text)

    @property
    def expires(self) -> int | None:
        """Seconds, None when absent."""
        text = self.params.get("expires")
        return None if text is None else parse_expires(text)

    @property
    def sip_uri(self) -> SipUri:
        """The URI taken apart; ParseError (416) when it is of another scheme."""
        return SipUri.parse(self.uri)

    def with_tag(self, tag: str) -> Self:
        return replace(self, params={**self.params, "tag": tag})

    def without_params(self) -> Self:
        return replace(self, params={})

    def __str__(self) -> str:
        return written(self.display, self.uri, self.params)


NO_PARAMS: Params = {}


def written(display: str, uri: str, params: Params = NO_PARAMS) -> str:
    """Return the text of a `NameAddr` with these parts."""
    shown = quote(display) + " " if display else ""
    return f"{shown}<{uri}>{format_params(params)}" if params else f"{shown}<{uri}>"


# Values are immutable, and what two phones say to each other names them again and again.
@lru_cache(maxsize=2048)
def remembered(text: str) -> NameAddr:
    """Read a value of up to `REMEMBERED_LENGTH`; the error names no header."""
    match = _PLAIN.fullmatch(text)
    if match is not None:
        quoted, bare, uri, rest = match.groups()
        params = split_plain(rest) if rest else {}
        if params is not None:
            return NameAddr(quoted or (bare or "").strip(LWS), uri, params)
    return NameAddr.parse_with_care(text, "address")


def parse_expires(text: str) -> int:
    """Read delta-seconds.

    "Malformed values SHOULD be treated as equivalent to 3600" (20.10, 20.19).
    """
    text = text.strip(LWS)
    if not is_digits(text) or len(text) > 10 or int(text) > LARGEST_EXPIRES_S:
        return MALFORMED_EXPIRES_S
    return int(text)
