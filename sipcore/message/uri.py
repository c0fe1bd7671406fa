"""SIP and SIPS URIs: RFC 3261 section 19.1; other schemes are kept as text."""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Self
from urllib.parse import quote_from_bytes, unquote

from sipcore.errors import ParseError
from sipcore.message.grammar import TOKEN, excerpt, is_digits
from sipcore.message.params import Params, format_params, parse_params, split_plain
from sipcore.values import dataclass

DEFAULT_PORT = 5060
DEFAULT_TLS_PORT = 5061
_REMEMBERED_LENGTH = 256

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
# One-label names that end in a digit and names with "_" are not RFC 3261, but in use.
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*)")
_HOST_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::(.*))?", re.DOTALL)
_BLANK = re.compile(r"[\x00-\x20\x7f<>\"]")
# What nearly all are: nothing escaped, no password, no headers, a name or an IPv4 address.
_PLAIN = re.compile(
    r"(sips?):(?:([A-Za-z0-9\-_.!~*'()&=+$,;/]++)@)?([A-Za-z0-9_][A-Za-z0-9_.\-]*+)"
    rf"(?::([0-9]{{1,5}}))?((?:;{TOKEN.pattern}+(?:={TOKEN.pattern}+)?)*+)"
)
_USER_SAFE = "-_.!~*'()&=+$,;?/"  # mark and user-unreserved
_PASSWORD_SAFE = "-_.!~*'()&=+$,"  # noqa: S105 - a set of characters, not a password
# "A URI omitting any component with a default value will not match a URI explicitly containing
# that component"; these parameters must be in both URIs or in none (19.1.4).
_COMPARED_PARAMS = ("user", "ttl", "method", "maddr", "transport")


@dataclass(frozen=True, slots=True)
class SipUri:
    """`user` and `password` are unescaped (once), `host` is without brackets.

    `params` have lower-case names and values as written; `headers` is the text behind "?".
    Unescaping makes "%2B" and "+" the same user, which 19.1.4 keeps apart and dialling does not.
    """

    scheme: str = "sip"
    user: str = ""
    password: str | None = None
    host: str = ""
    port: int | None = None
    params: Params = field(default_factory=dict, hash=False)
    headers: str = ""

    @classmethod
    def parse(cls, text: str, header: str = "") -> "SipUri":
        """Read a whole URI; status 416 when it is well formed but of another scheme."""
        uri = parse_uri(text, header)
        if isinstance(uri, OtherUri):
            raise ParseError(
                f"{header or 'URI'}: scheme {uri.scheme} is not supported",
                status=416,
                header=header,
            )
        return uri

    @property
    def address(self) -> tuple[str, int]:
        """Host, and the port that the scheme implies when none is written."""
        default = DEFAULT_TLS_PORT if self.scheme == "sips" else DEFAULT_PORT
        return self.host, self.port or default

    @property
    def is_ip(self) -> bool:
        return is_ip(self.host)

    @property
    def transport(self) -> str:
        """The transport parameter in upper case, "" when there is none."""
        return (self.params.get("transport") or "").upper()

    def with_(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]  # names are checked at run time

    def equivalent(self, other: "SipUri") -> bool:
        """Compare as RFC 3261 section 19.1.4 says."""
        return (
            self.scheme == other.scheme
            and self.user == other.user
            and self.password == other.password
            and self.host.lower() == other.host.lower()
            and self.port == other.port
            and _equivalent_params(self.params, other.params)
            and _header_parts(self.headers) == _header_parts(other.headers)
        )

    def __str__(self) -> str:
        password = "" if self.password is None else ":" + _escape(self.password, _PASSWORD_SAFE)
        user = _escape(self.user, _USER_SAFE) + password
        at = "@" if user else ""
        headers = f"?{self.headers}" if self.headers else ""
        where = join_host_port(self.host, self.port)
        return f"{self.scheme}:{user}{at}{where}{format_params(self.params)}{headers}"


@dataclass(frozen=True, slots=True)
class OtherUri:
    """A URI that is neither sip nor sips: `tel:`, `urn:` ..."""

    scheme: str
    text: str

    def __str__(self) -> str:
        return self.text


def parse_uri(text: str, header: str = "") -> SipUri | OtherUri:
    """Read a URI of any scheme; `header` is where it stood, for the error."""
    if len(text) > _REMEMBERED_LENGTH:
        return parse_with_care(text, header)
    try:
        return _remembered(text)
    except ParseError:  # it names no header
        return parse_with_care(text, header)


