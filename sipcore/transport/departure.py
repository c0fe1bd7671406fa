"""Where a request leaves from: which of the addresses that we listen on reaches a target.

RFC 3263 leaves to the client what it can speak; a request from an address that is listened on is
answered, and called back, at the same one (RFC 3261 section 18.1.1).
"""

from collections.abc import Iterable, Sequence
from socket import AF_INET, AF_INET6

from sipcore.ports import Flow
from sipcore.resolver import Target
from sipcore.transport.listen import TRANSPORTS, WILDCARDS, Listen, family_of
from sipcore.transport.local import LocalAddresses

RECORD_TYPES = ((AF_INET6, "AAAA"), (AF_INET, "A"))


def transports_of(listening: Sequence[Listen]) -> list[str]:
    """Name the transports that we speak, UDP first."""
    return [name for name in TRANSPORTS if any(each.transport == name for each in listening)]


def families_of(listening: Sequence[Listen]) -> list[str]:
    """Name the record types whose addresses we reach, IPv6 first (RFC 6724)."""
    return [kind for family, kind in RECORD_TYPES if any(x.family == family for x in listening)]


def flows_to(
    targets: Iterable[Target], listening: Sequence[Listen], local: LocalAddresses, now: float
) -> tuple[Flow, ...]:
    """Turn targets into flows, in their order; those that nothing here reaches are left out."""
    flows = (_flow_to(target, listening, local, now) for target in targets)
    return tuple(flow for flow in flows if flow is not None)


def _flow_to(
    target: Target, listening: Sequence[Listen], local: LocalAddresses, now: float
) -> Flow | None:
    family, remote = family_of(target.host), (target.host, target.port)
    for each in listening:
        if (each.transport, each.family) == (target.transport, family):
            ours = local.towards(each.address, remote, now)
            # a wildcard that stays one: this machine has no route to the target
            return None if ours[0] in WILDCARDS else Flow(target.transport, ours, remote)
    return None
