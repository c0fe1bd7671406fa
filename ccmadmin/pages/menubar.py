"""The menu bar as data; `ccmadmin.menu` fills it in the administrator's order."""

from collections.abc import Iterable
from dataclasses import dataclass

from ccmadmin.pages.page import Page, Text


@dataclass(frozen=True)
class Group:
    """Entries of a menu that belong together; the first group of a menu has no title."""

    title: Text
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Menu:
    """One menu; `key` is the first part of its pages' keys."""

    key: str
    title: Text
    groups: tuple[Group, ...]

    @property
    def pages(self) -> Iterable[Page]:
        return (page for group in self.groups for page in group.pages)