# Values are immutable, and the same few URIs come again and again.
@lru_cache(maxsize=2048)
def _remembered(text: str) -> SipUri | OtherUri:
    match = _PLAIN.fullmatch(text)
    if match is not None:
        scheme, user, host, digits, rest = match.groups()
        port = int(digits) if digits else None
        params = split_plain(rest) if rest else {}
        if params is not None and (port is None or 0 < port < 65536):
            return SipUri(scheme, user or "", None, host, port, params)
    return parse_with_care(text)


def parse_with_care(text: str, header: str = "") -> SipUri | OtherUri:
    """Do the same for whatever comes; `parse_uri` is faster with what nearly always comes."""
    match = _SCHEME.match(text)
    if match is None or _BLANK.search(text):
        raise ParseError(f"{header or 'URI'}: {excerpt(text)} is not a URI", header=header)
    scheme = match.group(1).lower()
    if scheme not in ("sip", "sips"):
        return OtherUri(scheme, text)
    rest = text[match.end() :]
    # "@" must be escaped in all other components, so the first one ends the user part, which
    # itself may hold ";" and "?" (19.1.1, 25.1).
    userinfo, at, where = rest.partition("@")
    if not at:
        userinfo, where = "", rest
    user, colon, password = userinfo.partition(":")
    where, _, headers = where.partition("?")
    where, semicolon, params = where.partition(";")
    host, port = split_host_port(where, header or "URI")
    return SipUri(
        scheme,
        _unescape(user),
        _unescape(password) if colon else None,
        host,
        port,
        parse_params(semicolon + params, header or "URI") if semicolon else {},
        headers,
    )


# -- hosts and ports -----------------------------------------------------------------------------


def split_host_port(text: str, header: str) -> tuple[str, int | None]:
    """Split hostport; an IPv6 reference loses its brackets."""
    match = _HOST_PORT.fullmatch(text)
    if match is None:
        raise ParseError(f"{header}: {excerpt(text)} is not a host", header=header)
    host, port = match.groups()
    return parse_host(host, header), None if port is None else parse_port(port, header)


def parse_host(text: str, header: str) -> str:
    if text[:1] == "[" and is_ipv6(text[1:-1]):
        return text[1:-1]
    if _HOST.fullmatch(text) is None:
        raise ParseError(f"{header}: {excerpt(text)} is not a host", header=header)
    return text


def parse_port(text: str, header: str) -> int:
    if len(text) > 5 or not is_digits(text) or not 0 < int(text) < 65536:
        raise ParseError(f"{header}: {excerpt(text)} is not a port", header=header)
    return int(text)


def join_host_port(host: str, port: int | None) -> str:
    where = f"[{host}]" if ":" in host else host
    return where if port is None else f"{where}:{port}"


@lru_cache(maxsize=1024)
def is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone names one of our own interfaces: not the peer's business


@lru_cache(maxsize=1024)
def is_ip(host: str) -> bool:
    """Say whether a host without brackets is an address, not a name."""
    try:
        IPv4Address(host)
    except ValueError:
        return is_ipv6(host)
    return True


# -- escaping and comparing ----------------------------------------------------------------------


def _unescape(text: str) -> str:
    return unquote(text, errors="surrogateescape") if "%" in text else text


def _escape(text: str, safe: str) -> str:
    if text.isalnum() and text.isascii():
        return text
    return quote_from_bytes(text.encode("utf-8", "surrogateescape"), safe=safe)


def _equivalent_params(one: Params, other: Params) -> bool:
    if not one and not other:
        return True
    if any((name in one) != (name in other) for name in _COMPARED_PARAMS):
        return False
    # "Any uri-parameter appearing in both URIs must match"; all others are ignored.
    return all(_fold(value) == _fold(other[name]) for name, value in one.items() if name in other)


def _fold(value: str | None) -> str | None:
    return None if value is None else _unescape(value).lower()


def _header_parts(headers: str) -> Mapping[str, list[str]]:
    """Return the headers component without regard to order; names ignore case."""
    parts: dict[str, list[str]] = {}
    for part in headers.split("&") if headers else ():
        name, _, value = part.partition("=")
        parts.setdefault(_unescape(name).lower(), []).append(_unescape(value))
    for values in parts.values():
        values.sort()
    return parts
