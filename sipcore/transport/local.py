"""Which of our own addresses a remote sees: what Via, Contact and Record-Route must name."""

import socket
from collections import OrderedDict

from sipcore.ports import Address
from sipcore.transport.listen import WILDCARDS, address_of, family_of

REMEMBERED = 8192
# An address of this machine may go away (DHCP, a cable); asking again costs 20 microseconds.
VALID_S = 60.0


class LocalAddresses:
    """Answers from the routing table; remembered per remote host, and bounded."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def towards(self, bound: Address, remote: Address, now: float) -> Address:
        """Return the concrete address behind `bound` for `remote`, with the port of `bound`.

        A remote that cannot be reached at all gets `bound` back as it is.
        """
        if bound[0] not in WILDCARDS:
            return bound
        known = self._known.get(remote[0])
        if known is None or known[1] < now:
            host = source_host(remote[0])
            if host is None:
                return bound
            known = self._remember(remote[0], host, now)
        return known[0], bound[1]

    def _remember(self, remote_host: str, host: str, now: float) -> tuple[str, float]:
        known = self._known[remote_host] = (host, now + VALID_S)
        self._known.move_to_end(remote_host)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known


def source_host(remote_host: str) -> str | None:
    """Ask the routing table; connecting a UDP socket sends nothing."""
    with socket.socket(family_of(remote_host), socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((remote_host, 9))  # any port but 0; 9 is "discard"
        except OSError:
            return None
        return address_of(probe.getsockname())[0]
