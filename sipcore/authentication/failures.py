"""Wrong passwords of one user from one address: how many lately."""

from collections import OrderedDict
from dataclasses import dataclass, field

LIMIT = 10
"""A phone that keeps a wrong password tries again every half minute or so and stays below."""
WINDOW_S = 60.0
MEMORY = 10_000
"""Pairs remembered; only users that exist and hosts that answered a challenge of ours count."""

Who = tuple[str, str]
"""User ID and source host."""


@dataclass(slots=True)
class _Record:
    secret: str = field(repr=False)
    times: list[float] = field(default_factory=list)


class Failures:
    """Refuses early; the oldest failure that leaves the window lets one more attempt in."""

    def __init__(
        self, limit: int = LIMIT, window_s: float = WINDOW_S, memory: int = MEMORY
    ) -> None:
        self._limit = limit
        self._window_s = window_s
        self._memory = memory
        self._records: OrderedDict[Who, _Record] = OrderedDict()

    def add(self, who: Who, secret: str, now: float) -> None:
        """Count a failure against `secret`, the HA1 in force: a new password starts afresh."""
        record = self._records.pop(who, None)
        if record is None or record.secret != secret:
            record = _Record(secret)
        record.times = [*self._recent(record, now), now][-self._limit :]
        self._records[who] = record
        if len(self._records) > self._memory:
            self._records.popitem(last=False)

    def blocked_for(self, who: Who, secret: str, now: float) -> float:
        """Return the seconds until `who` may try again; 0 when the next attempt is welcome."""
        record = self._records.get(who)
        if record is None or record.secret != secret:
            return 0.0
        recent = self._recent(record, now)
        return recent[0] + self._window_s - now if len(recent) >= self._limit else 0.0

    def __len__(self) -> int:
        return len(self._records)

    def _recent(self, record: _Record, now: float) -> list[float]:
        return [at for at in record.times if at > now - self._window_s]
