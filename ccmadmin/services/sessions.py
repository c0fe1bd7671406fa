"""Who is signed in where, and the end of it: one session, or all but one's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from ccmadmin.models import ApplicationUser, Session

# The first name that a User-Agent holds is what it is: all of them claim to be others as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SignedIn:
    """One session as people see it; `name` is for ending it, and is not its key."""

    name: str
    address: str
    browser: str
    user_agent: str
    signed_in_at: datetime | None
    seen_at: datetime | None
    is_own: bool


def sessions_of(user: ApplicationUser, own_key: str | None = None) -> list[SignedIn]:
    """List the sessions of the user, the one with `own_key` first, then the latest."""
    found = [
        SignedIn(
            row.name,
            row.address,
            browser_of(row.user_agent),
            row.user_agent,
            row.signed_in_at,
            row.seen_at,
            row.session_key == own_key,
        )
        for row in _live(user)
    ]
    return sorted(found, key=lambda session: not session.is_own)


def end(user: ApplicationUser, name: str) -> bool:
    """End one session; its browser is asked to sign in. False when there is none."""
    return _live(user).filter(name=name).delete()[0] > 0


def end_all(user: ApplicationUser, *, but: str | None = None) -> int:
    """End every session of the user, except the one with the key `but`; returns how many."""
    return _live(user).exclude(session_key=but or "").delete()[0]


def forget_expired() -> None:
    Session.objects.filter(expire_date__lte=timezone.now()).delete()


def browser_of(user_agent: str) -> str:
    """Return "Firefox, Linux"; a program by the first word of what it calls itself."""
    browser = _first(BROWSERS, user_agent) or user_agent.partition("/")[0][:40]
    system = _first(SYSTEMS, user_agent)
    return f"{browser}, {system}" if browser and system else browser or system


def _first(names: Iterable[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")


def _live(user: ApplicationUser) -> QuerySet[Session]:
    found: QuerySet[Session] = Session.objects.filter(
        user_id=user.pk, expire_date__gt=timezone.now()
    )
    return found.order_by("-seen_at", "-signed_in_at")
