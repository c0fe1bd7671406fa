"""History: every change of a record with who, when, from where, before and after, and Undo."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import CASCADE, Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog, Record, list_model, row_fields
from ccmadmin.models.base import foreign_keys
from ccmadmin.pages import registry
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.values import field_of, text_of
from ccmadmin.services.trail import changes_of, model_named
from ccmadmin.services.undo import undone_by
from ccmadmin.services.undoing import CHANGED

CHANGES_PER_PAGE = 25
LOG = "serviceability/change_log"


@dataclass(frozen=True)
class Difference:
    """One field that a change gave another value."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """A change as it is drawn: what differs, what undid it, and where it can be undone.

    `has_log`: this user may read the change log, where other revisions are shown. `together`
    counts the changes that the request wrote; `request_href` leads to all of them, and
    `undo_request_href` undoes them where there are more than one.
    """

    change: ChangeLog
    differences: list["Difference"]
    has_log: bool = False
    history_href: str = ""
    undone_by: ChangeLog | None = None
    undo_href: str = ""
    together: int = 0
    request_href: str = ""
    undo_request_href: str = ""


def history(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Show the changes of a record, under all its names, newest first.

    A deleted record still has its history, so the record itself is not asked for.
    """
    changes = changes_of(page.record_model.__name__, key)
    shown = Paginator(changes, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    record = page.lookup(key).first()
    is_standard = bool(getattr(record, "is_standard", False))
    context = {
        "page": page,
        "key": key,
        "title": str(record or key),
        "shown": shown,
        "changes": entries_of(request, list(shown), is_standard=is_standard),
        "exists": record is not None,
        "find_href": find_href(page),
        "record_href": record_href(page, key),
    }
    return render(request, "pages/history.html", context)


def entries_of(
    request: HttpRequest,
    changes: list[ChangeLog],
    *,
    is_offered: bool = True,
    is_standard: bool = False,
) -> list[Entry]:
    """Return what is drawn of each change; the same few queries for one as for many.

    `is_offered`: with what undid them and the offer to undo; changes that are only a preview
    have neither. `is_standard`: they are of a record that cannot be deleted, so that nothing
    undoes the change that added it.
    """
    pages = {name: page_of(name) for name in {change.model for change in changes}}
    undone = undone_by(changes) if is_offered else {}
    together = counts_of(changes) if is_offered else {}
    has_log = may(request, LOG, "read")
    made = []
    for change in changes:
        page = pages[change.model]
        count = together.get((change.request_id, change.user, change.source), 1)
        may_undo = is_offered and may_update(request, page) and change.sequence not in undone
        may_undo &= not (is_standard and change.action == ChangeLog.Action.CREATE)
        entry = Entry(
            change,
            differences(page, change),
            has_log,
            history_href=history_href(page, change) if is_offered else "",
            undone_by=undone.get(change.sequence),
            undo_href=reverse("undo", args=[change.sequence]) if may_undo else "",
            together=count,
            request_href=request_href(change) if has_log and change.request_id else "",
            undo_request_href=whole_href(change) if may_undo and count > 1 else "",
        )
        made.append(entry)
    return made


def counts_of(changes: Iterable[ChangeLog]) -> dict[tuple[str, str, str], int]:
    """Count the changes of each request that wrote one of these."""
    ids = {change.request_id for change in changes if change.request_id}
    if not ids:
        return {}
    counted = ChangeLog.objects.filter(request_id__in=ids).order_by()
    rows = counted.values_list("request_id", "user", "source").annotate(n=Count("sequence"))
    return {(request_id, user, source): n for request_id, user, source, n in rows}


def may_update(request: HttpRequest, page: "Page | None") -> bool:
    return page is not None and not page.is_read_only and may(request, page.key, "update")


def page_of(model: str) -> "Page | None":
    """Return the page where records of this kind are configured, or those that own them.

    The tokens of a user have no page of their own: who may change the user may change them.
    """
    try:
        found = model_named(model)
    except LookupError:
        return None
    page = registry.page_of(found)
    if page is not None or not issubclass(found, Record):
        return page
    owners = (field.related_model for field in foreign_keys(found) if is_owner(field))
    return next((registry.page_of(owner) for owner in owners), None)


def is_owner(field: Any) -> bool:
    return field.remote_field.on_delete is CASCADE


def history_href(page: "Page | None", change: ChangeLog) -> str:
    if page is None or page.is_read_only or page.record_model.__name__ != change.model:
        return ""
    return screen_href(page, "history", change.key)


def request_href(change: ChangeLog) -> str:
    """Return the change log with everything that the same request changed."""
    searched = {"field": "request_id", "operator": "exactly", "text": change.request_id}
    return f"{reverse(LOG)}?{urlencode(searched)}"


def whole_href(change: ChangeLog) -> str:
    return reverse("undo", args=[change.sequence]) + "?whole_request=true"


def differences(page: "Page | None", change: ChangeLog) -> list[Difference]:
    """Return the fields that differ, under their labels; lists row by row."""
    before, after = dict(flat(change.before or {})), dict(flat(change.after or {}))
    names = dict.fromkeys((*before, *after))
    return [
        Difference(
            label_of(page, name),
            in_words(page, name, before.get(name, "")),
            in_words(page, name, after.get(name, "")),
        )
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def in_words(page: "Page | None", name: str, text: str) -> str:
    """Translate the one thing that the log says of a secret: that it changed."""
    secrets = getattr(page.model, "SECRETS", ()) if page is not None else ()
    return _("changed") if name in secrets and text == CHANGED else text


def flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name each value of a document by its path: "lines.0.directory_number"."""
    for name, value in document.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        elif isinstance(value, list):
            rows = {str(index): row for index, row in enumerate(value)}
            yield from flat(rows, f"{path}.")
        else:
            yield path, text_of(value)


def label_of(page: "Page | None", path: str) -> str:
    """Turn a path into words: "lines.0.display" into "Line 1: Display (Internal Caller ID)"."""
    name, *rest = path.split(".")
    model = page.model if page is not None else None
    if page is None or model is None:
        return path
    if name.removeprefix("has_") in getattr(model, "SECRETS", ()):
        label = page.label_of(name.removeprefix("has_"))
        return _("%(label)s set") % {"label": label} if name.startswith("has_") else label
    if not rest or name not in getattr(model, "LISTS", ()):
        return page.label_of(name)
    row = list_model(model, name)
    number = int(rest[0]) + 1 if rest[0].isdecimal() else rest[0]
    first = field_of(row, row_fields(row)[0])  # what the rows are: lines, partitions, roles
    words = f"{capfirst(str(getattr(first, 'verbose_name', name)))} {number}"
    field = field_of(row, rest[-1])
    return f"{words}: {capfirst(str(field.verbose_name))}" if field is not None else words
