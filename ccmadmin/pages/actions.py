"""What is done to whole records: Delete, Delete Selected, and the suggestions for references."""

from collections.abc import Iterator
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
from ccmadmin.pages.links import find_href, local_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.reason import ReasonForm
from ccmadmin.pages.selection import Selection, selection_of
from ccmadmin.pages.undo import offer
from ccmadmin.services import records
from ccmadmin.services.changes import Actor
from ccmadmin.services.deleting import Deletion, delete_all

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
            "title": str(record),
            "is_standard": bool(getattr(record, "is_standard", False)),
            "record": record,
            "errors": errors,
            "rules": records.undeletable(record),
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
    tell_deleted(request, delete_found(selection, actor_of(request)))
    return redirect(back)


def delete_found(selection: Selection, actor: Actor, comment: str = "") -> Deletion:
    """Delete what is selected, in one transaction; REST comes here, too."""
    gone: list[str] = []

    def left() -> Iterator[Any]:
        for key, record in selection.records():
            if record is None:
                gone.append(key)
            else:
                yield record

    done = delete_all(left(), actor=actor, comment=comment)
    done.stayed |= {key: [_("It is gone already.")] for key in gone}
    return done


def tell_deleted(request: HttpRequest, done: Deletion) -> None:
    """Say how many records were deleted, and which stayed and why."""
    stayed = [(key, text) for key, texts in done.stayed.items() for text in texts]
    for key, text in stayed[:MOST_TOLD]:
        messages.error(request, _("%(key)s stays: %(why)s") % {"key": key, "why": text})
    if len(stayed) > MOST_TOLD:
        more = len(stayed) - MOST_TOLD
        text = ngettext("%(n)s more record stays.", "%(n)s more records stay.", more)
        messages.error(request, text % {"n": more})
    if done.count:
        text = ngettext("%(n)s record deleted.", "%(n)s records deleted.", done.count)
        offer(request, text % {"n": done.count})


def refusal(request: HttpRequest, record: Any) -> list[str]:
    """Delete `record`; return why it could not be, in sentences."""
    try:
        records.delete(record, actor=actor_of(request))
    except records.StillUsedError as error:
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
