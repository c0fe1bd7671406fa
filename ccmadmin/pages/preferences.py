"""What a user keeps of a list: the form for its columns, and its saved searches by name."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ccmadmin.pages.links import find_href
from ccmadmin.pages.page import Column, Page
from ccmadmin.pages.query import Query
from ccmadmin.services import preferences


@dataclass(frozen=True)
class Choice:
    """A column on offer; the first one is the link to the record, and always there."""

    column: Column
    is_shown: bool
    is_fixed: bool


@dataclass(frozen=True)
class Search:
    """A saved search; `is_current` says that the list shows just that."""

    name: str
    href: str
    is_current: bool


def columns_of(request: HttpRequest, page: Page) -> tuple[Column, ...]:
    """Return the columns that the user wants to see, in the order in which they are offered."""
    names = preferences.columns_of(request.user.get_username(), page.key)
    return with_names(page, names) if names else page.list_columns


def with_names(page: Page, names: list[str]) -> tuple[Column, ...]:
    """Return the columns of these names; what is not on offer any more is passed over."""
    first, *others = page.offered_columns
    return (first, *(column for column in others if column.name in names))


def choices_of(page: Page, shown: tuple[Column, ...]) -> list[Choice]:
    names = {column.name for column in shown}
    return [
        Choice(column, column.name in names, is_fixed=place == 0)
        for place, column in enumerate(page.offered_columns)
    ]


def searches_of(request: HttpRequest, page: Page, query: Query) -> list[Search]:
    saved = preferences.searches_of(request.user.get_username(), page.key)
    current = query.url()
    return [
        Search(each.name, find_href(page) + each.query, each.query == current) for each in saved
    ]


def choose_columns(request: HttpRequest, page: Page) -> HttpResponse:
    """Remember the ticked columns; the button Standard Columns brings those of the page back."""
    asked = [] if "standard" in request.POST else request.POST.getlist("column")
    keep_columns(request.user.get_username(), page, asked)
    return redirect(find_href(page) + _query(request, page).url())


def keep_columns(userid: str, page: Page, asked: list[str]) -> None:
    """Remember columns by name; nothing is kept of the page's own choice, which may grow."""
    names = [column.name for column in with_names(page, asked)] if asked else []
    is_standard = names == [column.name for column in page.list_columns]
    preferences.choose_columns(userid=userid, page=page.key, names=[] if is_standard else names)


def save_search(request: HttpRequest, page: Page) -> HttpResponse:
    """Save the search of the list under a name, or delete one."""
    userid, query = request.user.get_username(), _query(request, page)
    if "delete" in request.POST:
        name = request.POST["delete"]
        if preferences.delete_search(userid=userid, page=page.key, name=name):
            messages.success(request, _("Saved search “%(name)s” deleted.") % {"name": name})
        return redirect(find_href(page) + query.url())
    name = request.POST.get("name", "")
    try:
        saved = preferences.save_search(userid=userid, page=page.key, name=name, query=query.url())
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("Search saved as “%(name)s”.") % {"name": saved.name})
    return redirect(find_href(page) + query.url())


def _query(request: HttpRequest, page: Page) -> Query:
    """Read the search that the form came from, as carefully as one that was typed."""
    return Query.read(page, QueryDict(request.POST.get("query", "").removeprefix("?")))
