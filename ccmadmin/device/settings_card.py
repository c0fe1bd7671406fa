"""The settings card of a phone: what to enter in the phone itself, on one page to print.

Credentials are on it only when they have just been made up, and only on the first page after that.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ccmadmin.models import Phone
from ccmadmin.pages import once, qr
from ccmadmin.pages.configure import load
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.services import settings_card as card


@require_safe
def settings_card(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    phone = load(page, key)
    context = {
        "page": page,
        "key": key,
        "warnings": phone.warnings(),
        "find_href": find_href(page),
        "record_href": record_href(page, key),
        **card_context(request, phone),
    }
    response = render(request, "device/settings_card.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def card_context(request: HttpRequest, phone: Phone) -> dict[str, Any]:
    """Return what device/card.html shows; takes the credentials that wait to be shown."""
    credentials = once.take(request, phone.name) if request.method == "GET" else ""
    blocks = card.blocks(phone, credentials)
    return {
        "phone": phone,
        "blocks": blocks,
        "credentials": credentials,
        "qr": qr.image(card.plain_text(blocks), module_size=3),
    }
