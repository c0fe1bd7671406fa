"""Whether a phone does what its record says: what it really registers, beside what is configured.

A third-party phone fetches nothing, so both sides are changed by hand and may part. Nothing here
asks the database: `registration` brings what is known of many phones at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ccmadmin.models import Binding, RegistrationAttempt


@dataclass(frozen=True)
class Recorded:
    """What the record of a phone says; `numbers` by the index of their line."""

    numbers: Mapping[int, str]
    transports: frozenset[str]
    transport_type: str
    digest_user: str
    is_active: bool


NOTHING_RECORDED = Recorded({}, frozenset(), "", "", is_active=True)


@dataclass(frozen=True)
class Drift:
    """One thing in which a phone and its record do not agree, and the cure.

    `rule` is "number", "line", "transport", "digest-user" or "device-inactive".
    """

    rule: str
    text: str
    advice: str


@dataclass(frozen=True)
class LineReport:
    """A line as recorded and as registered; `index` is 0 for a number that is no line."""

    index: int
    number: str
    bindings: tuple[Binding, ...]

    @property
    def is_in_step(self) -> bool:
        return bool(self.index and self.bindings)


def line_reports(recorded: Recorded, bindings: Sequence[Binding]) -> tuple[LineReport, ...]:
    """Put the lines of the record first, in order; then what the phone registers besides."""
    strangers = sorted({each.number for each in bindings} - set(recorded.numbers.values()))
    rows = [*sorted(recorded.numbers.items()), *((0, number) for number in strangers)]
    return tuple(
        LineReport(index, number, tuple(each for each in bindings if each.number == number))
        for index, number in rows
    )


def drifts(
    recorded: Recorded, bindings: Sequence[Binding], newest: "RegistrationAttempt | None"
) -> tuple[Drift, ...]:
    """Compare; a phone that is not registered at all has no part in this.

    `newest` is its latest attempt: what user it came as.
    """
    if not bindings:
        return ()
    return (
        *_inactive(recorded),
        *_numbers(recorded, bindings),
        *_transports(recorded, bindings),
        *_user(recorded, newest),
    )


def _inactive(recorded: Recorded) -> list[Drift]:
    if recorded.is_active:
        return []
    text = _("The phone is registered, but Device is Active is off.")
    advice = _("Nothing: its next REGISTER is refused. Or tick Device is Active.")
    return [Drift("device-inactive", text, advice)]


def _numbers(recorded: Recorded, bindings: Sequence[Binding]) -> list[Drift]:
    registered = {binding.number for binding in bindings}
    known = set(recorded.numbers.values())
    stale, missing = sorted(registered - known), sorted(known - registered)
    if len(stale) == len(missing) == 1:
        names = {"stale": stale[0], "missing": missing[0]}
        text = _("The phone still registers as %(stale)s, its line is %(missing)s.") % names
        return [Drift("number", text, _("On the phone enter %(missing)s.") % names)]
    return [*map(_stranger, stale), *map(_missing, missing)]


def _stranger(number: str) -> Drift:
    text = _("The phone registers %(number)s, which is none of its lines.")
    advice = _("Remove %(number)s from the phone, or put it on a line here.")
    return Drift("number", text % {"number": number}, advice % {"number": number})


def _missing(number: str) -> Drift:
    text = _("The phone does not register its line %(number)s.")
    advice = _("On the phone add an account for %(number)s.")
    return Drift("line", text % {"number": number}, advice % {"number": number})


def _transports(recorded: Recorded, bindings: Sequence[Binding]) -> list[Drift]:
    used = sorted({binding.transport for binding in bindings} - recorded.transports)
    if not used:
        return []
    names = {"used": ", ".join(used), "allowed": recorded.transport_type}
    text = _("The phone uses %(used)s, its security profile says %(allowed)s.")
    advice = _("Set the phone to %(allowed)s: its next REGISTER over %(used)s is refused.")
    return [Drift("transport", text % names, advice % names)]


def _user(recorded: Recorded, newest: "RegistrationAttempt | None") -> list[Drift]:
    came = newest.userid if newest is not None and newest.outcome == "accepted" else ""
    if not came or came == recorded.digest_user:
        return []
    names = {"came": came, "user": recorded.digest_user or _("nobody")}
    text = _("The phone registers as %(came)s, its Digest User is %(user)s.")
    advice = _("On the phone enter %(user)s as authorization ID, with that user's password.")
    if not recorded.digest_user:
        advice = _("Choose the phone's Digest User: without one its next REGISTER is refused.")
    return [Drift("digest-user", text % names, advice % names)]
