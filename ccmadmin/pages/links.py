"""Where a page's screens stand: one URL per screen, named after the page's key."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ccmadmin.pages import registry
from ccmadmin.pages.page import Page

SCREENS = ("copy", "delete", "dependents", "history")


def find_href(page: Page) -> str:
    return reverse(page.key)


def screen_href(page: Page, screen: str, key: str = "") -> str:
    """Return the URL of a screen: of the whole page ("add"), or of the record `key` ("copy")."""
    return reverse(f"{page.key} {screen}", args=[key] if key else None)


def record_href(page: Page, key: str) -> str:
    return screen_href(page, "configure", key)


def href_of(record: Any) -> str:
    """Return the URL of the page where `record` is configured, "" when there is none."""
    return model_href(type(record), record.key)


def model_href(model: type[Model], key: str) -> str:
    page = registry.page_of(model)
    return record_href(page, key) if page is not None else ""


def local_href(request: HttpRequest, href: str, default: str) -> str:
    """Return `href` when it is a whole path of this site, else `default`."""
    is_local = url_has_allowed_host_and_scheme(
        href, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return href if is_local and href.startswith("/") else default
