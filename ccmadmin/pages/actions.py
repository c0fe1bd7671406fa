"""What is done to whole records: Delete, Delete Selected, and the suggestions for references."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ccmadmin.pages.configure import load
from ccmadmin.pages.dependency import told
from ccmadmin.pages.forms import FieldLine, form_class
from ccmadmin.pages.guard import actor_of
from ccmadmin.pages.keys import SUGGESTIONS, KeyField, matching, options_of
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.links import local_href as local_href  # the pages for signing in use it, too
from ccmadmin.pages.page import Page
from ccmadmin.pages.reason import ReasonForm
from ccmadmin.pages.selection import selection_of
from ccmadmin.pages.undo import offer
from ccmadmin.services import records
from ccmadmin.services.changes import writing

MOST_TOLD = 10


def delete(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Ask before deleting; refuse with the list of records that need this one."""
    record = load(page, key)
    found = records.dependents(record)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    errors: list[str] = []
    if form.is_bound and form.is_valid():
        errors = refusal(request, record)
        if not errors:
            text = _("%(name)s %(key)s deleted.") % {"name": page.singular, "key": key}
            offer(request, text)
            return redirect(find_href(page))
    return render(
        request,
        "pages/delete.html",
        {
            "page": page,
            "key": key,
            "record": record,
            "errors": errors,
            "reason": FieldLine(form["reason"]),
            **told(request, found),
            "find_href": find_href(page),
            "record_href": record_href(page, key),
        },
        status=409 if errors else 422 if form.errors else 200,
    )


def delete_selected(request: HttpRequest, page: Page) -> HttpResponse:
    """Delete the selected records after asking, in one transaction; tell which stayed, and why."""
    selection = selection_of(request, page)
    back = local_href(request, request.POST.get("back", ""), find_href(page))
    if not selection.count:
        messages.warning(request, _("Nothing was selected."))
        return redirect(back)
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid() or selection.has_changed:
        context = {"page": page, "selection": selection, "back": back}
        context |= {"find_href": find_href(page), "reason": FieldLine(form["reason"])}
        status = 422 if form.is_bound else 200
        return render(request, "pages/delete_selected.html", context, status=status)
    with writing():
        found = {key: _refusal_of(request, record) for key, record in selection.records()}
    tell_deleted(request, found)
    return redirect(back)


def tell_deleted(request: HttpRequest, found: Mapping[str, list[str]]) -> None:
    """Say how many records were deleted and which stayed; `found` has why, by key."""
    stayed = [(key, text) for key, texts in found.items() for text in texts]
    for key, text in stayed[:MOST_TOLD]:
        messages.error(request, _("%(key)s stays: %(why)s") % {"key": key, "why": text})
    if len(stayed) > MOST_TOLD:
        more = len(stayed) - MOST_TOLD
        text = ngettext("%(n)s more record stays.", "%(n)s more records stay.", more)
        messages.error(request, text % {"n": more})
    deleted = sum(not texts for texts in found.values())
    if deleted:
        text = ngettext("%(n)s record deleted.", "%(n)s records deleted.", deleted)
        offer(request, text % {"n": deleted})


def _refusal_of(request: HttpRequest, record: Any) -> list[str]:
    return refusal(request, record) if record is not None else [_("It is gone already.")]


def refusal(request: HttpRequest, record: Any) -> list[str]:
    """Delete `record`; return why it could not be, in sentences."""
    try:
        records.delete(record, actor=actor_of(request))
    except records.StillUsed as error:
        return [str(error)]
    except ValidationError as error:
        return list(error.messages)
    return []


def choices(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the suggestions for a reference field as options of a datalist."""
    field = form_class(page).base_fields.get(request.GET.get("field", ""))
    if not isinstance(field, KeyField):
        return HttpResponseBadRequest("no such field")
    found = matching(field.queryset, request.GET.get("text", "").strip())
    return render(request, "parts/options.html", {"options": options_of(found, SUGGESTIONS)})
