"""Every page of the product by its key, in the order of the menus.

`ccmadmin.menu` fills this in when the URLs are loaded; the engine, the permission matrix and REST
read it here, because they stand below the menus.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType

from django.conf import settings
from django.db.models import Model

from ccmadmin.pages.menubar import Menu
from ccmadmin.pages.page import Page

_MENUS: dict[str, Menu] = {}
_PAGES: dict[str, Page] = {}


def register(menus: Iterable[Menu]) -> None:
    """Take the menus and their pages; two pages of one key are our mistake."""
    for menu in menus:
        for page in menu.pages:
            if _PAGES.setdefault(page.key, page) is not page:
                raise ValueError(f"two pages have the key {page.key}")
        _MENUS[menu.key] = menu


def pages() -> Mapping[str, Page]:
    """Return all pages; loads the URLs, and with them the menu, when nobody has yet."""
    if not _PAGES:
        import_module(settings.ROOT_URLCONF)
    return MappingProxyType(_PAGES)


def menus() -> tuple[Menu, ...]:
    pages()
    return tuple(_MENUS.values())


def page_of(model: type[Model]) -> Page | None:
    """Return the page where records of `model` are configured."""
    return next((page for page in pages().values() if page.model is model), None)


def page_about(model: type[Model]) -> Page | None:
    """Return the page where records of `model` are configured, or at least shown by name."""
    found = (page for page in pages().values() if page.name == model_page_name(model))
    return page_of(model) or next(found, None)


def model_page_name(model: type[Model]) -> str:
    """Return the name that a page of `model` has in its key: "api_token" for `ApiToken`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()
