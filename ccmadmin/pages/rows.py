"""The lists inside a record (partitions of a calling search space), edited row by row.

Add, Remove, Up and Down are submit buttons: the page comes back with the rows changed and nothing
saved, so the list works by keyboard and without a script.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model
from django.forms.boundfield import BoundField
from django.http import QueryDict

from ccmadmin.models import Record
from ccmadmin.models.base import OrderedRow, list_model, row_fields
from ccmadmin.pages.forms import FieldLine, key_field
from ccmadmin.pages.page import Page, RowList

ACTION = "rows"
Values = dict[str, Any]


class RowField(BoundField):
    """A field that all rows describe by one help text, and each by its own error."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        if self.errors:
            help_of_all = self.field.widget.attrs["aria-describedby"]
            built["aria-describedby"] = f"{help_of_all} {self.auto_id}_error"
        return built


class RowForm(forms.Form):
    bound_field_class = RowField
    use_required_attribute = False


@dataclass
class Editor:
    """One list of one record, as it stands in the form."""

    description: RowList
    fields: tuple[str, ...]
    is_ordered: bool
    forms: list[forms.Form]
    errors: list[str] = dataclass_field(default_factory=list)
    pressed: str = ""
    focus: int = -1

    @property
    def prefix(self) -> str:
        return self.description.name

    @property
    def may_add(self) -> bool:
        return len(self.forms) < self.description.limit

    @property
    def helps(self) -> list[tuple[str, str, str]]:
        """Return id, label and help of each field: once for all rows, which share it."""
        found = self.forms[0].fields.items() if self.forms else ()
        return [
            (help_id(self.prefix, name), str(field.label), str(field.help_text))
            for name, field in found
        ]

    def lines(self) -> list[list[FieldLine]]:
        return [[FieldLine(form[name]) for name in self.fields] for form in self.forms]

    def follow(self, data: QueryDict) -> None:
        """After a button: leave the focus where the row went.

        `pressed` and `focus` tell the page which button of which row gets it.
        """
        name, action, index = _pressed(data)
        if name != self.prefix:
            return
        last = len(self.forms) - 1
        moves = {"add": last, "up": index - 1, "down": index + 1, "remove": index}
        self.pressed = action
        self.focus = min(max(moves.get(action, index), 0), last)
        if action == "add" and self.forms:
            first = self.forms[-1].fields[self.fields[0]]
            first.widget.attrs["autofocus"] = True

    def is_valid(self) -> bool:
        return [form.is_valid() for form in self.forms].count(False) == 0  # each has its errors

    def values(self) -> list[Values]:
        """Return the rows as the services take them: references as natural keys."""
        return [
            {name: _plain(form.cleaned_data.get(name)) for name in self.fields}
            for form in self.forms
        ]

    def take(self, error: ValidationError) -> None:
        """Put errors like "members.0.route_partition" beside their field."""
        if not hasattr(error, "error_dict"):
            return
        for path, texts in error.message_dict.items():
            name, _dot, rest = path.partition(".")
            index, _dot, field = rest.partition(".")
            if name != self.prefix:
                continue
            if not index.isdecimal() or int(index) >= len(self.forms):
                self.errors += texts
                continue
            form = self.forms[int(index)]
            for text in texts:
                form.add_error(field if field in form.fields else None, text)


def help_id(prefix: str, name: str) -> str:
    return f"{prefix}-{name}-help"


def editors(
    page: Page, instance: Any, data: "QueryDict | None" = None, *, may_update: bool = True
) -> list[Editor]:
    """Return an editor for each list of the page: from the form, or from the record."""
    return [_editor(page, entry, instance, data, may_update) for entry in page.lists]


