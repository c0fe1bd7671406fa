"""Filters, order and free text of a collection, from the query parameters.

`name=value` compares, `name__contains=`, `name__startswith=`, `name__endswith=`, `name__iexact=`
look for a text, `name__isempty=true` finds what has no value, `name__gte=` and `name__lte=` limit
numbers and times. Texts are looked for as on the Find and List page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from ccmadmin.models.base import Record
from ccmadmin.pages.api.errors import Problem, Refused, did_you_mean
from ccmadmin.pages.api.fields import is_storable
from ccmadmin.pages.keys import not_found
from ccmadmin.pages.page import Page
from ccmadmin.pages.query import Criterion, condition, is_multi_valued

TEXT = {
    "contains": "contains",
    "startswith": "begins",
    "endswith": "ends",
    "iexact": "exactly",
}
RANGE = ("gte", "lte")
RESERVED = ("limit", "offset", "ordering", "q", "fields", "format")
LONGEST_TEXT = 500


@dataclass(frozen=True)
class Filter:
    """A filter by its name in the URL; `path` is where the ORM finds the value."""

    name: str
    path: str
    field: "models.Field[Any, Any]"

    @property
    def target(self) -> type[Record] | None:
        """The model that a reference names."""
        related = self.field.related_model
        return related if isinstance(related, type) and issubclass(related, Record) else None

    @property
    def text_path(self) -> str:
        """Where the text to look for stands: for a reference, in the other record's key."""
        return f"{self.path}__{self.target.KEY}" if self.target else self.path

    @property
    def operations(self) -> tuple[str, ...]:
        if isinstance(self.field, models.BooleanField):
            return ()
        if isinstance(self.field, models.IntegerField | models.DateTimeField):
            return (*RANGE, "isempty")
        return (*TEXT, "isempty")


def filters_of(page: Page) -> dict[str, Filter]:
    """Return the filters of a page: the model's fields, and what Find and List searches."""
    model = page.record_model
    hidden = {*getattr(model, "SECRETS", ())}
    if issubclass(model, Record):
        hidden.add(model._meta.pk.name)
    found = {
        field.name: Filter(field.name, field.name, field)
        for field in model._meta.concrete_fields
        if field.name not in hidden and not isinstance(field, models.JSONField)
    }
    for search in page.searches:
        found.setdefault(search.path, Filter(search.path, search.path, _at(model, search.path)))
    return found


def _at(model: Any, path: str) -> Any:
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model
    return field


def select(page: Page, parameters: QueryDict) -> QuerySet[Any]:
    """Return the records that the parameters ask for, in order.

    Raises `Refused` with every parameter that is not understood.
    """
    reader = Reader(page, parameters)
    conditions = dict(reader.conditions())
    order = list(reader.order())
    if reader.problems:
        raise Refused(*reader.problems)
    model = page.record_model
    rows: QuerySet[Any] = model._default_manager.filter(*conditions.values())
    if any(is_multi_valued(model, path) for path in reader.paths):
        # A join would repeat a record once for every row that matches.
        rows = model._default_manager.filter(pk__in=rows.values("pk"))
    # As on the Find and List page: a tie breaks in the direction of the order.
    return rows.order_by(*order, "-pk" if order and order[0].startswith("-") else "pk")


