"""History: every change of a record with who, when, before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog, list_model
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.values import field_of, text_of

CHANGES_PER_PAGE = 25
NAMES_FOLLOWED = 20


@dataclass(frozen=True)
class Difference:
    """One field that a change gave another value."""

    label: str
    before: str
    after: str


def history(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Show the changes of a record, under all its names, newest first.

    A deleted record still has its history, so the record itself is not asked for.
    """
    changes = changes_of(page.record_model.__name__, key)
    shown = Paginator(changes, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "key": key,
        "shown": shown,
        "changes": [(change, differences(page, change)) for change in shown],
        "exists": page.lookup(key).exists(),
        "find_href": find_href(page),
        "record_href": record_href(page, key),
    }
    return render(request, "pages/history.html", context)


def changes_of(model: str, key: str) -> "QuerySet[ChangeLog]":
    """Find the changes of a record: those under its name, and under the names it had before.

    A name may have been another record's earlier: of a former name only what came before the
    rename counts.
    """
    logged = ChangeLog.objects.filter(model=model)
    wanted = Q(key=key) | Q(previous_key=key)
    renamed = logged.filter(key=key).exclude(previous_key="").first()
    for _name in range(NAMES_FOLLOWED):
        if renamed is None:
            break
        former = logged.filter(key=renamed.previous_key, sequence__lt=renamed.sequence)
        wanted |= Q(key=renamed.previous_key, sequence__lt=renamed.sequence)
        renamed = former.exclude(previous_key="").first()
    return logged.filter(wanted)


def differences(page: "Page | None", change: ChangeLog) -> list[Difference]:
    """Return the fields that differ, under their labels; lists row by row."""
    before, after = dict(flat(change.before or {})), dict(flat(change.after or {}))
    names = dict.fromkeys((*before, *after))
    return [
        Difference(label_of(page, name), before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


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
    words = f"{capfirst(name).replace('_', ' ')} {number}"
    field = field_of(row, rest[-1])
    return f"{words}: {capfirst(str(field.verbose_name))}" if field is not None else words
