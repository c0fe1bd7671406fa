"""The page of a record that nobody changes by hand: the same sections, as plain text."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ccmadmin.pages import registry
from ccmadmin.pages.configure import load
from ccmadmin.pages.find import related_of
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.tags import exactly
from ccmadmin.pages.values import display

TEMPLATE = "pages/detail.html"
PHONE = "device/phone"


def detail(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return show(request, page, load(page, key))


def show(
    request: HttpRequest, page: Page, record: Any, template: str = TEMPLATE, **extra: Any
) -> HttpResponse:
    """Show the sections of `record`; `extra` goes to a page's own template.

    `heading` in it says more than the record's own name; `devices` are device names, to which
    Related Links lead.
    """
    phone_page = registry.pages()[PHONE]
    named = dict.fromkeys(name for name in extra.pop("devices", ()) if name)
    devices = [(name, record_href(phone_page, name)) for name in named]
    context = {
        "page": page,
        "record": record,
        "heading": str(record),
        "sections": [(section, facts(page, record, section.fields)) for section in page.sections],
        "find_href": find_href(page),
        "related": related_of(request, page),
        "devices": devices if may(request, PHONE, "read") else [],
        **extra,
    }
    return render(request, template, context)


def facts(page: Page, record: Any, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(page.label_of(name), shown(record, name)) for name in names]


def shown(record: Any, name: str) -> str:
    value = getattr(record, name)
    return exactly(value) if isinstance(value, datetime) else display(record, name)
