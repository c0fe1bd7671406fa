"""A reference to another record, chosen or typed by its natural key."""

from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ccmadmin.models import Record
from ccmadmin.pages.values import text_of

LONGEST_DROP_DOWN = 150
SUGGESTIONS = 50
NOTHING = gettext_lazy("<None>")
NOT_SELECTED = gettext_lazy("-- Not Selected --")


class Options:
    """The records on offer, read once for all fields that offer the same (rows of a list)."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        self.queryset = queryset

    @cached_property
    def found(self) -> list[tuple[str, str]]:
        """Key and label of the records; one more than a drop-down may have, if there are."""
        return options_of(self.queryset, LONGEST_DROP_DOWN + 1)


class KeyWidget(forms.TextInput):
    """A drop-down or, for a long list, a text with suggestions that a script keeps in step."""

    template_name = "parts/key.html"
    is_searched = False
    choices_href = ""
    empty_label: Any = NOTHING
    options: Options

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        found = self.options.found
        is_searched = self.is_searched or len(found) > LONGEST_DROP_DOWN
        if value and not is_searched and value not in {key for key, _label in found}:
            found = [(value, value), *found]  # what was typed stays visible beside its error
        context |= {
            "options": found[:SUGGESTIONS] if is_searched else found,
            "is_searched": is_searched,
            "choices_href": self.choices_href,
            "empty_label": self.empty_label,
            "value": value or "",
        }
        return context


class KeyField(forms.Field):
    """A form field for a foreign key; its text is the natural key of the other record."""

    widget = KeyWidget

    def __init__(self, queryset: QuerySet[Any], *, is_searched: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.is_searched = is_searched
        self.queryset = queryset

    @property
    def queryset(self) -> QuerySet[Any]:
        return self._queryset

    @queryset.setter
    def queryset(self, queryset: QuerySet[Any]) -> None:
        self._queryset = queryset
        widget: Any = self.widget
        widget.options = Options(queryset)
        widget.is_searched = self.is_searched
        widget.empty_label = NOT_SELECTED if self.required else NOTHING

    def prepare_value(self, value: Any) -> Any:
        return value.key if isinstance(value, Record) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Record):  # the field is disabled: the value is the record's own
            return value
        key = str(value or "").strip()
        if not key:
            return None
        model: Any = self.queryset.model
        found = self.queryset.filter(pk__in=model.lookup(key).values("pk")).first()
        if found is None:
            raise ValidationError(not_found(self.queryset, key), code="invalid_choice")
        return found


def options_of(queryset: QuerySet[Any], limit: int) -> list[tuple[str, str]]:
    """Return key and label of the first `limit` records."""
    needed = getattr(queryset.model, "KEY_NEEDS", ())
    found = queryset.select_related(*needed) if needed else queryset
    return [(record.key, label_of(record)) for record in found[:limit]]


def matching(queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return the records whose key or name holds `text`, for suggestions."""
    found = Q()
    for path in search_paths(queryset.model):
        found |= Q(**{f"{path}__icontains": text})
    return queryset.filter(found)


def search_paths(model: type[Model]) -> list[str]:
    """Name the text fields by which people look for a record of `model`."""
    names = ("name", "userid", "number", "first_name", "last_name", "description")
    present = {field.name for field in model._meta.fields}
    return [name for name in names if name in present]


def label_of(record: Any) -> str:
    """Return what a list of suggestions shows: the key, and the name of a person."""
    full_name = " ".join(
        part for name in ("first_name", "last_name") if (part := getattr(record, name, ""))
    )
    if full_name:
        return f"{record.key} ({full_name})"
    return str(getattr(record, "label", "") or text_of(record))


def not_found(queryset: QuerySet[Any], key: str) -> str:
    """Say that nothing has this key, and which keys look like it."""
    model = capfirst(str(queryset.model._meta.verbose_name))
    text = _("No %(model)s “%(key)s”.") % {"model": model, "key": key}
    near = Q()
    for path in search_paths(queryset.model)[:1]:
        near = Q(**{f"{path}__istartswith": key[:2]}) | Q(**{f"{path}__iendswith": key[-3:]})
    labels = {record.key: label_of(record) for record in queryset.filter(near)[:500]}
    folded = {known.casefold(): known for known in labels}
    close = get_close_matches(key.casefold(), folded, n=3, cutoff=0.6)
    if not close:
        return text
    names = _(" or ").join(labels[folded[word]] for word in close)
    return text + " " + _("Did you mean %(names)s?") % {"names": names}
