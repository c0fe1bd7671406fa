"""Digest authentication: RFC 7616 and RFC 8760, and answers without qop as RFC 2069 had them.

Nothing here knows users: the caller brings H(A1) and decides what a failure means.
"""

import hashlib
import hmac
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from dataclasses import field
from functools import lru_cache
from itertools import count
from typing import Literal, Self

from sipcore.errors import ParseError
from sipcore.message import LWS, Headers, printable, quote, unquote
from sipcore.values import dataclass

_HASHES: dict[str, Callable[[bytes], str]] = {
    # The standard names MD5; every phone knows it, and some know nothing else.
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
}
ALGORITHMS = tuple(_HASHES)

_SCHEME = re.compile(r"[ \t]*+Digest[ \t]++", re.IGNORECASE)
# Blanks round "=" and unquoted values where the grammar wants quotes do occur.
_PARAM = re.compile(
    r'[ \t,]*+([A-Za-z0-9\-_*.]++)[ \t]*+=[ \t]*+("(?:[^"\\]++|\\.)*+"|[^\s,"]*+)[ \t]*+(?:,|\Z)',
    re.DOTALL,
)
_REQUIRED = ("username", "realm", "nonce", "uri", "response")


@dataclass(frozen=True, slots=True)
class Challenge:
    """A WWW-Authenticate or Proxy-Authenticate value.

    Phones get exactly one: several of them answer none when there are two.
    """

    realm: str
    nonce: str
    algorithm: str = "MD5"
    stale: bool = False
    qop: str = "auth"

    def __str__(self) -> str:
        stale = ", stale=true" if self.stale else ""
        qop = f", qop={quote(self.qop)}" if self.qop else ""
        return (
            f"Digest realm={quote(self.realm)}, nonce={quote(self.nonce)}{stale}, "
            f"algorithm={self.algorithm}{qop}"
        )


@dataclass(frozen=True, slots=True)
class DigestCredentials:
    """An Authorization or Proxy-Authorization value; `algorithm` is upper case, MD5 by default.

    `qop`, `nc`, `cnonce` and `opaque` are "" when absent.
    """

    username: str
    realm: str
    nonce: str
    uri: str
    response: str = field(repr=False)
    algorithm: str = "MD5"
    qop: str = ""
    nc: str = ""
    cnonce: str = ""
    opaque: str = ""

    @classmethod
    def parse(cls, text: str, header: str = "Authorization") -> Self:
        params = _parse_params(text, header)
        get = params.get
        for name in _REQUIRED:
            if name not in params:
                raise ParseError(f"{header}: {name} is missing", header=header)
        return cls(
            params["username"],
            params["realm"],
            params["nonce"],
            params["uri"],
            params["response"],
            get("algorithm", "").upper() or "MD5",
            get("qop", "").lower(),
            get("nc", ""),
            get("cnonce", ""),
            get("opaque", ""),
        )

    def __str__(self) -> str:
        """Print as a client would; used by tests and by whoever plays a phone."""
        quoted = {
            "username": self.username,
            "realm": self.realm,
            "nonce": self.nonce,
            "uri": self.uri,
            "response": self.response,
            "cnonce": self.cnonce,
            "opaque": self.opaque,
        }
        parts = [f"{name}={quote(value)}" for name, value in quoted.items() if value]
        parts.append(f"algorithm={self.algorithm}")
        parts += [
            f"{name}={value}" for name, value in (("qop", self.qop), ("nc", self.nc)) if value
        ]
        return "Digest " + ", ".join(parts)


def is_digest(value: str) -> bool:
    return _SCHEME.match(value) is not None


def _parse_params(text: str, header: str) -> dict[str, str]:
    start = _SCHEME.match(text)
    if start is None:
        raise ParseError(f"{header}: the scheme is not Digest", header=header)
    return _parse_plain(text[start.end() :]) or parse_with_care(text, start.end(), header)


def _parse_plain(text: str) -> dict[str, str] | None:
    """Read what nearly all phones send: no comma, quote or backslash in a value, no odd blanks."""
    params: dict[str, str] = {}
    parts = text.split(",")
    for part in parts:
        name, _, value = part.strip(LWS).partition("=")
        if value[:1] == '"':
            if len(value) < 2 or value[-1] != '"':
                return None
            value = value[1:-1]
        elif not value or " " in value or "\t" in value:
            return None
        if '"' in value or "\\" in value or not name.isalnum() or not name.isascii():
            return None
        params[name.lower()] = value
    return params if len(params) == len(parts) else None


