"""Help > For This Page: every field of a page with its help, and how a script reaches it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ccmadmin.models import list_model, row_fields
from ccmadmin.pages import registry
from ccmadmin.pages.api.links import collection_url
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes

PAGE = Page(
    key="help/this_page", title=_("For This Page"), singular=_("For This Page"), can_add=False
)


@dataclass(frozen=True)
class Entry:
    """A field in words; `name` is what it is called in REST."""

    label: str
    help: str
    name: str
    is_required: bool


@dataclass(frozen=True)
class Chapter:
    title: str
    note: str
    entries: list[Entry]


@require_safe
def show(request: HttpRequest, page: Page) -> HttpResponse:
    """Explain the page named in `?page=`; without one, list the pages that can be explained."""
    key = request.GET.get("page", "")
    open_pages = [each for each in registry.pages().values() if may(request, each.key, "read")]
    explained = next((each for each in open_pages if each.key == key), None)
    if key and explained is None:
        raise Http404
    context = {
        "page": page,
        "explained": explained,
        "chapters": chapters(explained) if explained else [],
        "explained_href": find_href(explained) if explained else "",
        "collection": collection_url(explained) if explained and explained.api else "",
        "menus": by_menu([each for each in open_pages if each.sections]),
    }
    return render(request, "help/this_page.html", context)


def by_menu(pages: list[Page]) -> list[tuple[str, list[Page]]]:
    """Group pages under the titles of their menus, in the order of the menu bar."""
    grouped = [
        (str(menu.title), [page for page in pages if page.key.startswith(f"{menu.key}/")])
        for menu in registry.menus()
    ]
    return [(title, found) for title, found in grouped if found]


def chapters(page: Page) -> list[Chapter]:
    """Return a chapter for each section of the page and for each of its lists."""
    if page.model is None:
        return []
    found = [
        Chapter(
            str(section.title),
            str(section.note),
            [entry_of(page.record_model, name) for name in section.fields],
        )
        for section in page.sections
    ]
    for described in page.lists:
        row = list_model(page.record_model, described.name)
        names = described.fields or row_fields(row)
        entries = [entry_of(row, name) for name in names]
        found.append(Chapter(str(described.title), str(described.note), entries))
    return [*found, *parameters(page)]


def entry_of(model: type[Model], name: str) -> Entry:
    field: Any = model._meta.get_field(name)
    is_required = not field.blank and not isinstance(field, BooleanField)  # as in the form
    return Entry(capfirst(str(field.verbose_name)), str(field.help_text), name, is_required)


def parameters(page: Page) -> list[Chapter]:
    """Return the parameters of a parameter page, each with what it does."""
    known = getattr(page.model, "REGISTRY", {})
    entries = [
        Entry(each.name, f"{each.help}", each.name, is_required=False) for each in known.values()
    ]
    return [Chapter(str(page.title), "", entries)] if entries else []


URLS = routes(PAGE, Screen("find", "", show))
