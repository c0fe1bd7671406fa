"""Locating SIP servers: RFC 3263 section 4, as a generator that asks and is told.

It yields the queries of one round, which may go out together, and is sent their answers in the
same order; so who drives it decides how DNS is asked. What it returns is the list that 4.3 tries
one after the other.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from sipcore.message import SipUri, is_ip
from sipcore.resolver.records import (
    AAAA,
    NAPTR,
    SRV,
    A,
    Answer,
    Draw,
    Query,
    first_order,
    in_order,
    sip_services,
)

DEFAULT_PORT = 5060
TRANSPORTS = ("UDP", "TCP")
"""Those without TLS, the default one first: 4.1 "SHOULD use UDP for a SIP URI"."""
FAMILIES = (AAAA, A)
"""RFC 7984 section 3.1 and RFC 6724: both are looked up, IPv6 comes first."""
SERVICE = {"SIP+D2U": "UDP", "SIP+D2T": "TCP"}

MAX_SERVERS = 8
MAX_TARGETS = 16
"""What a stranger's DNS may make us ask and try; far more than anybody tries in one call."""
FOREVER_S = float("inf")

NOT_IN_DNS = ("localhost", "local", "invalid")
"""RFC 6761 section 6.3 and 6.4, RFC 6762 section 3: names that no DNS server is asked for.

`invalid` is what phones in browsers register (RFC 7118 section 5).
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A place to send a request to; `host` is numeric."""

    transport: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport} {host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Located:
    """`targets` in the order in which they are to be tried, valid for `ttl_s`.

    Without any, `problem` says why, and `is_temporary` that DNS may know better later.
    """

    targets: tuple[Target, ...]
    ttl_s: float = FOREVER_S
    problem: str = ""
    is_temporary: bool = False


Round = tuple[Query, ...]
Rounds = Generator[Round, Sequence[Answer], Located]


@dataclass(frozen=True, slots=True)
class _Server:
    transport: str
    name: str
    port: int


@dataclass(slots=True)
class _Search:
    """What counts for every step; `ttl_s` and `problem` gather what the answers say."""

    draw: Draw
    transports: Sequence[str]
    families: Sequence[str]
    ttl_s: float = FOREVER_S
    problem: str = ""
    is_unanswered: bool = False

    def ask(self, queries: Iterable[Query]) -> Generator[Round, Sequence[Answer], list[Answer]]:
        asked = tuple(dict.fromkeys(queries))
        if not asked:
            return []
        answers = yield asked
        for query, answer in zip(asked, answers, strict=True):
            self.ttl_s = min(self.ttl_s, answer.ttl_s)
            if answer.problem and not self.is_unanswered:
                self.is_unanswered = True
                self.problem = f"{query}: {answer.problem}"
        return list(answers)


def next_host(uri: SipUri) -> str:
    """Return RFC 3263's TARGET: "the value of the maddr parameter of the URI, if present"."""
    return (uri.params.get("maddr") or uri.host).removesuffix(".").lower()


def locate(
    uri: SipUri,
    draw: Draw,
    transports: Sequence[str] = TRANSPORTS,
    families: Sequence[str] = FAMILIES,
) -> Rounds:
    """Find where a request to `uri` goes, over the transports and families that we can use."""
    search = _Search(draw, transports, families)
    host = next_host(uri)
    transport = uri.transport or TRANSPORTS[0]
    # "if the transport parameter is not specified and the scheme is SIPS, TLS is used"
    if uri.scheme == "sips":
        return _nothing(search, "sips needs TLS, which is not spoken here")
    if uri.transport and transport not in transports:
        return _nothing(search, f"transport {transport} is not spoken here")
    # "If TARGET is a numeric IP address, the client uses that address." (4.2)
    if is_ip(host):
        return _found(search, transport, [Target(transport, host, uri.port or DEFAULT_PORT)])
    if host.rpartition(".")[2] in NOT_IN_DNS:
        return _nothing(search, f"{host} is a name that is not in DNS")
    # "If the TARGET was not a numeric IP address, but a port is present in the URI, the client
    # performs an A or AAAA record lookup of the domain name." (4.2)
    if uri.port is not None:
        servers = [_Server(transport, host, uri.port)]
    else:
        servers = yield from _servers(search, host, uri.transport)
    targets = yield from _addresses(search, servers)
    return _found(search, transport, targets)


def _found(search: _Search, transport: str, targets: Sequence[Target]) -> Located:
    usable = [each for each in targets if each.transport in search.transports]
    usable = [each for each in dict.fromkeys(usable) if _is_one_host(each.host)]
    if not usable:
        return _nothing(search, "the name leads to no address that can be used")
    return Located(tuple(usable[:MAX_TARGETS]), search.ttl_s)


def _nothing(search: _Search, problem: str) -> Located:
    return Located((), search.ttl_s, search.problem or problem, search.is_unanswered)


def _is_one_host(host: str) -> bool:
    address = ip_address(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return False  # the IPv4 address in disguise: it never is on a wire (RFC 4291 2.5.5.2)
    return not (address.is_multicast or address.is_unspecified or host == "255.255.255.255")


# -- names ---------------------------------------------------------------------------------------


def _servers(
    search: _Search, host: str, transport: str
) -> Generator[Round, Sequence[Answer], list[_Server]]:
    """Find names and ports: 4.1 and 4.2, for a name without a port."""
    if transport:
        # "if the transport protocol is specified explicitly": no NAPTR, SRV for that one only
        services = [(transport, f"_sip._{transport.lower()}.{host}")]
    else:
        found = yield from _services(search, host)
        if found == []:
            return []
        services = found or [(each, f"_sip._{each.lower()}.{host}") for each in search.transports]
        transport = services[0][0] if found else TRANSPORTS[0]
    answers = yield from search.ask(Query(name, SRV) for _, name in services)
    servers = [
        _Server(service[0], record.target, record.port)
        for service, answer in zip(services, answers, strict=True)
        for record in in_order(answer.srv, search.draw)
        # "A Target of "." means that the service is decidedly not available at this domain."
        # (RFC 2782)
        if record.target and record.port
    ]
    if servers or any(answer.srv for answer in answers):
        return servers
    # "If no SRV records were found, the client performs an A or AAAA record lookup of the domain
    # name", at the transport's default port (4.2)
    return [_Server(transport, host, DEFAULT_PORT)]


def _services(
    search: _Search, host: str
) -> Generator[Round, Sequence[Answer], list[tuple[str, str]] | None]:
    """Ask NAPTR for transports and the names of their SRV records; None when it says nothing.

    An empty list: the domain offers SIP, and none of the ways that are spoken here.
    """
    (answer,) = yield from search.ask([Query(host, NAPTR)])
    offered = sip_services(answer.naptr)
    if not offered:
        return None
    # "The client discards any service fields that identify a resolution service whose value is
    # not "D2X", for values of X that indicate transport protocols supported by the client."
    usable = [each for each in offered if SERVICE.get(each.service.upper()) in search.transports]
    if not usable:
        names = ", ".join(sorted({each.service.upper() for each in offered}))
        search.problem = search.problem or f"{host} offers only {names}, not spoken here"
        return []
    return [(SERVICE[each.service.upper()], each.replacement) for each in first_order(usable)]


# -- addresses -----------------------------------------------------------------------------------


def _addresses(
    search: _Search, servers: Sequence[_Server]
) -> Generator[Round, Sequence[Answer], list[Target]]:
    """Look up every server's addresses; the order of the servers stays (4.3)."""
    servers = servers[:MAX_SERVERS]
    queries = [Query(server.name, kind) for server in servers for kind in search.families]
    queries = list(dict.fromkeys(queries))
    answers = yield from search.ask(queries)
    known = dict(zip(queries, answers, strict=True))
    return [
        Target(server.transport, address, server.port)
        for server in servers
        for kind in search.families
        for address in known[Query(server.name, kind)].addresses
    ]