def _editor(
    page: Page, entry: RowList, instance: Any, data: "QueryDict | None", may_update: bool
) -> Editor:
    model = list_model(page.record_model, entry.name)
    fields = entry.fields or row_fields(model)
    if data is None:
        stored = stored_rows(instance, entry.name) if instance.pk else []
        rows = [{name: getattr(row, name) for name in fields} for row in stored]
        if not instance.pk and may_update:
            rows = [dict.fromkeys(fields) for _index in range(entry.ready)]
    else:
        rows = _typed(entry.name, fields, data)
    is_judged = data is not None and not wants_change(data)
    row_form_fields = _row_fields(model, fields, may_update)
    for name, field in row_form_fields.items():
        field.widget.attrs["aria-describedby"] = help_id(entry.name, name)
    made = [
        _row_form(row_form_fields, f"{entry.name}-{index}", row, is_judged)
        for index, row in enumerate(rows)
    ]
    return Editor(entry, fields, issubclass(model, OrderedRow), made)


def stored_rows(instance: Any, name: str) -> list[Any]:
    """Return the rows of a saved record's list, in order."""
    rows: list[Any] = list(getattr(instance, name).complete())
    return rows


def wants_change(data: QueryDict) -> bool:
    """Whether a button of a list was pressed, and not Save."""
    return ACTION in data


def change(data: QueryDict) -> QueryDict:
    """Return the form's data after the button of a list: "members:up:2"."""
    name, action, index = _pressed(data)
    changed = data.copy()
    total = _total(name, data)
    if action == "add":
        changed[f"{name}-total"] = str(total + 1)
    elif 0 <= index < total:
        order = list(range(total))
        if action == "remove":
            del order[index]
        elif action in ("up", "down"):
            other = index + (1 if action == "down" else -1)
            if 0 <= other < total:
                order[index], order[other] = order[other], order[index]
        _reorder(changed, data, name, order)
    return changed


def _pressed(data: QueryDict) -> tuple[str, str, int]:
    """Take the value of a list's button apart: list, action, row."""
    name, action, number, *_rest = f"{data.get(ACTION, '')}:::".split(":")
    return name, action, int(number) if number.isdecimal() and len(number) < 6 else -1


def _reorder(changed: QueryDict, data: QueryDict, name: str, order: Sequence[int]) -> None:
    for key in [key for key in data if key.startswith(f"{name}-")]:
        del changed[key]
    for target, source in enumerate(order):
        before = f"{name}-{source}-"
        for key in data:
            if key.startswith(before):
                changed.setlist(f"{name}-{target}-{key[len(before) :]}", data.getlist(key))
    changed[f"{name}-total"] = str(len(order))


def without_empty_rows(page: Page, data: QueryDict) -> QueryDict:
    """Return the data without rows in which nothing was filled in."""
    changed = data.copy()
    for entry in page.lists:
        prefix = f"{entry.name}-"
        filled = [
            index
            for index in range(_total(entry.name, data))
            if any(data[key] for key in data if key.startswith(f"{prefix}{index}-"))
        ]
        _reorder(changed, data, entry.name, filled)
    return changed


def _total(name: str, data: QueryDict) -> int:
    text = data.get(f"{name}-total", "0")
    return min(int(text), 5000) if text.isdecimal() and len(text) < 6 else 0


def _typed(name: str, fields: Sequence[str], data: QueryDict) -> list[Values]:
    return [
        {field: data.get(f"{name}-{index}-{field}") for field in fields}
        for index in range(_total(name, data))
    ]


def _row_form(
    fields: Mapping[str, forms.Field], prefix: str, values: Mapping[str, Any], is_judged: bool
) -> forms.Form:
    data = {f"{prefix}-{name}": value for name, value in values.items()}
    form = RowForm(data if is_judged else None, initial=dict(values), prefix=prefix)
    form.fields.update({name: deepcopy(field) for name, field in fields.items()})
    return form


def _row_fields(model: type[Model], names: Sequence[str], may_update: bool) -> dict[str, Any]:
    """Return the form fields of a row; all rows share what they offer."""
    made: dict[str, Any] = {}
    for name in names:
        field: Any = model._meta.get_field(name)
        made[name] = key_field(field) if isinstance(field, ForeignKey) else field.formfield()
        made[name].disabled = not may_update
    return made


def _plain(value: Any) -> Any:
    return value.key if isinstance(value, Record) else value
