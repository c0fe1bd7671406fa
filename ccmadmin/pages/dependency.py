"""Dependency Records: what needs a record, each with a link to its own page."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ccmadmin.pages import registry
from ccmadmin.pages.configure import load
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.services import records
from ccmadmin.services.dependents import SHOWN, Dependent


@dataclass(frozen=True)
class Entry:
    """A record, `named` after all that it names the other one as; `href` is "" without access.

    `title` is for a list of one type, `name` for a sentence.
    """

    title: str
    name: str
    named: str
    href: str


@dataclass(frozen=True)
class Dependents:
    """The dependents of one type."""

    title: str
    entries: list[Entry]

    @property
    def count(self) -> str:
        """How many there are; the services name no more than `SHOWN` of each type."""
        return f"{SHOWN}+" if len(self.entries) >= SHOWN else str(len(self.entries))


def dependents(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    record = load(page, key)
    found = records.dependents(record)
    context = {
        "page": page,
        "key": key,
        "title": str(record),
        "is_standard": bool(getattr(record, "is_standard", False)),
        **told(request, found),
        "find_href": find_href(page),
        "record_href": record_href(page, key),
    }
    return render(request, "pages/dependents.html", context)


def told(request: HttpRequest, found: Iterable[Dependent]) -> dict[str, list[Dependents]]:
    """Part those that keep the record alive, that go on without it, and that go with it."""
    parts: dict[str, list[Dependent]] = {"dependents": [], "released": [], "owned": []}
    for entry in found:
        part = "dependents" if entry.blocks else "owned" if entry.goes else "released"
        parts[part].append(entry)
    return {part: listed(request, entries) for part, entries in parts.items()}


def listed(request: HttpRequest, found: Iterable[Dependent]) -> list[Dependents]:
    """Group dependents by type; a link only where this user may follow it."""
    by_model = sorted(found, key=lambda entry: (entry.model.__name__, entry.text))
    return [
        _of_model(request, model, list(entries))
        for model, entries in groupby(by_model, key=lambda entry: entry.model)
    ]


def _of_model(request: HttpRequest, model: Any, entries: list[Dependent]) -> Dependents:
    """Name each record once, with everything that it names the other one as."""
    page = registry.page_about(model)
    is_open = page is not None and may(request, page.key, "read")
    title = str(page.title if page is not None else model._meta.verbose_name_plural)
    fields: dict[str, list[Dependent]] = {}
    for entry in entries:
        fields.setdefault(entry.key, []).append(entry)
    return Dependents(
        title,
        [
            Entry(
                same[0].title,
                same[0].name,
                ", ".join(entry.field for entry in same),
                place_of(page, key) if page and is_open else "",
            )
            for key, same in fields.items()
        ],
    )


def place_of(page: Page, key: str) -> str:
    """Return where a record is shown: on its own page, or on one that shows all of its kind."""
    return record_href(page, key) if page.model is not None else find_href(page)
