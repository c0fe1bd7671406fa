"""What the frame around every page shows: the menu bar, and how far the call server is."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from ccmadmin.models import EnterpriseParameter
from ccmadmin.models.parameters import CLUSTER_ID
from ccmadmin.pages import registry
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href
from ccmadmin.pages.live import server_state
from ccmadmin.pages.menubar import Menu
from ccmadmin.pages.page import Page

TOKENS = "usermgmt/api_token"
HELP_PAGE = "help/this_page"


@dataclass(frozen=True)
class Item:
    """An entry of a menu as this user sees it."""

    title: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class ShownGroup:
    title: str
    entries: list[Item]


@dataclass(frozen=True)
class ShownMenu:
    title: str
    is_current: bool
    groups: list[ShownGroup]


@dataclass(frozen=True)
class Frame:
    menus: list[ShownMenu] = field(default_factory=list)
    menu_title: str = ""
    tokens_href: str = ""
    cluster: str = ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Add `frame` and `live` to the context of every template; nothing before signing in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"frame": Frame()}
    key = current_key(request)
    menus = [menu for entry in registry.menus() if (menu := _shown(request, entry, key)).groups]
    tokens = registry.pages().get(TOKENS)
    is_open = tokens is not None and may(request, TOKENS, "read")
    return {
        "frame": Frame(
            menus,
            next((menu.title for menu in menus if menu.is_current), ""),
            find_href(tokens) if tokens is not None and is_open else "",
            str(EnterpriseParameter.read(CLUSTER_ID)),
        ),
        "live": server_state(),
    }


def current_key(request: HttpRequest) -> str:
    """Return the key of the page that the URL belongs to, "" for the home page and the like."""
    match = request.resolver_match
    key = "/".join(match.route.split("/")[:2]) if match is not None else ""
    return key if key in registry.pages() else ""


def _href(page: Page, key: str) -> str:
    """Return where an entry leads; Help begins with the page that is open, if there is one."""
    href = find_href(page)
    return f"{href}?page={key}" if page.key == HELP_PAGE and key else href


def _shown(request: HttpRequest, menu: Menu, key: str) -> ShownMenu:
    groups = []
    for group in menu.groups:
        entries = [
            Item(str(page.menu_title), _href(page, key), page.key == key)
            for page in group.pages
            if may(request, page.key, "read")
        ]
        if entries:
            groups.append(ShownGroup(str(group.title), entries))
    is_current = any(entry.is_current for group in groups for entry in group.entries)
    return ShownMenu(str(menu.title), is_current, groups)
