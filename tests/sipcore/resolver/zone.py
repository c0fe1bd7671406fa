"""DNS as a dictionary: what the zones of a test hold, and what was asked of them."""

from collections.abc import Sequence

from sipcore.message import SipUri
from sipcore.resolver import Answer, Located, Naptr, Query, Srv, locate
from sipcore.resolver.records import Draw
from sipcore.resolver.targets import FAMILIES, TRANSPORTS

Record = Naptr | Srv | str
NEGATIVE_TTL_S = 900.0


class Zone:
    """`zone["SRV _sip._udp.example.com"] = Srv(...), ...`; `ttls` has other TTLs than 3600."""

    def __init__(self) -> None:
        self.records: dict[str, tuple[Record, ...]] = {}
        self.ttls: dict[str, float] = {}
        self.broken: dict[str, str] = {}
        self.rounds: list[tuple[str, ...]] = []

    def __setitem__(self, query: str, records: Record | tuple[Record, ...]) -> None:
        self.records[query] = records if isinstance(records, tuple) else (records,)

    def answer(self, query: Query) -> Answer:
        name = str(query)
        if name in self.broken:
            return Answer(problem=self.broken[name])
        records = self.records.get(name)
        if records is None:
            return Answer(ttl_s=NEGATIVE_TTL_S)
        return Answer(
            tuple(each for each in records if isinstance(each, Naptr)),
            tuple(each for each in records if isinstance(each, Srv)),
            tuple(each for each in records if isinstance(each, str)),
            self.ttls.get(name, 3600.0),
        )

    def locate(
        self,
        uri: str,
        draw: Draw = lambda total: 0,
        transports: Sequence[str] = TRANSPORTS,
        families: Sequence[str] = FAMILIES,
    ) -> Located:
        """Play DNS for one look-up; `rounds` keeps what was asked."""
        rounds = locate(SipUri.parse(uri), draw, transports, families)
        try:
            queries = next(rounds)
            while True:
                self.rounds.append(tuple(str(query) for query in queries))
                queries = rounds.send([self.answer(query) for query in queries])
        except StopIteration as end:
            located = end.value
            assert isinstance(located, Located)
            return located

    def targets(self, uri: str, draw: Draw = lambda total: 0) -> list[str]:
        return [str(target) for target in self.locate(uri, draw).targets]

    @property
    def asked(self) -> list[str]:
        return [query for queries in self.rounds for query in queries]
