"""Which nonce counts have been used: what comes twice is a replay (RFC 7616 section 3.4).

Nonces themselves need no memory; a count does, but only for nonces that proved a password. When
there is no room, the nonce that was used first is forgotten, and from then on no nonce as old as
that one is good for a first use: its phone gets a new one and answers that without asking anybody.
"""

from collections import deque

MEMORY = 200_000
"""Nonces remembered, about 110 octets each."""
_LONGEST = 8
_HEX = frozenset("0123456789abcdefABCDEF")


class Replays:
    """Knows nonces by their stamps, which no two of them share and which grow with the time."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._last: dict[int, int] = {}
        self._in_order: deque[int] = deque()
        self._forgotten = -1

    def __len__(self) -> int:
        return len(self._last)

    def is_replay(self, stamp: int, count: str) -> bool:
        """Note a use of the nonce with `stamp`; True when it may have been used so before.

        Counts may leave gaps, never go back.
        """
        number = _number(count)
        last = self._last.get(stamp)
        if last is None and stamp <= self._forgotten:
            return True
        if last is not None and number <= last:
            return True
        self._last[stamp] = number
        if last is None:
            self._remember(stamp)
        return False

    def _remember(self, stamp: int) -> None:
        self._in_order.append(stamp)
        if len(self._in_order) > self._memory:
            oldest = self._in_order.popleft()
            del self._last[oldest]
            self._forgotten = max(self._forgotten, oldest)


def _number(count: str) -> int:
    """Read an nc-value, "8LHEX"; anything else is as good as the first."""
    return int(count, 16) if len(count) <= _LONGEST and _HEX.issuperset(count) and count else 1
