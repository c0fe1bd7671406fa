"""What is remembered of DNS and of targets: both bounded, both told the time."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sipcore.resolver.records import Answer, Query
from sipcore.resolver.targets import Target

LONGEST_S = 86_400.0
"""A record that was wrong for a moment must not be believed for weeks."""
LONGEST_NEGATIVE_S = 900.0
"""RFC 2308 section 5 lets a resolver limit this; a new phone's name is asked for before it is
there."""
FAILURE_S = 10.0
"""RFC 9520 section 3.2: "Resolvers MUST cache resolution failures" for 1 s to 5 minutes."""
STALE_S = 86_400.0
STALE_TTL_S = 30.0
"""RFC 8767 section 5: how long after its end an answer may serve, and for how long each time."""

V = TypeVar("V")
K = TypeVar("K")


class _Recent(OrderedDict[K, V], Generic[K, V]):
    """A dictionary that forgets what was not used for the longest time."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def use(self, key: K) -> V | None:
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> None:
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._size:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Known:
    answer: Answer
    until: float
    """When it is asked for again."""
    ended: float
    """When the records themselves ended: later than that, they are stale."""


class AnswerCache:
    """Answers by query, those that say "there is none" included, as long as their TTL says.

    Each record set is kept by itself, so that weights are drawn anew for each request, and no TTL
    lengthens another. While the DNS server does not answer, what it said last goes on to serve:
    "cannot ask" is not "not found".
    """

    def __init__(self, size: int = 4096) -> None:
        self._known: _Recent[Query, _Known] = _Recent(size)

    def __len__(self) -> int:
        return len(self._known)

    def get(self, query: Query, now: float) -> Answer | None:
        """Return a valid answer with the time that it has left."""
        known = self._known.use(query)
        if known is None or known.until <= now:
            return None
        return replace(known.answer, ttl_s=known.until - now)

    def put(self, query: Query, answer: Answer, now: float) -> Answer:
        """Keep what DNS said; return what is to be believed, and for how long."""
        known = self._known.get(query)
        if not answer.problem:
            longest_s = LONGEST_S if answer.lines else LONGEST_NEGATIVE_S
            until = ended = now + min(answer.ttl_s, longest_s)
        elif known and not known.answer.problem and now < known.ended + STALE_S:
            answer, until, ended = known.answer, now + STALE_TTL_S, known.ended
        else:
            until = ended = now + FAILURE_S
        self._known.keep(query, _Known(answer, until, ended))
        return replace(answer, ttl_s=until - now)


# -- targets that do not answer -----------------------------------------------------------------

FIRST_BACK_OFF_S = 30.0
LONGEST_BACK_OFF_S = 600.0
LONGEST_RETRY_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Dead:
    until: float
    back_off_s: float


class DeadTargets:
    """Targets that failed, and for how long others are tried before them.

    The time doubles with each failure in a row; one answer ends it.
    """

    def __init__(self, size: int = 1024) -> None:
        self._dead: _Recent[Target, _Dead] = _Recent(size)

    def __len__(self) -> int:
        return len(self._dead)

    def failed(self, target: Target, now: float, retry_after_s: float = 0.0) -> None:
        """Take note of a failure; `retry_after_s` is what a 503 asked for.

        "It SHOULD NOT forward any other requests to that server for the duration specified in the
        Retry-After header field, if present" (RFC 3261 section 21.5.4).
        """
        dead = self._dead.get(target)
        if dead is not None and dead.until > now:
            back_off_s = dead.back_off_s  # several calls that failed at once are one failure
        elif dead is not None:
            back_off_s = min(2 * dead.back_off_s, LONGEST_BACK_OFF_S)
        else:
            back_off_s = FIRST_BACK_OFF_S
        wait_s = min(retry_after_s, LONGEST_RETRY_AFTER_S) or back_off_s
        self._dead.keep(target, _Dead(now + wait_s, back_off_s))

    def answered(self, target: Target) -> None:
        self._dead.pop(target, None)

    def is_dead(self, target: Target, now: float) -> bool:
        dead = self._dead.get(target)
        return dead is not None and now < dead.until

    def last(self, targets: Iterable[Target], now: float) -> list[Target]:
        """Put the dead ones behind the others: when all are dead, trying is all that is left."""
        return sorted(targets, key=lambda target: self.is_dead(target, now))
