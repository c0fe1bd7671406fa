"""Asks DNS: the only part of the resolver that does I/O (asyncio and dnspython).

Every wait has its limit, the same question is asked once at a time, and only so many questions
are out together; so a DNS server that hangs costs those who need it some seconds, and nobody else
anything.
"""

import asyncio
import random
from collections.abc import Callable, Sequence

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rdtypes.IN.NAPTR
import dns.rdtypes.IN.SRV
import dns.resolver

from sipcore.message import SipUri
from sipcore.ports import Address
from sipcore.resolver.cache import AnswerCache
from sipcore.resolver.records import Answer, Draw, Naptr, Query, Srv
from sipcore.resolver.targets import FAMILIES, TRANSPORTS, Located, locate

SERVER_S = 0.8
"""One DNS server's time to answer, before the next one is asked, or the same one again."""
QUERY_S = 2.0
LOCATE_S = 5.0
"""All of it: a caller listens to silence meanwhile."""
QUERIES_AT_ONCE = 64
"""Each one is an open file."""
EDNS_OCTETS = 1232
MAX_RECORDS = 64

Observer = Callable[[Query, Answer], None]

_draw = random.SystemRandom()


def system_draw(total: int) -> int:
    return _draw.randint(0, total)


class DnsClient:
    """Answers from the cache, else from the DNS servers.

    Without `servers` those of the system are asked, as its resolv.conf names them at that moment.
    """

    def __init__(
        self,
        servers: Sequence[Address] = (),
        *,
        draw: Draw = system_draw,
        server_s: float = SERVER_S,
        query_s: float = QUERY_S,
        locate_s: float = LOCATE_S,
    ) -> None:
        self.cache = AnswerCache()
        self._servers = servers
        self._draw = draw
        self._server_s = server_s
        self._query_s = query_s
        self._locate_s = locate_s
        self._asked: dict[Query, asyncio.Future[Answer]] = {}
        self._slots = asyncio.Semaphore(QUERIES_AT_ONCE)

    async def locate(
        self,
        uri: SipUri,
        transports: Sequence[str] = TRANSPORTS,
        families: Sequence[str] = FAMILIES,
        on_answer: Observer | None = None,
    ) -> Located:
        """Find the targets of `uri`; what goes wrong is in the result, within `locate_s`."""
        rounds = locate(uri, self._draw, transports, families)
        try:
            async with asyncio.timeout(self._locate_s):
                queries = next(rounds)
                while True:
                    answers = await asyncio.gather(*map(self.ask, queries))
                    for query, answer in zip(queries, answers, strict=True):
                        if on_answer is not None:
                            on_answer(query, answer)
                    queries = rounds.send(answers)
        except StopIteration as end:
            located = end.value
            assert isinstance(located, Located)
            return located
        except TimeoutError:
            problem = f"DNS did not answer within {self._locate_s:g} s"
            return Located((), 0.0, problem, is_temporary=True)

    async def ask(self, query: Query) -> Answer:
        """Answer one query; never fails, but for being cancelled."""
        loop = asyncio.get_running_loop()
        known = self.cache.get(query, loop.time())
        if known is not None:
            return known
        asked = self._asked.get(query)
        if asked is not None:
            return await asyncio.shield(asked)
        asked = self._asked[query] = loop.create_future()
        answer = Answer(problem="was given up")
        try:
            async with self._slots:
                answer = await self._resolve(query)
            answer = self.cache.put(query, answer, loop.time())
        finally:
            del self._asked[query]
            asked.set_result(answer)
        return answer

    async def _resolve(self, query: Query) -> Answer:
        try:
            # "." behind it: a name is what it says, whatever domain this machine is in
            name = dns.name.from_text(query.name + ".")
            found = await self._resolver().resolve(
                name, query.kind, lifetime=self._query_s, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN as error:
            return Answer(ttl_s=_negative_ttl(error))
        except dns.resolver.LifetimeTimeout:
            return Answer(problem=f"no answer within {self._query_s:g} s")
        except dns.resolver.NoNameservers as error:
            return Answer(problem=_why(error))
        except dns.resolver.NoResolverConfiguration:
            return Answer(problem="this system has no DNS server configured")
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            # a name that cannot be one, or an answer that is none
            return Answer(problem=str(error) or type(error).__name__)
        return _answer(found)

    def _resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = [
                dns.nameserver.Do53Nameserver(host, port) for host, port in self._servers
            ]
        resolver.timeout = self._server_s
        # large enough for most answers, small enough for every network
        resolver.use_edns(0, 0, EDNS_OCTETS)
        return resolver


def _negative_ttl(error: dns.resolver.NXDOMAIN) -> float:
    (response,) = error.kwargs["responses"].values()
    assert isinstance(response, dns.message.QueryMessage)
    # "the minimum of the MINIMUM field of the SOA record and the TTL of the SOA itself"
    # (RFC 2308 section 5)
    return response.resolve_chaining().minimum_ttl


def _why(error: dns.resolver.NoNameservers) -> str:
    """Name every server that failed, and how."""
    faults = {f"{fault[0]}: {fault[3]}" for fault in error.kwargs["errors"]}
    return "; ".join(sorted(faults)) or "no DNS server gave an answer"


def _answer(found: dns.resolver.Answer) -> Answer:
    naptr: list[Naptr] = []
    srv: list[Srv] = []
    addresses: list[str] = []
    for record in list(found.rrset or ())[:MAX_RECORDS]:
        match record:
            case dns.rdtypes.IN.NAPTR.NAPTR():
                naptr.append(_naptr(record))
            case dns.rdtypes.IN.SRV.SRV():
                target = _name(record.target)
                srv.append(Srv(record.priority, record.weight, record.port, target))
            case dns.rdtypes.IN.A.A() | dns.rdtypes.IN.AAAA.AAAA():
                addresses.append(record.address)
    ttl_s = found.chaining_result.minimum_ttl
    return Answer(tuple(naptr), tuple(srv), tuple(addresses), ttl_s)


def _naptr(record: dns.rdtypes.IN.NAPTR.NAPTR) -> Naptr:
    return Naptr(
        record.order,
        record.preference,
        _text(record.flags),
        _text(record.service),
        _name(record.replacement),
        _text(record.regexp),
    )


def _text(octets: bytes) -> str:
    return octets.decode("ascii", "replace")


def _name(name: dns.name.Name) -> str:
    """Write a name as it is written here; the root is empty."""
    return "" if name == dns.name.root else name.to_text(omit_final_dot=True).lower()
