"""The page of a record that nobody changes by hand: the same sections, as plain text."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ccmadmin.pages.configure import load
from ccmadmin.pages.find import related_of
from ccmadmin.pages.links import find_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.values import display

TEMPLATE = "pages/detail.html"


def detail(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return show(request, page, load(page, key))


def show(
    request: HttpRequest, page: Page, record: Any, template: str = TEMPLATE, **extra: Any
) -> HttpResponse:
    """Show the sections of `record`; `extra` goes to a page's own template."""
    context = {
        "page": page,
        "record": record,
        "heading": str(record),
        "sections": [(section, facts(page, record, section.fields)) for section in page.sections],
        "find_href": find_href(page),
        "related": related_of(request, page),
        **extra,
    }
    return render(request, template, context)


def facts(page: Page, record: Any, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(page.label_of(name), display(record, name)) for name in names]
