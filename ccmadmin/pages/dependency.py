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
from ccmadmin.services.dependents import SHOWN


@dataclass(frozen=True)
class Dependents:
    """The dependents of one type."""

    title: str
    entries: list[tuple[str, str]]

    @property
    def count(self) -> str:
        """How many there are; the services name no more than `SHOWN` of each type."""
        return f"{SHOWN}+" if len(self.entries) >= SHOWN else str(len(self.entries))


def dependents(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    record = load(page, key)
    context = {
        "page": page,
        "key": key,
        "dependents": listed(request, records.dependents(record)),
        "find_href": find_href(page),
        "record_href": record_href(page, key),
    }
    return render(request, "pages/dependents.html", context)


def listed(request: HttpRequest, found: Iterable[Any]) -> list[Dependents]:
    """Group dependents by type; a link only where this user may follow it."""
    by_model = sorted(found, key=lambda entry: (entry.model.__name__, str(entry.text)))
    return [
        _of_model(request, model, list(entries))
        for model, entries in groupby(by_model, key=lambda entry: entry.model)
    ]


def _of_model(request: HttpRequest, model: Any, entries: list[Any]) -> Dependents:
    page = registry.page_of(model)
    is_open = page is not None and may(request, page.key, "read")
    title = str(page.title if page is not None else model._meta.verbose_name_plural)
    return Dependents(
        title,
        [
            (str(entry.text), record_href(page, entry.key) if page and is_open else "")
            for entry in entries
        ],
    )
