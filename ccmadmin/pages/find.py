"""Find and List: the search rows, the table, and what can be done with the ticked records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ccmadmin.pages import preferences, registry
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Cell, Column, Compute, Page
from ccmadmin.pages.query import LONGEST_TEXT, OPERATORS, ROWS_PER_PAGE, Query
from ccmadmin.pages.table import ListRow, Table
from ccmadmin.pages.values import display, field_of, key_of

ALL = "all"


@dataclass(frozen=True)
class Heading:
    """A column heading; `href` sorts by it, `direction` says how it sorts now."""

    label: str
    href: str = ""
    direction: str = ""


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
    columns = preferences.columns_of(request, page)
    paginator = Paginator(found_pks(page, query), query.rows)
    shown = paginator.get_page(query.number)
    rows = rows_of(page, records_with(page, list(shown.object_list), columns), columns)
    may_update = may(request, page.key, "update")
    may_delete = may_update and page.can_delete
    may_select = may_delete and not all(row.is_standard for row in rows)
    may_copy = may_update and page.can_copy
    table = Table(has_boxes=may_select, has_copies=may_copy, is_all_selected=ALL in request.GET)
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
        "may_select": may_select,
        "may_copy": may_copy,
        "table": table.draw(rows),
        "related": related_of(request, page),
        "here": find_href(page),
        "state": query.url(),
        **preferences_of(request, page, query, columns),
        **selection_of(request, query, shown.number, paginator),
    }


def preferences_of(
    request: HttpRequest, page: Page, query: Query, columns: tuple[Column, ...]
) -> dict[str, Any]:
    """Return the user's own part of the list: saved searches, columns, and the file of both."""
    return {
        "searches": preferences.searches_of(request, page, query),
        "choices": preferences.choices_of(page, columns),
        "searches_href": screen_href(page, "searches"),
        "columns_href": screen_href(page, "columns"),
        "csv_href": screen_href(page, "csv") + query.url(),
    }


def selection_of(
    request: HttpRequest, query: Query, number: int, paginator: Paginator[Any]
) -> dict[str, Any]:
    """Return how all records that were found are selected, beyond those of this page."""
    url = query.url(number=number)
    is_all = ALL in request.GET
    return {
        "is_all_selected": is_all,
        "select_all_href": f"{url}&{ALL}=1" if paginator.num_pages > 1 and not is_all else "",
        "select_none_href": url,
    }


def related_of(request: HttpRequest, page: Page) -> list[tuple[str, str]]:
    """Return title and URL of the pages named in Related Links that this user may see."""
    listed = (registry.pages()[key] for key in page.related)
    return [(str(to.title), find_href(to)) for to in listed if may(request, to.key, "read")]


def found_pks(page: Page, query: Query) -> QuerySet[Any]:
    """Return the primary keys of what the search finds, in order.

    Only these are counted off on the way to page 2,000: an index holds them, and a record is
    read only when it is shown.
    """
    found: QuerySet[Any] = page.record_model._default_manager.all()
    return query.select(found, page.ordering).values_list("pk", flat=True)


def records_with(page: Page, pks: Sequence[Any], columns: Sequence[Column]) -> list[Any]:
    """Return these records, in this order, with what their plain columns need."""
    found = {record.pk: record for record in records_of(page, columns).filter(pk__in=pks)}
    return [found[pk] for pk in pks if pk in found]


def records_of(page: Page, columns: Sequence[Column]) -> QuerySet[Any]:
    """Return the records with what their plain columns need, so that no row asks again."""
    model = page.record_model
    names = [
        column.name
        for column in columns
        if column.compute is None and isinstance(field_of(model, column.name), ForeignKey)
    ]
    needed = dict.fromkeys((*getattr(model, "KEY_NEEDS", ()), *_with_keys(model, names)))
    found: QuerySet[Any] = model._default_manager.all()
    return found.select_related(*needed) if needed else found


def _with_keys(model: type[Model], names: Sequence[str]) -> Iterator[str]:
    """Name references, and what the keys of their records are made of."""
    for name in names:
        yield name
        related = model._meta.get_field(name).related_model
        yield from (f"{name}__{path}" for path in getattr(related, "KEY_NEEDS", ()))


def rows_of(page: Page, records: Sequence[Any], columns: Sequence[Column]) -> list[ListRow]:
    return [
        ListRow(
            key_of(record),
            record_href(page, key_of(record)),
            screen_href(page, "copy", key_of(record)) if page.can_copy else "",
            list(zip(columns, cells, strict=True)),
            is_standard=bool(getattr(record, "is_standard", False)),
        )
        for record, cells in zip(records, cells_of(records, columns), strict=True)
    ]


def cells_of(records: Sequence[Any], columns: Sequence[Column]) -> list[list[Cell]]:
    """Fill the cells; what computes columns is asked once for all records."""
    asked = {column.compute for column in columns if column.compute}
    computed = {compute: compute(records) for compute in asked}
    return [[cell_of(column, record, computed) for column in columns] for record in records]


def cell_of(column: Column, record: Any, computed: Mapping[Compute, Mapping[str, Cell]]) -> Cell:
    if column.compute is not None:
        return computed[column.compute].get(key_of(record), Cell())
    value = getattr(record, column.name)
    at = value if isinstance(value, datetime) else None
    return Cell(text=display(record, column.name), at=at)


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
