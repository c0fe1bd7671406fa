"""The URLs of a page: `device/phone/` lists, `device/phone/SEP001122334455/` configures.

Everything else stands behind a "-", so that no record's name can be taken for a screen. The names
are those that `links` asks for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from ccmadmin.access import Action
from ccmadmin.pages import (
    actions,
    configure,
    dependency,
    detail,
    exporting,
    find,
    history,
    preferences,
)
from ccmadmin.pages.gone import gone, is_gone
from ccmadmin.pages.guard import needs
from ccmadmin.pages.page import Page

View = Callable[..., HttpResponse]
Wanted = Action | Literal[""]


@dataclass(frozen=True)
class Screen:
    """A URL below the page's own; `view` takes (request, page) and the record's key, if any.

    `action` is what a user must be allowed to do; "" means that the request's method decides.
    """

    name: str
    route: str
    view: View
    action: Wanted = ""


LIST = Screen("find", "", require_safe(find.find))
DETAIL = Screen("configure", "<path:key>/", require_safe(detail.detail))
# Who may read a list may keep searches and columns of it.
SEARCHES = Screen("searches", "-/searches/", require_POST(preferences.save_search), "read")
COLUMNS = Screen("columns", "-/columns/", require_POST(preferences.choose_columns), "read")
CSV = Screen("csv", "-/csv/", require_safe(exporting.export))
OF_LIST = (LIST, SEARCHES, COLUMNS, CSV)
CHOICES = Screen("choices", "-/choices/", require_safe(actions.choices))
ADD = Screen("add", "-/add/", configure.add, "update")
DELETE_SELECTED = Screen(
    "delete-selected", "-/delete-selected/", require_POST(actions.delete_selected), "update"
)
DELETE = Screen("delete", "<path:key>/-/delete/", actions.delete, "update")
COPY = Screen("copy", "<path:key>/-/copy/", configure.copy, "update")
DEPENDENTS = Screen("dependents", "<path:key>/-/dependents/", require_safe(dependency.dependents))
HISTORY = Screen("history", "<path:key>/-/history/", require_safe(history.history))
CONFIGURE = Screen("configure", "<path:key>/", configure.configure)


def routes(page: Page, *extra: Screen, **own: View) -> list[URLPattern]:
    """Return the URLs of `page`: those of the engine and the `extra` ones.

    `own` gives a screen of the engine a view of the page's own.
    """
    screens = [*extra, *screens_of(page)]
    return [url_of(page, screen, own.get(screen.name, screen.view)) for screen in screens]


def screens_of(page: Page) -> list[Screen]:
    """Return the engine's screens for what the page can do; the greedy pattern comes last."""
    if page.model is None:
        return []
    if page.is_read_only:
        return [*OF_LIST, DETAIL]
    return [
        *OF_LIST,
        CHOICES,
        *([ADD] if page.can_add else []),
        *([DELETE_SELECTED, DELETE] if page.can_delete else []),
        *([COPY] if page.can_copy else []),
        DEPENDENTS,
        HISTORY,
        CONFIGURE,
    ]


def url_of(page: Page, screen: Screen, view: View) -> URLPattern:
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, page, **kwargs)
        except Http404 as missing:
            key = kwargs.get("key")
            if key is None or not is_gone(request, page, key):
                raise
            return gone(request, page, key, missing)

    name = page.key if screen.name == "find" else f"{page.key} {screen.name}"
    return path(f"{page.key}/{screen.route}", needs(page.key, screen.action)(guarded), name=name)
