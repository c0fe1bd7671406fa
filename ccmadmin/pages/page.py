"""A page is a description: Find and List, the configuration form and REST are made from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, JSONField, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst

from ccmadmin.models import Record

Text = str | Promise


@dataclass(frozen=True)
class Search:
    """One entry of the Find drop-down: an ORM path to a text column, and what it is called."""

    path: str
    label: Text = ""


@dataclass(frozen=True)
class Cell:
    """What a list shows of one record in one column; `value` is for the column's template.

    A cell with a time (`at`) is drawn as how long ago that is.
    """

    text: Text = ""
    href: str = ""
    note: Text = ""
    is_code: bool = False
    value: Any = None
    at: datetime | None = None


Compute = Callable[[Sequence[Any]], Mapping[str, Cell]]


def listing(pairs: Iterable[tuple[str, str]]) -> dict[str, Cell]:
    """Return a cell for each key with the names that are paired with it, in their order."""
    names: dict[str, list[str]] = {}
    for key, name in pairs:
        names.setdefault(key, []).append(name)
    return {key: Cell(", ".join(listed)) for key, listed in names.items()}


@dataclass(frozen=True)
class Column:
    """A column of Find and List.

    `name` is a field of the model or, with `compute`, a name of its own. `compute` gets all rows
    of the page at once and answers by key, so that no column asks once per row; columns that share
    it ask once together, and `template` draws what each makes of the cell; `plain` is what it says
    of the cell's value in a file. `sort` is the ORM path to order by; "" means that the column
    cannot be sorted.
    """

    name: str
    label: Text = ""
    sort: str = ""
    compute: Compute | None = None
    template: str = ""
    plain: Callable[[Any], str] = str


@dataclass(frozen=True)
class Section:
    """A headed group of the model's fields on the configuration page."""

    title: Text
    fields: tuple[str, ...]
    note: Text = ""


@dataclass(frozen=True)
class RowList:
    """A list that is part of the record (`name` in the model's LISTS), edited row by row.

    `fields` are the fields of a row that the page offers, all of them when it is empty. `ready`
    rows, still empty, stand in a new record.
    """

    name: str
    title: Text
    fields: tuple[str, ...] = ()
    note: Text = ""
    limit: int = 500
    ready: int = 0


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the engine knows of a page; `key` is module, URL and permission at once.

    `model` is None for a page that is a view of its own without records (License Unit Report).
    `api` is the REST collection, "" for none. `find_by` and `columns` may name model fields or
    hold a `Search` or `Column`. `can_add`, `can_copy` and `can_delete` are about the kind of
    record; what a single standard record refuses is the model's matter. `searched` names
    references that are typed with suggestions, because a drop-down of all would be too long;
    `fixed` names fields that cannot be changed once the record exists. `find_template` draws Find
    and List; `empty` says there what to do first while there is no record.
    """

    key: str
    title: Text
    model: type[Any] | None = None
    singular: Text = ""
    api: str = ""
    find_by: tuple[str | Search, ...] = ()
    columns: tuple[str | Column, ...] = ()
    ordering: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    lists: tuple[RowList, ...] = ()
    related: tuple[str, ...] = ()
    can_add: bool = True
    can_copy: bool = True
    can_delete: bool = True
    is_read_only: bool = False
    note: Text = ""
    empty: Text = ""
    searched: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    find_template: str = "pages/find.html"

    def __post_init__(self) -> None:
        if self.is_read_only:
            for name in ("can_add", "can_copy", "can_delete"):
                object.__setattr__(self, name, False)
        if not self.singular and self.model is not None:
            object.__setattr__(self, "singular", self.model._meta.verbose_name)

    @property
    def menu(self) -> str:
        return self.key.partition("/")[0]

    @property
    def name(self) -> str:
        """The part of the key after the menu; url names are made from it."""
        return self.key.partition("/")[2]

    @property
    def record_model(self) -> type[Any]:
        """The model of a page that has records; asking any other page is our mistake."""
        if self.model is None:
            raise TypeError(f"{self.key} has no records")
        return self.model

    def lookup(self, key: str) -> "QuerySet[Any]":
        """Find one record by natural key; the entries of a log have only their number."""
        model = self.record_model
        if not issubclass(model, Record):
            logged: QuerySet[Any] = model._default_manager.filter(pk=_number(key))
            return logged
        named: Any = model.lookup(key)
        complete: QuerySet[Any] = named.complete()
        return complete

    @property
    def menu_title(self) -> Text:
        """The entry in the menu: CallManager names what can be added, and titles the rest."""
        return self.singular if self.singular and self.can_add else self.title

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of the configuration page, in the order of its sections."""
        return tuple(name for section in self.sections for name in section.fields)

    @property
    def searches(self) -> tuple[Search, ...]:
        """The Find drop-down with every label filled in."""
        return tuple(self._search(entry) for entry in self.find_by)

    @property
    def list_columns(self) -> tuple[Column, ...]:
        """The columns with label and sort path filled in; plain fields can be sorted."""
        return tuple(self._column(entry) for entry in self.columns)

    @property
    def offered_columns(self) -> tuple[Column, ...]:
        """What a list can show: its own columns, then the other fields of the record's page."""
        own = self.list_columns
        hidden = {*(column.name for column in own), *getattr(self.model, "SECRETS", ())}
        more = dict.fromkeys(name for name in self.fields if name not in hidden)
        return (*own, *(self._column(name) for name in more if self._is_plain(name)))

    def _is_plain(self, name: str) -> bool:
        model_field = self._field(name)
        return model_field is not None and not isinstance(model_field, JSONField)

    def _search(self, entry: str | Search) -> Search:
        search = Search(entry) if isinstance(entry, str) else entry
        return replace(search, label=search.label or self.label_of(search.path.partition("__")[0]))

    def _column(self, entry: str | Column) -> Column:
        column = Column(entry, sort=self._sort_path(entry)) if isinstance(entry, str) else entry
        label = column.label or self.label_of(column.name)
        return replace(column, label=label)

    def _sort_path(self, name: str) -> str:
        model_field = self._field(name)
        remote = model_field.related_model if model_field is not None else None
        if not isinstance(remote, type):
            return name
        first = next(iter(remote._meta.ordering or ()), "pk")
        return f"{name}__{first}"

    def label_of(self, name: str) -> str:
        """CallManager's label of a field: the model's verbose name."""
        model_field = self._field(name)
        return capfirst(str(model_field.verbose_name)) if model_field is not None else name

    def help_of(self, name: str) -> str:
        """The sentence under a field: the model's help text."""
        model_field = self._field(name)
        return str(model_field.help_text) if model_field is not None else ""

    def _field(self, name: str) -> "Field[Any, Any] | None":
        if self.model is None:
            return None
        try:
            found = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        return found if isinstance(found, Field) else None


def _number(key: str) -> int | None:
    return int(key) if key.isdecimal() and len(key) < 19 else None