def parse_with_care(text: str, position: int, header: str) -> dict[str, str]:
    """Read whatever comes, from a position behind the scheme."""
    params: dict[str, str] = {}
    while position < len(text):
        match = _PARAM.match(text, position)
        if match is None:
            rest = printable(text[position : position + 40])
            raise ParseError(f"{header}: cannot be read at {rest!r}", header=header)
        name = match.group(1).lower()
        if name in params:
            raise ParseError(f"{header}: {name} appears twice", header=header)
        params[name] = unquote(match.group(2))
        position = match.end()
    return params


def find_credentials(headers: Headers, header_name: str, realm: str) -> DigestCredentials | None:
    """Return the digest credentials of our realm; those of other realms and schemes are not ours.

    ParseError when there are digest credentials that cannot be read.
    """
    for value in headers.get_all(header_name):
        if is_digest(value):
            credentials = DigestCredentials.parse(value, header_name)
            if credentials.realm == realm:
                return credentials
    return None


# -- responses -----------------------------------------------------------------------------------


def _hash(algorithm: str, text: str) -> str:
    return _HASHES[algorithm](text.encode("utf-8", "surrogateescape"))


def ha1(algorithm: str, user: str, realm: str, password: str) -> str:
    """Return H(A1); as good as the password, for this realm."""
    return _hash(algorithm, f"{user}:{realm}:{password}")


def expected_response(
    credentials: DigestCredentials, method: str, ha1: str, body: bytes = b""
) -> str:
    """Compute the response that proves the password; "" for a qop or algorithm unknown to us."""
    algorithm = credentials.algorithm
    if algorithm not in _HASHES or credentials.qop not in ("", "auth", "auth-int"):
        return ""
    a2 = f"{method}:{credentials.uri}"
    if credentials.qop == "auth-int":
        a2 += ":" + _HASHES[algorithm](body)
    nonce = credentials.nonce
    if credentials.qop:
        nonce = f"{nonce}:{credentials.nc}:{credentials.cnonce}:{credentials.qop}"
    return _hash(algorithm, f"{ha1}:{nonce}:{_hash_of_a2(algorithm, a2)}")


@lru_cache(maxsize=256)
def _hash_of_a2(algorithm: str, a2: str) -> str:
    """Hash method and URI: all phones of a server register with the same ones."""
    return _hash(algorithm, a2)


def verify(credentials: DigestCredentials, method: str, ha1: str, body: bytes = b"") -> bool:
    """Compare in constant time. `ha1` must be that of the credentials' algorithm."""
    expected = expected_response(credentials, method, ha1, body)
    if not ha1 or not expected:
        return False
    received = credentials.response.lower().encode("utf-8", "surrogateescape")
    return hmac.compare_digest(expected.encode(), received)


# -- nonces --------------------------------------------------------------------------------------

_TIME_OCTETS = 6
_SERIAL_OCTETS = 2
_MAC_OCTETS = 16
_STAMP_OCTETS = _TIME_OCTETS + _SERIAL_OCTETS


class Nonces:
    """Nonces that need no memory: a time, and a MAC over it and the source it was made for.

    32 characters of base64, as CallManager's. Whoever holds the same key can check them. A serial
    number tells apart those of one millisecond.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._serials = count()

    def make(self, source: str, now: float) -> str:
        """`source` names who may use the nonce, such as the sender's address."""
        made_at = (int(now * 1000) % 2 ** (8 * _TIME_OCTETS)).to_bytes(_TIME_OCTETS, "big")
        serial = next(self._serials) % 2 ** (8 * _SERIAL_OCTETS)
        stamp = made_at + serial.to_bytes(_SERIAL_OCTETS, "big")
        return b2a_base64(stamp + self._mac(stamp, source), newline=False).decode()

    def check(
        self, nonce: str, source: str, now: float, validity_s: float
    ) -> Literal["valid", "stale", "foreign"]:
        """Foreign: not made by us for this source. Stale: ours, but too old or from the future."""
        try:
            raw = a2b_base64(nonce, strict_mode=True)
        except ValueError:
            return "foreign"
        stamp, mac = raw[:_STAMP_OCTETS], raw[_STAMP_OCTETS:]
        if not hmac.compare_digest(mac, self._mac(stamp, source)):
            return "foreign"
        age = now - _time_of(stamp)
        return "valid" if -1 <= age <= validity_s else "stale"

    @staticmethod
    def stamp(nonce: str) -> int:
        """Return the number of one of our nonces: no two have the same, newer ones have more."""
        return int.from_bytes(a2b_base64(nonce)[:_STAMP_OCTETS], "big")

    def _mac(self, stamp: bytes, source: str) -> bytes:
        text = stamp + source.encode("utf-8", "surrogateescape")
        return hashlib.blake2b(text, key=self._key, digest_size=_MAC_OCTETS).digest()


def _time_of(stamp: bytes) -> float:
    return int.from_bytes(stamp[:_TIME_OCTETS], "big") / 1000
