"""Sockets: datagrams and connections in, whole messages out (RFC 3261 section 18)."""

from sipcore.transport.departure import families_of, flows_to, transports_of
from sipcore.transport.intake import Intake
from sipcore.transport.listen import Listen, parse_listen
from sipcore.transport.local import LocalAddresses
from sipcore.transport.sink import ListenError, Received, Sink
from sipcore.transport.tcp import TcpLimits, TcpTransport
from sipcore.transport.udp import UdpTransport

__all__ = [
    "Intake",
    "Listen",
    "ListenError",
    "LocalAddresses",
    "Received",
    "Sink",
    "TcpLimits",
    "TcpTransport",
    "UdpTransport",
    "families_of",
    "flows_to",
    "parse_listen",
    "transports_of",
]
