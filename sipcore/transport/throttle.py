"""Hosts that send more than can be read: the kernel lets only a part of it through.

One process can send half a million datagrams a second, and no program in user space can even read
so many. While they fill the socket's buffer, those of everybody else are lost. So when the socket
cannot be read empty and one host fills it, a packet filter on the socket drops most of what that
host sends, at random, and so much that about `PASSED` a second remain. With them the host can be
seen to stop, and the share rises again until the host is forgotten.

The filter is classic BPF (Linux); where there is none, the flood costs what it costs.
"""

import ctypes
import ipaddress
import logging
import socket
import struct
from collections import Counter
from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

PASSED = 1000
"""Datagrams a second that a throttled host gets through, roughly: from a quarter to the double."""
PERIOD_S = 0.25
SHARE = 8
"""A host that sent one in so many of a full batch is one of those that fill the buffer."""
HOSTS = 64
MOST_BITS = 14

# linux/filter.h, asm-generic/socket.h
_ATTACH_FILTER, _DETACH_FILTER = 26, 27
_LOAD_WORD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_NETWORK_HEADER, _ANCILLARY, _RANDOM = -0x100000, -0x1000, 56
_SOURCE = {socket.AF_INET: (12,), socket.AF_INET6: (8, 12)}
"""Where the words of the source stand: IPv4's address, of IPv6's the network."""
_ALL, _NOTHING = 0xFFFFFFFF, 0


class Throttle:
    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._bits: dict[str, int] = {}
        self._seen: Counter[str] = Counter()
        self._until = 0.0

    @property
    def bits(self) -> Mapping[str, int]:
        """Say for each throttled host that one in 2**bits of its datagrams passes."""
        return self._bits

    def note(self, hosts: Sequence[str], now: float, *, is_full: bool) -> None:
        """Take note of who sent one batch; `is_full` when there was more to read."""
        if not is_full and not self._bits:
            return
        before = dict(self._bits)
        counts = Counter(hosts)
        self._seen.update({host: counts[host] for host in self._bits})
        if is_full:
            self._add(counts, len(hosts))
        if now >= self._until:
            self._until = now + PERIOD_S
            self._adjust()
        if self._bits != before:
            self._apply(set(self._bits) - set(before))

    def _add(self, counts: Counter[str], total: int) -> None:
        for host, count in counts.items():
            if count * SHARE > total and (host in self._bits or len(self._bits) < HOSTS):
                self._bits[host] = min(self._bits.get(host, 2) + 2, MOST_BITS)

    def _adjust(self) -> None:
        for host, bits in list(self._bits.items()):
            seen = self._seen[host] / PERIOD_S
            if seen > 2 * PASSED:
                self._bits[host] = min(bits + 1, MOST_BITS)
            elif seen < PASSED / 4:
                self._bits[host] = bits - 1
                if bits == 1:
                    del self._bits[host]
        self._seen.clear()

    def _apply(self, new: set[str]) -> None:
        for host in new:
            log.warning("%s sends more than can be read: most of it is dropped", host)
        try:
            set_filter(self._socket, self._bits)
        except OSError as error:  # no such filter in this system
            log.info("the flood of %s cannot be filtered: %s", ", ".join(new), error)


def set_filter(sock: socket.socket, bits: Mapping[str, int]) -> None:
    """Drop all but one in 2**bits of what each host sends; with nothing to drop, no filter."""
    if not bits:
        sock.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)
        return
    code = program(sock.family, bits)
    buffer = ctypes.create_string_buffer(code, len(code))
    pointer = struct.pack("HP", len(code) // 8, ctypes.addressof(buffer))
    sock.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, pointer)


def program(family: int, bits: Mapping[str, int]) -> bytes:
    """Return the instructions, 8 octets each; of a neighbour under IPv6 only the /64 is known."""
    return b"".join(_block(family, host, each) for host, each in bits.items()) + _op(_RETURN, _ALL)


def _block(family: int, host: str, bits: int) -> bytes:
    """If the source is `host`: load a random word and keep the packet if its low bits are 0."""
    offsets = _SOURCE[socket.AddressFamily(family)]
    source = ipaddress.ip_address(host.partition("%")[0]).packed
    decide = (
        _op(_LOAD_WORD, _ANCILLARY + _RANDOM),
        _op(_JUMP_SET, 2**bits - 1, if_true=1),
        _op(_RETURN, _ALL),
        _op(_RETURN, _NOTHING),
    )
    code = []
    for index, offset in enumerate(offsets):
        after = 2 * (len(offsets) - index - 1) + len(decide)
        word = int.from_bytes(source[4 * index : 4 * index + 4], "big")
        code += [_op(_LOAD_WORD, _NETWORK_HEADER + offset), _op(_JUMP_EQUAL, word, if_false=after)]
    return b"".join([*code, *decide])


def _op(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value & _ALL)