class Reader:
    """Reads the query parameters of one request and collects what is wrong with them."""

    def __init__(self, page: Page, parameters: QueryDict) -> None:
        self.page = page
        self.parameters = parameters
        self.known = filters_of(page)
        self.problems: list[Problem] = []
        self.paths: list[str] = []

    def conditions(self) -> Iterator[tuple[str, Q]]:
        for parameter, values in self.parameters.lists():
            if len(values) > 1:
                self.refuse(parameter, "repeated", "The parameter is given more than once.")
            elif not is_storable(values[0]) or len(values[0]) > LONGEST_TEXT:
                self.refuse(parameter, "invalid", "The value is too long or not a text.")
            elif parameter == "q":
                yield parameter, self.free_text(values[0])
            elif parameter not in RESERVED:
                found = self.condition(parameter, values[0])
                if found is not None:
                    yield parameter, found

    def refuse(self, parameter: str, code: str, message: str) -> None:
        self.problems.append(Problem(parameter, code, message))

    def free_text(self, text: str) -> Q:
        """Find records that hold each word in any of the columns of Find and List."""
        model = self.page.record_model
        paths = [search.path for search in self.page.searches]
        self.paths += paths
        found = Q()
        for word in text.split():
            anywhere = Q()
            for path in paths:
                anywhere |= condition(model, Criterion(path, "contains", word))
            found &= anywhere
        return found

    def condition(self, parameter: str, text: str) -> Q | None:
        name, operation = self._split(parameter)
        if name not in self.known:
            close = did_you_mean(parameter, (*self.known, *RESERVED))
            self.refuse(parameter, "unknown-parameter", f"There is no such parameter.{close}")
            return None
        found = self.known[name]
        self.paths.append(found.path)
        if operation not in ("", *found.operations):
            known = ", ".join(f"{name}__{known}" for known in found.operations) or name
            self.refuse(parameter, "unknown-parameter", f"Use {known} instead.")
            return None
        try:
            return self._compare(found, operation, text)
        except ValueError as error:
            self.refuse(parameter, "invalid", str(error))
            return None

    def _split(self, parameter: str) -> tuple[str, str]:
        name, _underscores, operation = parameter.rpartition("__")
        if parameter in self.known or name not in self.known:
            return parameter, ""
        return name, operation

    def _compare(self, found: Filter, operation: str, text: str) -> Q:
        model = self.page.record_model
        if operation == "isempty":
            wanted = "empty" if read_flag(text) else "notempty"
            return condition(model, Criterion(found.path, wanted))
        if operation in TEXT:
            return condition(model, Criterion(found.text_path, TEXT[operation], text))
        if operation in RANGE:
            return Q(**{f"{found.path}__{operation}": read(found.field, text)})
        if found.target is not None:
            return self._reference(found, found.target, text)
        return Q(**{found.path: read(found.field, text)})

    def _reference(self, found: Filter, target: type[Record], key: str) -> Q:
        keys = list(target.lookup(key).values_list("pk", flat=True))
        if not keys:
            raise ValueError(not_found(target._default_manager.all(), key))
        return Q(**{found.path: keys[0]})

    def order(self) -> Iterator[str]:
        """Yield what to order by; the page's own order when nothing was asked for."""
        asked = self.parameters.get("ordering", "")
        if not asked:
            yield from self.page.ordering or self.page.record_model._meta.ordering
        for name in filter(None, asked.split(",")):
            found = self.known.get(name.removeprefix("-"))
            if found is None or "__" in found.name:
                names = [known for known in self.known if "__" not in known]
                close = did_you_mean(name.removeprefix("-"), names)
                self.refuse("ordering", "invalid", f"Cannot order by “{name}”.{close}")
            else:
                yield ("-" if name.startswith("-") else "") + found.text_path


def read(field: "models.Field[Any, Any]", text: str) -> Any:
    """Turn the text of a parameter into a value of the field; ValueError says what is expected."""
    if isinstance(field, models.BooleanField):
        return read_flag(text)
    if isinstance(field, models.IntegerField):
        if not text.removeprefix("-").isdecimal() or len(text) > 18:
            raise ValueError(f"“{text}” is not a whole number.")
        return int(text)
    if isinstance(field, models.DateTimeField):
        return read_moment(text)
    if field.flatchoices and text not in {str(value) for value, _label in field.flatchoices}:
        choices = [str(value) for value, _label in field.flatchoices]
        close = did_you_mean(text, choices) or f" It is one of {', '.join(choices[:12])}."
        raise ValueError(f"“{text}” is not a choice.{close}")
    return text


def read_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"“{text}” is neither true nor false.")
    return text == "true"


def read_moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"“{text}” is not a time such as 2030-01-31T12:00:00Z.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
