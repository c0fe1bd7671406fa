"""The system's randomness as the engine's `Tokens`."""

import os

POOL_OCTETS = 4096


class SystemTokens:
    """Asks the system for many octets at once: a call for each tag costs more than making it.

    For one thread: two that take at the same moment could get the same octets.
    """

    def __init__(self) -> None:
        self._pool = b""
        self._used = 0

    def hex(self, octets: int) -> str:
        end = self._used + octets
        if end > len(self._pool):
            self._pool = os.urandom(max(POOL_OCTETS, octets))
            self._used, end = 0, octets
        found = self._pool[self._used : end].hex()
        self._used = end
        return found
