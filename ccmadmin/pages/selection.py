"""What Delete Selected is about: the ticked records, or all that the search of the list finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from ccmadmin.pages.find import ALL, found_pks
from ccmadmin.pages.page import Page
from ccmadmin.pages.query import Query
from ccmadmin.pages.values import key_of

NAMED = 50
ROWS_AT_ONCE = 500
LONGEST_COUNT = 9  # digits: nobody has seen more records than that


@dataclass(frozen=True)
class Selection:
    """`state` is the query string of the list when all that it finds is selected, else "".

    `expected` is how many records the person saw; it differs from `count` when others have added
    or deleted some since.
    """

    page: Page
    keys: list[str]
    pks: list[Any]
    state: str = ""
    expected: int = 0

    @property
    def is_all(self) -> bool:
        return bool(self.state)

    @property
    def count(self) -> int:
        return len(self.pks) if self.is_all else len(self.keys)

    @property
    def has_changed(self) -> bool:
        return self.is_all and self.expected != self.count

    @property
    def more(self) -> int:
        """How many records are not named one by one."""
        return self.count - len(self.named)

    @property
    def named(self) -> list[str]:
        """The keys that the question before the deletion shows."""
        if not self.is_all:
            return self.keys
        return [key_of(record) for record in self._read(self.pks[:NAMED])]

    def records(self) -> Iterator[tuple[str, Any]]:
        """Yield each key with its record, None for one that is gone."""
        if self.is_all:
            for start in range(0, len(self.pks), ROWS_AT_ONCE):
                for record in self._read(self.pks[start : start + ROWS_AT_ONCE]):
                    yield key_of(record), record
        else:
            for key in self.keys:
                yield key, self.page.lookup(key).first()

    def _read(self, pks: list[Any]) -> list[Any]:
        found = self.page.record_model._default_manager.complete().filter(pk__in=pks)
        by_pk = {record.pk: record for record in found}
        return [by_pk[pk] for pk in pks if pk in by_pk]


def selection_of(request: HttpRequest, page: Page) -> Selection:
    """Read what the form of the list, or the question after it, names."""
    expected = request.POST.get(ALL, "")
    if not expected.isdecimal() or len(expected) > LONGEST_COUNT:
        return Selection(page, request.POST.getlist("key"), [])
    query = Query.read(page, QueryDict(request.POST.get("query", "").removeprefix("?")))
    return Selection(page, [], list(found_pks(page, query)), query.url(), int(expected))
