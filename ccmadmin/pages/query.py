"""The search of a Find and List page: its rows, order and page as read from the URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Field, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from ccmadmin.pages.page import Page

ROWS_PER_PAGE = (10, 20, 50, 100)  # CallManager goes to 250; a page of 100 weighs 100 kB
DEFAULT_ROWS = 50
MAX_CRITERIA = 10
LONGEST_TEXT = 255  # a URL has an end, and no field that is searched is longer

OPERATORS: Mapping[str, Promise] = {
    "begins": _("begins with"),
    "contains": _("contains"),
    "ends": _("ends with"),
    "exactly": _("is exactly"),
    "empty": _("is empty"),
    "notempty": _("is not empty"),
}
# Django escapes %, _ and \ in these lookups, so the text is always taken literally.
LOOKUPS = {"begins": "istartswith", "contains": "icontains", "ends": "iendswith"}


@dataclass(frozen=True)
class Criterion:
    """One search row."""

    path: str
    operator: str = "begins"
    text: str = ""

    @property
    def is_everything(self) -> bool:
        """A text operator without a text finds every record, as in CallManager."""
        return self.operator not in ("empty", "notempty") and not self.text


@dataclass(frozen=True)
class Query:
    """The whole state of a Find and List page; `url()` writes what `read()` reads."""

    criteria: tuple[Criterion, ...]
    sort: str = ""
    rows: int = DEFAULT_ROWS
    number: int = 1

    @classmethod
    def read(cls, page: Page, data: QueryDict) -> "Query":
        """Read the query string; what is not on offer falls back to the first choice."""
        paths = [search.path for search in page.searches]
        asked = zip(
            data.getlist("field"), data.getlist("operator"), data.getlist("text"), strict=False
        )
        criteria = tuple(
            Criterion(
                path, operator if operator in OPERATORS else "begins", text.strip()[:LONGEST_TEXT]
            )
            for path, operator, text in asked
            if path in paths
        )[:MAX_CRITERIA]
        sortable = {column.sort for column in page.offered_columns if column.sort}
        sort = data.get("sort", "")
        return cls(
            criteria or (Criterion(paths[0]),) if paths else (),
            sort if sort.removeprefix("-") in sortable else "",
            _choice(data.get("rows"), ROWS_PER_PAGE, DEFAULT_ROWS),
            _positive(data.get("page")),
        )

    def url(self, **changes: Any) -> str:
        """Return the query string with `changes`; a new search or order starts at page 1."""
        state = replace(self, **{"number": 1, **changes})
        pairs: list[tuple[str, str]] = []
        for row in state.criteria:
            pairs += [("field", row.path), ("operator", row.operator), ("text", row.text)]
        if state.sort:
            pairs.append(("sort", state.sort))
        if state.rows != DEFAULT_ROWS:
            pairs.append(("rows", str(state.rows)))
        if state.number != 1:
            pairs.append(("page", str(state.number)))
        return "?" + urlencode(pairs)

    def with_row(self) -> "Query":
        """Add an empty search row for the next field on offer."""
        return replace(self, criteria=(*self.criteria, Criterion(self.criteria[-1].path)))

    def without_row(self, index: int) -> "Query":
        left = tuple(row for at, row in enumerate(self.criteria) if at != index)
        return replace(self, criteria=left or self.criteria[:1])

    def select(self, queryset: QuerySet[Any], ordering: Sequence[str] = ()) -> QuerySet[Any]:
        """Apply the rows with "and", then the order; no tie is left, so pages never overlap."""
        found = queryset
        crosses = False
        for row in self.criteria:
            if not row.is_everything:
                found = found.filter(condition(queryset.model, row))
                crosses = crosses or is_multi_valued(queryset.model, row.path)
        order = [self.sort] if self.sort else list(ordering or queryset.model._meta.ordering)
        if crosses:
            # A join would repeat a record once for every line that matches.
            found = queryset.filter(pk__in=found.values("pk"))
        # The tie breaks in the direction of the order, so that an index can serve both.
        return found.order_by(*order, "-pk" if order and order[0].startswith("-") else "pk")


def condition(model: type[Model], row: Criterion) -> Q:
    """Translate one search row."""
    if row.operator in ("empty", "notempty"):
        empty = Q(**{f"{row.path}__isnull": True})
        if _is_text(_fields(model, row.path)[-1]):
            empty |= Q(**{row.path: ""})
        return empty if row.operator == "empty" else ~empty
    choices = _choices(_fields(model, row.path)[-1])
    if choices:
        return Q(**{f"{row.path}__in": _matching(choices, row)})
    return Q(**{f"{row.path}__{LOOKUPS.get(row.operator, 'iexact')}": row.text})


def is_multi_valued(model: type[Model], path: str) -> bool:
    """Whether `path` crosses to many rows, as from a phone to its lines."""
    return any(field.one_to_many or field.many_to_many for field in _fields(model, path))


def _fields(model: type[Model], path: str) -> list[Any]:
    """Return the fields that `path` goes through, the last one at the end."""
    options: Any = model._meta
    found: list[Any] = []
    for part in path.split("__"):
        found.append(options.get_field(part))
        if found[-1].is_relation:
            options = found[-1].related_model._meta
    return found


def _is_text(field: Any) -> bool:
    return isinstance(field, Field) and field.get_internal_type() in (
        "CharField",
        "TextField",
        "EmailField",
    )


def _choices(field: Any) -> list[tuple[Any, str]]:
    """Return what the field holds and how pages say it: its choices, or `<name>_words()`.

    They are said in the language of the page, and in English, as REST and the manuals say them.
    """
    said = _words(field)
    if said and get_language() != "en":
        with override("en"):
            said += _words(field)
    return said


def _words(field: Any) -> list[tuple[Any, str]]:
    words = getattr(field.model, f"{field.name}_words", None)
    choices = words() if words is not None else getattr(field, "flatchoices", None) or ()
    return [(value, str(label)) for value, label in choices]


def _matching(choices: list[tuple[Any, str]], row: Criterion) -> list[Any]:
    """A choice is searched by the words people see, not by the stored value."""
    text = row.text.casefold()
    tests: dict[str, Callable[[str], bool]] = {
        "begins": lambda word: word.startswith(text),
        "contains": lambda word: text in word,
        "ends": lambda word: word.endswith(text),
        "exactly": lambda word: word == text,
    }
    found = [value for value, label in choices if tests[row.operator](label.casefold())]
    return list(dict.fromkeys(found))


def _choice(text: str | None, choices: Sequence[int], default: int) -> int:
    return next((choice for choice in choices if str(choice) == text), default)


def _positive(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 9 else 1
