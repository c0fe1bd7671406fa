"""Which attempts become a row, which only a count: a flood of junk fills no disk.

Equal attempts (same source, rule, phone, user and number) that follow each other soon are one row
with `repeats` and `last_at`. A refresh equals the registration before it however long it lasts, so
a phone that stays registered adds no rows. New rows are made only so many a second; of phones that
are known more than of strangers, and of what is accepted apart. What is left out is counted.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sipcore.ports import Flow, RegistrationAttempt, Renewal
from sipcore.registrar import renewed

ACCEPTED = "accepted"
FOLD_S = 60.0
# Attempts wait for a moment before they come here, so that long after its time one may still fold.
LATE_S = 60.0
# Longer than the longest keepalive interval with its grace (3600 s and 300 s).
FOLD_ACCEPTED_S = 7200.0
REMEMBERED = 250_000
STRANGERS = (50.0, 500.0)
KNOWN_PHONES = (500.0, 5000.0)
# A row costs as much as a refresh, and that a phone is registered is told by its binding.
ACCEPTED_PHONES = (100.0, 5000.0)


@dataclass(slots=True)
class Folded:
    """A row, written or about to be; `repeats` and `last_at` may be newer than in the database."""

    last_at: float
    repeats: int = 0
    pk: int | None = None


@dataclass(slots=True)
class Budget:
    """So many a second, and so many at once after a quiet time."""

    rate: float
    most: float
    left: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.most

    def take(self, now: float) -> bool:
        self.left = min(self.most, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


Known = OrderedDict[int, Folded]
"""By the hash of what makes attempts equal, the one that was not repeated for longest first."""


class Folding:
    """`left_out` counts attempts that are in no row."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self.left_out = 0
        self._remembered = remembered
        # Apart, because what was refused or challenged is forgotten a hundred times as soon.
        self._accepted: Known = OrderedDict()
        self._others: Known = OrderedDict()
        self._changed: dict[int, Folded] = {}
        self._strangers = Budget(*STRANGERS)
        self._phones = Budget(*KNOWN_PHONES)
        # Apart: when all phones register at once, why one of them was refused must not be lost.
        self._successes = Budget(*ACCEPTED_PHONES)

    def __len__(self) -> int:
        return len(self._accepted) + len(self._others)

    def take(
        self, attempts: Sequence[RegistrationAttempt], now: float
    ) -> list[tuple[RegistrationAttempt, Folded]]:
        """Return the attempts that need a row of their own; the others are counted."""
        new = []
        for attempt in attempts:
            key, among = key_of(attempt), self._among(attempt)
            if self._repeats(among, key, attempt.at, window_of(attempt)):
                continue
            folded = self._begin(among, key, attempt.at, self._budget(attempt), now)
            if folded is not None:
                new.append((attempt, folded))
        self._forget_oldest(now)
        return new

    def take_renewals(
        self, renewals: Sequence[Renewal], now: float
    ) -> list[tuple[RegistrationAttempt, Folded]]:
        """Do the same for refreshes; only those that need a row are put into words."""
        new = []
        for renewal in renewals:
            key = key_of_renewal(renewal)
            if self._repeats(self._accepted, key, renewal.at, FOLD_ACCEPTED_S):
                continue
            folded = self._begin(self._accepted, key, renewal.at, self._successes, now)
            if folded is not None:
                new.append((renewed(renewal), folded))
        self._forget_oldest(now)
        return new

    def _begin(
        self, among: Known, key: int, at: float, budget: Budget, now: float
    ) -> Folded | None:
        """Begin a row, if there is room for one more now."""
        if not budget.take(now):
            self.left_out += 1
            return None
        folded = among[key] = Folded(at)
        return folded

    def _budget(self, attempt: RegistrationAttempt) -> Budget:
        if attempt.decision.outcome == ACCEPTED:
            return self._successes
        return self._phones if attempt.phone else self._strangers

    def _among(self, attempt: RegistrationAttempt) -> Known:
        return self._accepted if attempt.decision.outcome == ACCEPTED else self._others

    def _repeats(self, among: Known, key: int, at: float, window_s: float) -> bool:
        """Count an attempt onto its equal; False when that is not known or too long ago."""
        known = among.get(key)
        if known is None or at - known.last_at > window_s:
            return False
        known.repeats += 1
        known.last_at = at
        among.move_to_end(key)
        self._changed[key] = known
        return True

    def _forget_oldest(self, now: float) -> None:
        others, accepted = self._others, self._accepted
        while others and _oldest(others).last_at < now - FOLD_S - LATE_S:
            others.popitem(last=False)
        while len(self) > self._remembered:
            is_other = not accepted or (
                others and _oldest(others).last_at <= _oldest(accepted).last_at
            )
            (others if is_other else accepted).popitem(last=False)

    def forget(self, attempts: Iterable[RegistrationAttempt]) -> None:
        """Let the next equal attempt have its own row, because these could not be written."""
        for attempt in attempts:
            key = key_of(attempt)
            self._among(attempt).pop(key, None)
            self._changed.pop(key, None)

    def take_changed(self, most: int | None = None) -> list[Folded]:
        """Take rows whose count is newer than the database; those that wait for longest."""
        written = (key for key, each in self._changed.items() if each.pk is not None)
        return [self._changed.pop(key) for key in list(islice(written, most))]


def _oldest(known: Known) -> Folded:
    return next(iter(known.values()))


def key_of(attempt: RegistrationAttempt) -> int:
    """Return the hash of what makes attempts equal: 250,000 keys themselves would be 100 MB."""
    decision = attempt.decision
    who = attempt.phone, attempt.userid, attempt.number
    if decision.outcome == ACCEPTED:
        return _key_of_accepted(attempt.flow, *who, attempt.contact)
    # Strangers may invent contacts without end.
    return _key(attempt.flow, decision.rule, *who)


def key_of_renewal(renewal: Renewal) -> int:
    """Return the key of what `sipcore.registrar.renewed` would make of it."""
    binding = renewal.binding
    who = binding.phone, renewal.userid, binding.number
    return _key_of_accepted(binding.flow, *who, binding.contact)


def _key_of_accepted(flow: Flow, phone: str, userid: str, number: str, contact: str) -> int:
    """Whether it was the first or a refresh; from elsewhere it is news."""
    return _key(flow, ACCEPTED, phone, userid, number, contact)


def _key(flow: Flow, *what: str) -> int:
    return hash((flow.transport, flow.remote[0], *what))


def window_of(attempt: RegistrationAttempt) -> float:
    return FOLD_ACCEPTED_S if attempt.decision.outcome == ACCEPTED else FOLD_S
