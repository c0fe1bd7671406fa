"""How the pages say a field's value: choices by their words, records by their keys."""

import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ccmadmin.models import Record


def field_of(model: type[Model], name: str) -> "Field[Any, Any] | None":
    """Return the concrete field `name`, None for anything else."""
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def key_of(record: Any) -> str:
    """Return what names the record in URLs: its natural key, or its number in a log."""
    return record.key if isinstance(record, Record) else str(record.pk)


def display(record: Any, name: str) -> str:
    """Return the value of `record`'s field `name` in the words of the page."""
    words = getattr(record, f"get_{name}_display", None)
    if words is not None:
        return str(words())
    return text_of(getattr(record, name))


def stamp(at: datetime.datetime) -> str:
    """Say exactly when, in the administrator's zone, and which zone that is."""
    local = localtime(at)
    return f"{date_format(local, 'Y-m-d H:i:s')} {local.tzname()}"


def text_of(value: Any) -> str:
    """Return any value as text: times in the administrator's zone, records by key."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime.datetime):
        return date_format(localtime(value), "Y-m-d H:i:s")
    if isinstance(value, (list, tuple)):
        return ", ".join(text_of(entry) for entry in value)
    return str(value)
