"""Saving what a configuration page holds: through the services, never over somebody's change."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog
from ccmadmin.pages.forms import RecordForm
from ccmadmin.pages.guard import actor_of
from ccmadmin.pages.history import differences
from ccmadmin.pages.page import Page
from ccmadmin.pages.rows import Editor
from ccmadmin.pages.undo import offer
from ccmadmin.pages.values import stamp
from ccmadmin.services import records


def save(
    request: HttpRequest,
    form: RecordForm,
    editors: Sequence[Editor],
    key: str = "",
    lists: records.Lists | None = None,
) -> bool:
    """Save the form and its lists; on False the form holds every error beside its field.

    `key` is the record's key as stored, "" for a new one; `lists` are lists that the page edits
    in its own way.
    """
    if not all([form.is_valid(), *(editor.is_valid() for editor in editors)]):
        return False
    edited = {editor.description.name: editor.values() for editor in editors}
    try:
        with transaction.atomic():
            if key and refuse_overwriting(form, key):
                return False
            change = records.save(
                form.instance, actor=actor_of(request), lists={**edited, **(lists or {})}
            )
    except ValidationError as error:
        form.take(error)
        for editor in editors:
            editor.take(error)
        return False
    tell(request, change, is_new=not key)
    return True


def refuse_overwriting(form: RecordForm, key: str) -> bool:
    """Refuse when somebody changed the record since the page was drawn, saying who and what.

    Saving once more then overwrites, knowingly.
    """
    drawn_at = form.cleaned_data.get("revision")
    change = last_change(type(form.instance), key)
    if drawn_at is None or change is None or change.sequence <= drawn_at:
        return False
    form.add_error(None, conflict_text(form.page, change))
    form.retype("revision", str(change.sequence))
    return True


def last_change(model: type[Any], key: str) -> "ChangeLog | None":
    return ChangeLog.objects.filter(model=model.__name__, key=key).order_by("-sequence").first()


def conflict_text(page: Page, change: ChangeLog) -> str:
    text = _(
        "%(user)s changed this record at %(at)s, after you opened it (%(fields)s). What you typed "
        "is kept: save again to overwrite that change, or open the record anew to see it."
    )
    fields = [difference.label for difference in differences(page, change)]
    return text % {"user": change.user, "at": stamp(change.at), "fields": ", ".join(fields)}


def tell(request: HttpRequest, change: "ChangeLog | None", *, is_new: bool) -> None:
    """Say what saving did, in CallManager's words, and which revision holds it; offer to undo."""
    if change is None:
        messages.success(request, _("Nothing was changed."))
        return
    done = _("Add successful.") if is_new else _("Update successful.")
    live = _("In force as revision %(revision)s.") % {"revision": change.sequence}
    offer(request, f"{done} {live}", change)
