"""The rows of a list as HTML: links, labels for narrow screens, text as text."""

from datetime import UTC, datetime

from ccmadmin.pages.page import Cell, Column
from ccmadmin.pages.table import ListRow, Table

NAME, TEXT = Column("name", "Name"), Column("text", "Text")
HOSTILE = '"><script>'


def draw(cell: Cell, column: Column = TEXT, **look: bool) -> str:
    looks = {"has_boxes": True, "has_copies": True, "is_all_selected": False, **look}
    is_standard = bool(looks.pop("is_standard", False))
    row = ListRow("A", "/a/", "/a/copy/", [(NAME, Cell("A")), (column, cell)], is_standard)
    return Table(**looks).draw([row])


def test_the_first_cell_is_the_link_and_every_other_has_its_label() -> None:
    html = draw(Cell("b"))
    assert '<td class="name"><a href="/a/">A</a></td>' in html
    assert '<td data-label="Text">b</td>' in html
    assert '<a href="/a/copy/" aria-label="Copy A">Copy</a>' in html
    assert 'value="A" aria-label="Select A"' in html


def test_hostile_text_is_text_everywhere() -> None:
    for cell in (
        Cell(HOSTILE),
        Cell(HOSTILE, is_code=True),
        Cell("x", href=HOSTILE),
        Cell("x", note=HOSTILE),
    ):
        assert "<script>" not in draw(cell)
    row = ListRow(HOSTILE, "/", "/", [(NAME, Cell(HOSTILE))])
    table = Table(has_boxes=True, has_copies=True, is_all_selected=False)
    assert "<script>" not in table.draw([row])


def test_an_empty_cell_is_empty_so_that_a_card_leaves_it_out() -> None:
    assert "<td></td>" in draw(Cell())


def test_a_time_says_how_long_ago_and_when() -> None:
    html = draw(Cell("then", at=datetime(2020, 1, 31, 12, tzinfo=UTC)))
    assert 'title="2020-01-31 12:00:00 UTC"' in html
    assert "2020-01-31</time>" in html


def test_a_link_a_code_and_a_note_are_drawn() -> None:
    assert '<a href="/b/">b</a>' in draw(Cell("b", href="/b/"))
    assert '<span class="num">1002</span>' in draw(Cell("1002", is_code=True))
    assert '<span class="why">because</span>' in draw(Cell("b", note="because"))


def test_a_template_draws_what_a_column_makes_of_a_value() -> None:
    column = Column("state", "State", template="parts/state.html")
    html = draw(Cell(value={"kind": "good", "word": "Registered"}), column)
    assert '<span class="state good">Registered</span>' in html
    assert "<td></td>" in draw(Cell(), column)


def test_standard_records_have_no_box_and_a_reader_sees_none() -> None:
    assert "checkbox" not in draw(Cell("b"), is_standard=True)
    html = draw(Cell("b"), has_boxes=False, has_copies=False)
    assert "checkbox" not in html
    assert "Copy" not in html


def test_when_all_are_selected_every_box_is_ticked() -> None:
    assert " checked disabled " in draw(Cell("b"), is_all_selected=True)
