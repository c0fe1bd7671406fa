"""DNS questions and answers as values, and the order that SRV and NAPTR records come in.

RFC 2782 for SRV, RFC 3403 for NAPTR. Names are in lower case and without the last dot.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

NAPTR, SRV, A, AAAA = "NAPTR", "SRV", "A", "AAAA"

Draw = Callable[[int], int]
"""Returns "a uniform random number between 0 and the sum computed (inclusive)" (RFC 2782)."""


@dataclass(frozen=True, slots=True)
class Query:
    """`kind` is NAPTR, SRV, A or AAAA."""

    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Naptr:
    order: int
    preference: int
    flags: str
    service: str
    replacement: str
    regexp: str = ""

    def __str__(self) -> str:
        return (
            f'{self.order} {self.preference} "{self.flags}" "{self.service}" "{self.regexp}" '
            f"{self.replacement}."
        )


@dataclass(frozen=True, slots=True)
class Srv:
    """A `target` of "" stands for the root: the service is not available at this domain."""

    priority: int
    weight: int
    port: int
    target: str

    def __str__(self) -> str:
        return f"{self.priority} {self.weight} {self.port} {self.target}."


@dataclass(frozen=True, slots=True)
class Answer:
    """What DNS says to one query; only the records of its kind are there.

    `addresses` are numeric. Nothing at all means that there is no such record, unless `problem`
    says why nobody knows. `ttl_s` tells how long the answer holds.
    """

    naptr: tuple[Naptr, ...] = ()
    srv: tuple[Srv, ...] = ()
    addresses: tuple[str, ...] = ()
    ttl_s: float = 0.0
    problem: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The records as a zone file would show them."""
        return tuple(str(record) for record in (*self.naptr, *self.srv, *self.addresses))


def in_order(records: Iterable[Srv], draw: Draw) -> list[Srv]:
    """Sort by priority, and within one priority by chance as the weights tell (RFC 2782)."""
    ordered: list[Srv] = []
    # "arrange all SRV RRs (that have not been ordered yet) in any order, except that all those
    # with weight 0 are placed at the beginning of the list"
    left = sorted(records, key=lambda record: (record.priority, record.weight > 0))
    while left:
        group = [record for record in left if record.priority == left[0].priority]
        chosen = _chosen(group, draw)
        left.remove(chosen)
        ordered.append(chosen)
    return ordered


def _chosen(group: list[Srv], draw: Draw) -> Srv:
    """Choose one record of a priority.

    "select the RR whose running sum value is the first in the selected order which is greater
    than or equal to the random number selected"
    """
    number = draw(sum(record.weight for record in group))
    running_sum = 0
    for record in group:
        running_sum += record.weight
        if running_sum >= number:
            return record
    return group[-1]  # only for a draw that is out of its range


def sip_services(records: Iterable[Naptr]) -> list[Naptr]:
    """Leave out what is not about SIP: a domain may use NAPTR for other things as well.

    RFC 3263 section 4.1: "The services relevant for the task of transport protocol selection are
    those with NAPTR service fields with values "SIP+D2X" and "SIPS+D2X""; the flag is "s", and
    with a replacement there is no regexp (RFC 3403 section 4.1).
    """
    return [
        record
        for record in records
        if record.service.upper().startswith(("SIP+D2", "SIPS+D2"))
        and record.flags.upper() == "S"
        and record.replacement
        and not record.regexp
    ]


def first_order(records: Iterable[Naptr]) -> list[Naptr]:
    """Return the records to be used, the preferred one first.

    RFC 3403 section 4.1: "a client MUST NOT consider records with a different Order but they MAY
    process records with the same Order but different Preferences".
    """
    ordered = sorted(records, key=lambda record: (record.order, record.preference))
    return [record for record in ordered if record.order == ordered[0].order]
