"""What is still served when more comes than can be carried: the rest is answered 503 (21.5.4).

The measure is how long the message in hand has waited, or another one waits for the disk, and how
many transactions are held. What has been begun is finished first, so in this order:

    in a dialog, or repeated      always
    phones that are registered    until there is hardly room to answer
    credentials for a challenge   they are half way, and one more message makes them registered
    anybody else                  while there is nothing to fear
"""

from dataclasses import dataclass
from enum import IntEnum

from sipcore.message import Request
from sipcore.ports import Tokens

LEAST_RETRY_S = 2
RETRY_SPREAD_S = 8


class Rank(IntEnum):
    STRANGER = 0
    HALF_WAY = 1
    REGISTERED = 2
    BEGUN = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """Beyond either of them a rank is refused."""

    waited_s: float
    transactions: int


# A client repeats its request after T1, 0.5 s: who is answered before that adds no load.
BOUNDS = {
    Rank.STRANGER: Bounds(0.3, 20_000),
    Rank.HALF_WAY: Bounds(1.0, 60_000),
    Rank.REGISTERED: Bounds(2.0, 100_000),
}


def rank(request: Request, *, is_registered: bool) -> Rank:
    """Say how much is lost by refusing a request that repeats none."""
    if request.to.tag or request.method in ("ACK", "CANCEL"):
        return Rank.BEGUN
    if is_registered:
        return Rank.REGISTERED
    return Rank.HALF_WAY if "Authorization" in request.headers else Rank.STRANGER


class Overload:
    """`refused` counts the answers 503."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.refused = 0

    @staticmethod
    def is_near(waited_s: float, transactions: int) -> bool:
        """Tell, cheaply, whether there is anything to decide at all."""
        first = BOUNDS[Rank.STRANGER]
        return waited_s > first.waited_s or transactions > first.transactions

    def retry_after(self, rank: Rank, waited_s: float, transactions: int) -> int:
        """Return the seconds after which to come back; 0 for a request that is served.

        They are spread, so that those who were refused together do not come back together.
        """
        bounds = BOUNDS.get(rank)
        if bounds is None:
            return 0
        if waited_s <= bounds.waited_s and transactions <= bounds.transactions:
            return 0
        self.refused += 1
        return LEAST_RETRY_S + int(self._tokens.hex(1), 16) % RETRY_SPREAD_S
