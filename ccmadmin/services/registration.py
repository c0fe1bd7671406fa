"""Registration status of phones, for a page of names at once; read from what SIP wrote."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from ccmadmin.models import Binding, LineAppearance, Phone, RegistrationAttempt, ServerState
from ccmadmin.services import in_step
from ccmadmin.services.in_step import NOTHING_RECORDED, Drift, LineReport, Recorded

ATTEMPTS_KEPT = 10
LATELY = timedelta(minutes=10)
STRANGERS = 5
SILENT_AFTER = timedelta(seconds=15)
"""A call server says every second that it lives."""


@dataclass(frozen=True)
class LineState:
    """Whether one line of a phone is registered, in a word."""

    word: str
    kind: str


@dataclass(frozen=True)
class RegistrationState:
    """What a phone's Status column says.

    `kind` is "good", "bad" or "idle"; `since` and `address` are empty when nothing is known.
    `attempt` is what the page explains: the newest refusal that no later success has answered,
    else the newest attempt. `attempts_recent` has the newest first. `stale` are numbers that the
    phone still registers although none of its lines has them any more; `drifts` say in what
    the phone and its record do not agree, `lines` hold both sides line by line.
    """

    word: str
    kind: str
    since: datetime | None = None
    address: str = ""
    transport: str = ""
    summary: str = ""
    attempt: RegistrationAttempt | None = None
    bindings: tuple[Binding, ...] = ()
    attempts_recent: tuple[RegistrationAttempt, ...] = ()
    stale: tuple[str, ...] = ()
    drifts: tuple[Drift, ...] = ()
    lines: tuple[LineReport, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.attempt is not None and self.attempt.outcome == "refused"

    def of_line(self, number: str) -> LineState:
        """Say how far one line is; after a change of its number, whether the phone followed."""
        if number in {binding.number for binding in self.bindings}:
            return LineState(_("Registered"), "good")
        if self.stale:
            text = _("Still registers as %(numbers)s")
            return LineState(text % {"numbers": ", ".join(self.stale)}, "bad")
        return LineState(_("Not registered"), "idle")


def states(names: Sequence[str]) -> dict[str, RegistrationState]:
    """Return the state of each phone, in four queries however many there are."""
    recorded = _recorded(names)
    bindings = _bindings(names)
    attempts = _attempts(names, recorded)
    return {
        name: _state(recorded.get(name, NOTHING_RECORDED), bindings[name], attempts[name])
        for name in names
    }


def count_registered() -> int:
    """Count the phones that have a binding in force.

    A call server that lives takes away what has expired, so an index alone knows the number;
    after one that fell silent, each of its bindings must be looked at.
    """
    now = timezone.now()
    seen = list(ServerState.objects.values_list("seen_at", flat=True))
    bound = Binding.objects.order_by()
    if not seen or min(seen) < now - SILENT_AFTER:
        bound = bound.filter(expires_at__gt=now)
    return bound.aggregate(phones=Count("phone", distinct=True))["phones"] or 0


def strangers(numbers: Sequence[str]) -> list[RegistrationAttempt]:
    """Return the REGISTERs that came lately and told of no phone, those of `numbers` first.

    A phone whose authorization ID is mistyped, or that has none, is found among them.
    """
    since = timezone.now() - LATELY
    found = RegistrationAttempt.objects.filter(phone="", last_at__gte=since)
    wanted = found.filter(number__in=numbers)[:STRANGERS]
    others = found.exclude(number__in=numbers)[: STRANGERS - len(wanted)]
    return [*wanted, *others]


def _recorded(names: Sequence[str]) -> dict[str, Recorded]:
    numbers: dict[str, dict[int, str]] = defaultdict(dict)
    lines = LineAppearance.objects.filter(phone__name__in=names)
    for name, index, number in lines.values_list(
        "phone__name", "index", "directory_number__number"
    ):
        numbers[name][index] = number
    phones = Phone.objects.filter(name__in=names)
    transport = "phone_security_profile__transport_type"
    rows = phones.values_list("name", transport, "digest_user__userid", "is_active")
    return {
        name: Recorded(numbers[name], frozenset(allowed.split("+")), allowed, user or "", active)
        for name, allowed, user, active in rows
    }


def _bindings(names: Sequence[str]) -> Mapping[str, list[Binding]]:
    found: dict[str, list[Binding]] = defaultdict(list)
    for binding in Binding.objects.filter(phone__in=names, expires_at__gt=timezone.now()):
        found[binding.phone].append(binding)
    return found


def _attempts(
    names: Sequence[str], recorded: Mapping[str, Recorded]
) -> Mapping[str, list[RegistrationAttempt]]:
    """Find the newest attempts of each phone.

    An attempt that was refused before its phone was known belongs to every phone whose Digest
    User it named: that is how the two phones of a shared user learn of each other.
    """
    users: dict[str, list[str]] = defaultdict(list)
    for name, known in recorded.items():
        if known.digest_user:
            users[known.digest_user].append(name)
    rank = Window(
        RowNumber(),
        partition_by=[F("phone"), F("userid")],
        order_by=[F("last_at").desc(), F("id").desc()],
    )
    rows = RegistrationAttempt.objects.exclude(outcome="challenged").filter(
        Q(phone__in=names) | Q(phone="", userid__in=users)
    )
    found: dict[str, list[RegistrationAttempt]] = defaultdict(list)
    for row in (
        rows.annotate(rank=rank).filter(rank__lte=ATTEMPTS_KEPT).order_by("-last_at", "-id")
    ):
        for name in [row.phone] if row.phone else users[row.userid]:
            found[name].append(row)
    return found


def _state(
    recorded: Recorded, bindings: Sequence[Binding], attempts: Sequence[RegistrationAttempt]
) -> RegistrationState:
    newest, numbers = _telling(attempts, bindings), set(recorded.numbers.values())
    lines = in_step.line_reports(recorded, bindings)
    drifts = in_step.drifts(recorded, bindings, attempts[0] if attempts else None)
    registered = {binding.number for binding in bindings}
    bound, stale = registered & numbers, tuple(sorted(registered - numbers))
    if bound:
        word, kind = _("Registered"), "good"
        if bound != numbers:
            word, kind = _("Partially Registered"), "bad"
        first = min(bindings, key=lambda binding: binding.registered_at)
        since, address, transport = first.registered_at, first.remote_host, first.transport
    elif newest is not None:
        word, kind = _("Unregistered"), "idle"
        if newest.outcome == "refused":
            word, kind = _("Rejected"), "bad"
        since, address, transport = newest.last_at, newest.remote_host, newest.transport
    else:
        return RegistrationState(
            _("Never registered"),
            "idle",
            bindings=tuple(bindings),
            stale=stale,
            drifts=drifts,
            lines=lines,
        )
    return RegistrationState(
        word=word,
        kind=kind,
        since=since,
        address=address,
        transport=transport,
        summary=_summary(numbers, bound, stale, newest),
        attempt=newest,
        bindings=tuple(bindings),
        attempts_recent=tuple(attempts[:ATTEMPTS_KEPT]),
        stale=stale,
        drifts=drifts,
        lines=lines,
    )


def _summary(
    numbers: set[str],
    bound: set[str],
    stale: Sequence[str],
    newest: RegistrationAttempt | None,
) -> str:
    """Say why the phone is as it is: what was refused, else what it has not registered."""
    if newest is not None and newest.outcome == "refused":
        return newest.get_summary_display()
    missing = ", ".join(sorted(numbers - bound))
    if stale and missing:
        text = _("The phone still registers as %(stale)s. Enter %(missing)s on the phone.")
        return text % {"stale": ", ".join(stale), "missing": missing}
    if bound and missing:
        return _("Not registered: %(missing)s.") % {"missing": missing}
    return newest.get_summary_display() if newest is not None else ""


def _telling(
    attempts: Sequence[RegistrationAttempt], bindings: Sequence[Binding]
) -> RegistrationAttempt | None:
    """Return the newest refusal that nothing later has answered, else the newest attempt.

    A binding answers, too: when very many phones register at once, not all have a row of it.
    """
    refreshed: dict[str, datetime] = {}
    for binding in bindings:
        known = refreshed.get(binding.number, binding.refreshed_at)
        refreshed[binding.number] = max(known, binding.refreshed_at)
    answered: set[str] = set()
    for attempt in attempts:
        if attempt.outcome != "refused":
            answered.add(attempt.number)
        elif attempt.number not in answered:
            success = refreshed.get(attempt.number)
            if success is None or success <= attempt.last_at:
                return attempt
    return next((attempt for attempt in attempts if attempt.outcome != "refused"), None)
