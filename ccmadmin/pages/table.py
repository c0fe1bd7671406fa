"""The rows of Find and List as HTML.

Drawn here and not by a template: 250 rows have 2,500 cells, and a template engine needs for each
of them what all of the search and the reading cost.
"""

from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ccmadmin.pages.page import Cell, Column
from ccmadmin.pages.tags import moment

EMPTY = SafeString("")


@dataclass(frozen=True)
class ListRow:
    """One record of the list; the first cell is its link, `copy_href` "" where there is none."""

    key: str
    href: str
    copy_href: str
    cells: list[tuple[Column, Cell]]
    is_standard: bool = False


class Table:
    """Draws rows; `has_boxes` and `has_copies` are the columns before and behind the record's."""

    def __init__(self, *, has_boxes: bool, has_copies: bool, is_all_selected: bool) -> None:
        self.has_boxes = has_boxes
        self.has_copies = has_copies
        self.state = SafeString(" checked disabled") if is_all_selected else EMPTY
        self.select, self.copy = _("Select %(key)s"), _("Copy %(key)s")
        self.copy_label = _("Copy")
        self.templates: dict[str, Any] = {}

    def draw(self, rows: list[ListRow]) -> SafeString:
        return format_html_join("\n", "{}", ((self.row(row),) for row in rows))

    def row(self, row: ListRow) -> SafeString:
        first, *others = row.cells
        cells = format_html_join("", "{}", ((self.cell(row, *pair),) for pair in others))
        return format_html(
            "<tr>{}{}{}{}</tr>", self.box(row), self.link(row, first[1]), cells, self.act(row)
        )

    def box(self, row: ListRow) -> SafeString:
        if not self.has_boxes:
            return EMPTY
        if row.is_standard:
            return SafeString('<td class="mark"></td>')
        box = '<input type="checkbox" name="key" value="{}"{} aria-label="{}">'
        named = self.select % {"key": row.key}
        return format_html(f'<td class="mark">{box}</td>', row.key, self.state, named)

    def link(self, row: ListRow, cell: Cell) -> SafeString:
        look = SafeString(' class="num"') if cell.is_code else EMPTY
        text = '<td class="name"><a href="{}"{}>{}</a>{}</td>'
        return format_html(text, row.href, look, self.text(cell), self.note(cell))

    def cell(self, row: ListRow, column: Column, cell: Cell) -> SafeString:
        content = self.content(row, column, cell)
        if not content and not cell.note:
            return SafeString("<td></td>")
        text = '<td data-label="{}">{}{}</td>'
        return format_html(text, column.label, content, self.note(cell))

    def content(self, row: ListRow, column: Column, cell: Cell) -> SafeString | str:
        if column.template:
            return self.drawn(column.template, row.key, cell) if cell.value else EMPTY
        if cell.href:
            return format_html('<a href="{}">{}</a>', cell.href, cell.text)
        if cell.is_code and cell.text:
            return format_html('<span class="num">{}</span>', cell.text)
        return self.text(cell)

    def drawn(self, name: str, key: str, cell: Cell) -> SafeString:
        template = self.templates.setdefault(name, get_template(name))
        lines = template.render({"state": cell.value, "key": key}).splitlines()
        return SafeString("\n".join(filter(None, map(str.strip, lines))))

    def text(self, cell: Cell) -> SafeString | str:
        return moment(cell.at) if cell.at is not None else str(cell.text)

    def note(self, cell: Cell) -> SafeString:
        return format_html('<span class="why">{}</span>', cell.note) if cell.note else EMPTY

    def act(self, row: ListRow) -> SafeString:
        if not self.has_copies:
            return EMPTY
        text = '<td class="act"><a href="{}" aria-label="{}">{}</a></td>'
        named = self.copy % {"key": row.key}
        return format_html(text, row.copy_href, named, self.copy_label)
