"""An address to listen on, as text and as a value: `udp:192.0.2.1:5060`, `tcp:[::]:5060`."""

import socket
from dataclasses import dataclass

from sipcore.ports import Address

TRANSPORTS = ("UDP", "TCP")
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class Listen:
    """A transport and a numeric address; port 0 lets the system choose one."""

    transport: str
    host: str
    port: int

    @property
    def address(self) -> Address:
        return self.host, self.port

    @property
    def family(self) -> socket.AddressFamily:
        return family_of(self.host)

    @property
    def is_wildcard(self) -> bool:
        return self.host in WILDCARDS

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport.lower()}:{host}:{self.port}"


def parse_listen(text: str) -> tuple[Listen, ...]:
    """Read one option; without a transport it stands for both. Raises ValueError."""
    transports: tuple[str, ...] = TRANSPORTS
    rest = text
    head, colon, tail = text.partition(":")
    if colon and head.upper() in TRANSPORTS:
        transports, rest = (head.upper(),), tail
    host, _, port = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text}: expected HOST:PORT, udp:HOST:PORT or tcp:HOST:PORT")
    if not is_numeric(host):
        raise ValueError(f"{text}: {host or 'nothing'} is not a numeric IPv4 or IPv6 address")
    return tuple(Listen(transport, host, int(port)) for transport in transports)


def is_numeric(host: str) -> bool:
    """Tell whether sending to `host` needs no name look-up (which would stop the loop)."""
    try:
        socket.inet_pton(family_of(host), host.partition("%")[0])
    except (OSError, ValueError):  # ValueError: a NUL or a lone surrogate from the wire
        return False
    return True


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def address_of(name: tuple[object, ...]) -> Address:
    """Turn what a socket calls an address into ours; a link-local one keeps its zone."""
    host, port = str(name[0]), name[1]
    zone = name[3] if len(name) > 3 else 0
    assert isinstance(port, int)
    return (f"{host}%{zone}" if zone and "%" not in host else host), port
