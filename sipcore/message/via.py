"""The Via header: RFC 3261 sections 18.2 and 20.42, rport: RFC 3581."""

import re
from dataclasses import field
from typing import Self

from sipcore.errors import ParseError
from sipcore.message.grammar import LWS, TOKEN, excerpt
from sipcore.message.params import PLAIN, Params, format_params, parse_params, split_plain
from sipcore.message.uri import join_host_port, parse_host, parse_port
from sipcore.values import dataclass

BRANCH_COOKIE = "z9hG4bK"

# "SIP / 2.0 / UDP first.example.com: 4000;ttl=16" is legal: SLASH and COLON take blanks.
_VIA = re.compile(
    r"SIP[ \t]*+/[ \t]*+2\.0[ \t]*+/[ \t]*+(" + TOKEN.pattern + r")[ \t]++"
    r"(\[[^\]]*\]|[^\s:;\[\]]++)[ \t]*+(?::[ \t]*+([0-9]++)[ \t]*+)?(;.*)?",
    re.IGNORECASE | re.DOTALL,
)

# What nearly all are.
_PLAIN = re.compile(
    rf"SIP/2\.0/({TOKEN.pattern}) ([A-Za-z0-9_][A-Za-z0-9_.\-]*+)(?::([0-9]{{1,5}}))?({PLAIN})"
)

_VIA_START = re.compile(
    r"SIP[ \t]*+/[ \t]*+[0-9.]++[ \t]*+/[ \t]*+(" + TOKEN.pattern + r")[ \t]++"
    r"(\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9_.\-]++)(?:[ \t]*+:[ \t]*+([0-9]{1,5})(?![0-9]))?",
    re.IGNORECASE,
)
_BRANCH = re.compile(r";[ \t]*+branch[ \t]*+=[ \t]*+(" + TOKEN.pattern + ")", re.IGNORECASE)


def is_unique(branch: str) -> bool:
    """Say whether a branch is unique by RFC 3261's rule (8.1.1.7), not one of RFC 2543."""
    return branch.startswith(BRANCH_COOKIE) and len(branch) > len(BRANCH_COOKIE)


@dataclass(frozen=True, slots=True)
class Via:
    """`transport` is upper case; `host` and `port` are sent-by, an IPv6 host without brackets."""

    transport: str
    host: str
    port: int | None = None
    params: Params = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _PLAIN.fullmatch(text)
        if match is not None:
            transport, host, digits, rest = match.groups()
            port = int(digits) if digits else None
            params = split_plain(rest) if rest else {}
            if params is not None and (port is None or 0 < port < 65536):
                return cls(transport.upper(), host, port, params)
        return cls.parse_with_care(text)

    @classmethod
    def parse_with_care(cls, text: str) -> Self:
        """Do the same for whatever comes; `parse` is faster with what nearly always comes."""
        match = _VIA.fullmatch(text.strip(LWS))
        if match is None:
            raise ParseError(f"Via: {excerpt(text)} is not a Via value", header="Via")
        transport, host, port, params = match.groups()
        return cls(
            transport.upper(),
            parse_host(host, "Via"),
            None if port is None else parse_port(port, "Via"),
            parse_params(params, "Via") if params else {},
        )

    @classmethod
    def salvage(cls, text: str) -> Self | None:
        """Read of a malformed value what an answer needs, of any protocol version."""
        match = _VIA_START.match(text)
        if match is None:
            return None
        transport, host, port = match.groups()
        branch = _BRANCH.search(text, match.end())
        return cls(
            transport.upper(),
            host.strip("[]"),
            int(port) if port and 0 < int(port) < 65536 else None,
            {"branch": branch.group(1)} if branch else {},
        )

    @property
    def branch(self) -> str:
        return self.params.get("branch") or ""

    @property
    def has_cookie(self) -> bool:
        """Whether the branch is unique by RFC 3261's rule (8.1.1.7), not one of RFC 2543."""
        return is_unique(self.branch)

    @property
    def received(self) -> str:
        """The address without brackets (RFC 5118 section 4.5: both forms occur)."""
        return (self.params.get("received") or "").strip("[]")

    @property
    def rport(self) -> str | None:
        """None when absent, "" when asked for, else the port."""
        return (self.params["rport"] or "") if "rport" in self.params else None

    @property
    def sent_by(self) -> str:
        return join_host_port(self.host, self.port)

    def is_sent_by(self, other: "Via") -> bool:
        """Say whether the sent-by of both is the same."""
        return self.host == other.host and self.port == other.port

    def with_received(self, host: str, port: int) -> Self:
        """Add where the request came from: RFC 3261 section 18.2.1 and RFC 3581 section 4."""
        if "rport" in self.params:
            # "it MUST add a received parameter ... even if it is identical" (RFC 3581)
            params = {**self.params, "received": host, "rport": str(port)}
        elif host != self.host:
            params = {**self.params, "received": host}
        else:
            return self
        return type(self)(self.transport, self.host, self.port, params)

    def __str__(self) -> str:
        return f"SIP/2.0/{self.transport} {self.sent_by}{format_params(self.params)}"
