"""The records that lead phones to this installation: RFC 3263 from the publisher's side."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sipcore.message import is_ip
from sipcore.resolver.records import NAPTR, SRV, A, Naptr, Srv
from sipcore.resolver.targets import SERVICE
from sipcore.resolver.targets import TRANSPORTS as BY_PREFERENCE

TTL_S = 3600
_NOT_IN_LABELS = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Node:
    """A server that phones register to; `host` is a name or an address.

    `addresses` are those that are known besides; `name` stands in for a host name where there is
    none.
    """

    name: str
    host: str
    port: int
    addresses: tuple[str, ...] = ()


def zone_lines(domain: str, nodes: Sequence[Node], transports: Iterable[str]) -> list[str]:
    """Return lines for the zone file; of the nodes the first one is the primary."""
    spoken = [name for name in BY_PREFERENCE if name in transports]
    services = {transport: f"_sip._{transport.lower()}.{domain}" for transport in spoken}
    lines = [
        _line(domain, NAPTR, _naptr(10 * rank, transport, services[transport]))
        for rank, transport in enumerate(spoken, 1)
    ]
    hosts = [(node, host_name(node, domain)) for node in nodes]
    for transport in spoken:
        for rank, (node, name) in enumerate(hosts, 1):
            # "Domain administrators SHOULD use Weight 0 when there isn't any server selection to
            # do" (RFC 2782)
            record = Srv(priority=10 * rank, weight=0, port=node.port, target=name)
            lines.append(_line(services[transport], SRV, record))
    for node, name in dict(hosts).items():
        lines += _address_lines(node, name, domain)
    return lines


def host_name(node: Node, domain: str) -> str:
    """Return the full name of a node: an SRV record cannot hold an address."""
    host = node.host.removesuffix(".").lower()
    if is_ip(host):
        return f"{_NOT_IN_LABELS.sub('-', node.name.lower()).strip('-') or 'node'}.{domain}"
    return host if "." in host else f"{host}.{domain}"


def _naptr(preference: int, transport: str, name: str) -> Naptr:
    # One order for all: clients "MAY process records with the same Order but different
    # Preferences" (RFC 3403 section 4.1), so each transport is there for when the other fails.
    service = next(service for service, value in SERVICE.items() if value == transport)
    return Naptr(10, preference, "s", service, name)


def _address_lines(node: Node, name: str, domain: str) -> list[str]:
    addresses = (node.host, *node.addresses) if is_ip(node.host) else node.addresses
    if addresses:
        return [_line(name, _kind(address), address) for address in dict.fromkeys(addresses)]
    if name.endswith(f".{domain}") or name == domain:
        return [f"; {name}. needs a record of type A or AAAA: the address of {node.name}"]
    return []


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else A


def _line(owner: str, kind: str, data: object) -> str:
    return f"{owner}. {TTL_S} IN {kind} {data}"
