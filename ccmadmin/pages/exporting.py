"""The list as a CSV file: every record found, with the columns that the list shows."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation

from ccmadmin.pages.find import cells_of, found_pks, records_with
from ccmadmin.pages.page import Cell, Column, Page
from ccmadmin.pages.preferences import columns_of
from ccmadmin.pages.query import Query

ROWS_AT_ONCE = 1000
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for something else
# A spreadsheet runs a cell that begins with one of these as a formula (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def export(request: HttpRequest, page: Page) -> HttpResponse:
    """Send the file while the records are read; who may read the list may have it."""
    columns = columns_of(request, page)
    pks = found_pks(page, Query.read(page, request.GET))
    lines = lines_of(
        page, columns, pks, timezone.get_current_timezone(), translation.get_language()
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{page.name}.csv"',
        "Cache-Control": "private, no-store",
    }
    response: Any = StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers=headers
    )
    found: HttpResponse = response  # the guards of pages only look at its headers
    return found


def lines_of(
    page: Page, columns: Sequence[Column], pks: QuerySet[Any], zone: Any, language: str | None
) -> Iterator[str]:
    """Yield the lines; the request is over by then, and with it its zone and language."""
    writer = csv.writer(Echo())
    listed = list(pks)
    with timezone.override(zone), translation.override(language):
        yield BYTE_ORDER_MARK + writer.writerow(safe(str(column.label)) for column in columns)
        for start in range(0, len(listed), ROWS_AT_ONCE):
            records = records_with(page, listed[start : start + ROWS_AT_ONCE], columns)
            for cells in cells_of(records, columns):
                yield writer.writerow(
                    safe(plain(*pair)) for pair in zip(columns, cells, strict=True)
                )


def plain(column: Column, cell: Cell) -> str:
    """Return what the list shows in the cell, exact times included, as text."""
    return column.plain(cell.value) if cell.value is not None else str(cell.text)


def safe(text: str) -> str:
    """Keep a spreadsheet from running what somebody typed as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
