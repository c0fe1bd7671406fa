"""Which nonce counts have been used: what comes twice is a replay (RFC 7616 section 3.4).

Nonces themselves need no memory; a count does, but only for nonces that proved a password. When
there is no room, the nonce that was used first is forgotten, and from then on no nonce as old as
that one is good for a first use: its phone gets a new one and answers that without asking anybody.
"""

from collections import OrderedDict

MEMORY = 200_000
"""Nonces remembered, about 200 octets each."""
_LONGEST = 8
_HEX = frozenset("0123456789abcdefABCDEF")


class Replays:
    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._last: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._forgotten = float("-inf")

    def __len__(self) -> int:
        return len(self._last)

    def is_replay(self, nonce: str, made_at: float, count: str) -> bool:
        """Note a use of `nonce`, made at `made_at`; True when it may have been used so before.

        Counts may leave gaps, never go back.
        """
        number = _number(count)
        last = self._last.get(nonce)
        if last is None:
            if made_at <= self._forgotten:
                return True
            self._remember(nonce, made_at, number)
            return False
        if number <= last[0]:
            return True
        self._last[nonce] = number, made_at
        return False

    def _remember(self, nonce: str, made_at: float, number: int) -> None:
        self._last[nonce] = number, made_at
        if len(self._last) > self._memory:
            _, (_, oldest) = self._last.popitem(last=False)
            self._forgotten = max(self._forgotten, oldest)


def _number(count: str) -> int:
    """Read an nc-value, "8LHEX"; anything else is as good as the first."""
    return int(count, 16) if len(count) <= _LONGEST and _HEX.issuperset(count) and count else 1
