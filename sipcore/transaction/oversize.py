"""Requests that are too large for a datagram go over TCP: RFC 3261 section 18.1.1.

"If a request is within 200 bytes of the path MTU, or if it is larger than 1300 bytes and the path
MTU is unknown, the request MUST be sent using an RFC 2914 congestion controlled transport
protocol, such as TCP." And "if the attempt to establish the connection generates either an ICMP
Protocol Not Supported, or results in a TCP reset, the element SHOULD retry the request, using
UDP." Many phones speak UDP alone, so who was found to is not tried again for a while.
"""

from collections import OrderedDict
from dataclasses import replace

from sipcore.message import Request
from sipcore.ports import Address, Flow
from sipcore.timers import Timers
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.non_invite_client import NonInviteClient

LARGEST_DATAGRAM = 1300
SPARE_OCTETS = 32
"""For what surrounds the fields; by so much `octets_of` counts too many at most."""
UDP_ALONE_S = 3600.0
REMEMBERED = 10_000


class Oversize:
    """Remembers who speaks UDP alone."""

    def __init__(self) -> None:
        self._udp_alone: OrderedDict[Address, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._udp_alone)

    def detour(self, request: Request, flow: Flow, now: float) -> Flow | None:
        """Return the way over TCP for a request that is too large; None when it goes as it is."""
        if flow.is_reliable or octets_of(request) <= LARGEST_DATAGRAM:
            return None
        if self._udp_alone.get(flow.remote, now) > now:
            return None
        return replace(flow, transport="TCP", connection=0)

    def failed(self, remote: Address, now: float) -> None:
        self._udp_alone.pop(remote, None)
        self._udp_alone[remote] = now + UDP_ALONE_S
        if len(self._udp_alone) > REMEMBERED:
            self._udp_alone.popitem(last=False)


def octets_of(request: Request) -> int:
    """Count without serialising; what is not ASCII counts for less than it has."""
    lines = sum([len(name) + len(value) + 4 for name, value in request.headers])
    return len(request.method) + len(request.uri) + SPARE_OCTETS + lines + len(request.body)


def is_unheard(machine: InviteClient | NonInviteClient) -> bool:
    """Tell whether nothing has come back yet: the machine is in the state it started in."""
    return machine.state is next(iter(type(machine.state)))


def afresh(
    machine: InviteClient | NonInviteClient, request: Request, timers: Timers
) -> InviteClient | NonInviteClient:
    """Return the machine as if its request had not been sent; a CANCEL that waits still waits."""
    first = next(iter(type(machine.state)))
    return replace(machine, request=request, timers=timers, state=first, interval=0.0)  # type: ignore[arg-type]  # `first` is of the machine's own S
