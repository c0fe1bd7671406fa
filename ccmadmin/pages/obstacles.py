"""What is in the way of undoing, for people: sentences with links to whom and what to blame."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog
from ccmadmin.pages.guard import may
from ccmadmin.pages.history import label_of, page_of
from ccmadmin.pages.links import record_href, screen_href
from ccmadmin.pages.values import stamp
from ccmadmin.services.undo import Obstacle


@dataclass(frozen=True)
class Told:
    """An obstacle: the sentence, the field that a rule names, and a link with its words."""

    text: str
    label: str = ""
    link: str = ""
    href: str = ""


def told(request: HttpRequest, obstacles: Iterable[Obstacle]) -> list[Told]:
    return [_told(request, obstacle) for obstacle in obstacles]


def _told(request: HttpRequest, obstacle: Obstacle) -> Told:
    if obstacle.change is not None:
        return Told(
            obstacle.text, "", blamed(obstacle.change), change_href(request, obstacle.change)
        )
    page = page_of(obstacle.model) if obstacle.model else None
    if page is None:
        return Told(obstacle.text)
    label = label_of(page, obstacle.path) if obstacle.path else ""
    exists = obstacle.key and page.lookup(obstacle.key).exists()
    href = record_href(page, obstacle.key) if exists and may(request, page.key, "read") else ""
    return Told(obstacle.text, label, obstacle.key if href else "", href)


def blamed(change: ChangeLog) -> str:
    """Say who did what, when, in which revision."""
    text = _("Revision %(revision)s: %(user)s %(action)s %(key)s at %(at)s")
    words = {
        ChangeLog.Action.CREATE: _("added"),
        ChangeLog.Action.UPDATE: _("changed"),
        ChangeLog.Action.DELETE: _("deleted"),
    }
    return text % {
        "revision": change.sequence,
        "user": change.user or "-",
        "action": words[ChangeLog.Action(change.action)],
        "key": change.key,
        "at": stamp(change.at),
    }


def change_href(request: HttpRequest, change: ChangeLog) -> str:
    """Return where the change is shown to this user: in the history of its record."""
    page = page_of(change.model)
    if page is None or page.is_read_only or not may(request, page.key, "read"):
        return ""
    return f"{screen_href(page, 'history', change.key)}#revision-{change.sequence}"
