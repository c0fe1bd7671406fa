"""Find and List: the search rows, the table, and what can be done with the ticked records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ccmadmin.pages import registry
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Cell, Column, Compute, Page
from ccmadmin.pages.query import LONGEST_TEXT, OPERATORS, ROWS_PER_PAGE, Query
from ccmadmin.pages.values import display, field_of, key_of


@dataclass(frozen=True)
class Heading:
    """A column heading; `href` sorts by it, `direction` says how it sorts now."""

    label: str
    href: str = ""
    direction: str = ""


@dataclass(frozen=True)
class ListRow:
    """One record of the list; the first cell is its link."""

    key: str
    href: str
    copy_href: str
    cells: list[tuple[Column, Cell]]
    is_standard: bool = False


def find(request: HttpRequest, page: Page) -> HttpResponse:
    """Show the list; the URL is the whole state, and the session remembers the last one."""
    memory = f"find:{page.key}"
    if "clear" in request.GET:
        request.session.pop(memory, None)
        return redirect(request.path)
    if not request.GET and (remembered := request.session.get(memory)):
        return redirect(request.path + remembered)
    query = Query.read(page, request.GET)
    if "more" in request.GET:
        return redirect(request.path + query.with_row().url())
    if (less := request.GET.get("less", "")).isdecimal():
        return redirect(request.path + query.without_row(int(less)).url())
    state = query.url(number=query.number)
    if request.GET and request.session.get(memory) != state:
        request.session[memory] = state
    return render(request, page.find_template, context_of(request, page, query))


def context_of(request: HttpRequest, page: Page, query: Query) -> dict[str, Any]:
    """Return everything that pages/find.html shows."""
    columns = page.list_columns
    paginator = Paginator(query.select(records_of(page, columns), page.ordering), query.rows)
    shown = paginator.get_page(query.number)
    rows = rows_of(page, list(shown.object_list), columns)
    may_update = may(request, page.key, "update")
    may_delete = may_update and page.can_delete
    return {
        "page": page,
        "query": query,
        "operators": OPERATORS,
        "longest_text": LONGEST_TEXT,
        "headings": [heading_of(column, query) for column in columns],
        "rows": rows,
        "shown": shown,
        "is_filtered": any(not row.is_everything for row in query.criteria),
        "rows_per_page": ROWS_PER_PAGE,
        "pager": pager_of(query, shown.number, paginator.num_pages),
        "add_href": screen_href(page, "add") if may_update and page.can_add else "",
        "delete_href": screen_href(page, "delete-selected") if may_delete else "",
        "may_select": may_delete and not all(row.is_standard for row in rows),
        "may_copy": may_update and page.can_copy,
        "related": related_of(request, page),
        "here": find_href(page),
    }


def related_of(request: HttpRequest, page: Page) -> list[tuple[str, str]]:
    """Return title and URL of the pages named in Related Links that this user may see."""
    listed = (registry.pages()[key] for key in page.related)
    return [(str(to.title), find_href(to)) for to in listed if may(request, to.key, "read")]


def records_of(page: Page, columns: Sequence[Column]) -> QuerySet[Any]:
    """Return the records with what their plain columns need, so that no row asks again."""
    model = page.record_model
    names = [
        column.name
        for column in columns
        if column.compute is None and isinstance(field_of(model, column.name), ForeignKey)
    ]
    found: QuerySet[Any] = model._default_manager.all()
    return found.select_related(*names) if names else found


def rows_of(page: Page, records: Sequence[Any], columns: Sequence[Column]) -> list[ListRow]:
    """Fill the cells; what computes columns is asked once for all records."""
    asked = {column.compute for column in columns if column.compute}
    computed = {compute: compute(records) for compute in asked}
    return [
        ListRow(
            key_of(record),
            record_href(page, key_of(record)),
            screen_href(page, "copy", key_of(record)) if page.can_copy else "",
            [(column, cell_of(column, record, computed)) for column in columns],
            is_standard=bool(getattr(record, "is_standard", False)),
        )
        for record in records
    ]


def cell_of(column: Column, record: Any, computed: Mapping[Compute, Mapping[str, Cell]]) -> Cell:
    if column.compute is not None:
        return computed[column.compute].get(key_of(record), Cell())
    return Cell(text=display(record, column.name))


def heading_of(column: Column, query: Query) -> Heading:
    if not column.sort:
        return Heading(str(column.label))
    descends = query.sort == column.sort
    direction = "ascending" if descends else "descending" if query.sort[1:] == column.sort else ""
    return Heading(
        str(column.label), query.url(sort=("-" if descends else "") + column.sort), direction
    )


def pager_of(query: Query, number: int, last: int) -> dict[str, str]:
    """Return the URLs of First, Previous, Next and Last; "" for those that lead nowhere."""
    return {
        "first": query.url(number=1) if number > 1 else "",
        "previous": query.url(number=number - 1) if number > 1 else "",
        "next": query.url(number=number + 1) if number < last else "",
        "last": query.url(number=last) if number < last else "",
    }
