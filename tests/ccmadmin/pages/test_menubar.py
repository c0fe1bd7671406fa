"""The menu bar as data."""

from ccmadmin.pages.menubar import Group, Menu
from ccmadmin.pages.page import Page


def test_a_menu_has_the_pages_of_all_its_groups_in_order() -> None:
    first, second = Page(key="a/one", title="One"), Page(key="a/two", title="Two")
    menu = Menu("a", "A", (Group("", (first,)), Group("More", (second,))))
    assert list(menu.pages) == [first, second]
