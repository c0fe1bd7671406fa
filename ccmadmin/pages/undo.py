"""Undo: offered wherever something was changed; shows what it will write, and writes it.

One address serves a change and all that its request changed. It belongs to no menu: what a user
may undo, the pages of the records decide.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ccmadmin.models import ChangeLog
from ccmadmin.pages.forms import FieldLine
from ccmadmin.pages.guard import actor_of, signed_in
from ccmadmin.pages.history import entries_of, may_update, page_of, whole_href
from ccmadmin.pages.links import find_href, local_href, record_href
from ccmadmin.pages.obstacles import told
from ccmadmin.pages.reason import ReasonForm
from ccmadmin.services import undo as service
from ccmadmin.services.undo import UndoRefusedError

WHOLE = "whole_request"
SHOWN = 50


@signed_in
def undo(request: HttpRequest, revision: int) -> HttpResponse:
    """Show what undoing writes; on POST write it, or say what is in the way."""
    change = ChangeLog.objects.filter(sequence=revision).first()
    if change is None:
        raise Http404(_("There is no revision %(revision)s.") % {"revision": revision})
    refuse_others(request, [change])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    is_whole = request.GET.get(WHOLE) == "true"
    context = {"change": change, "form": form, "whole": is_whole}
    try:
        changes = service.plan(change, whole_request=is_whole)
        refuse_others(request, changes)
        if form.is_bound and form.is_valid():
            done = service.undo(changes, actor=actor_of(request))
            return answer(request, done)
        context |= shown(request, changes)
    except UndoRefusedError as error:
        context |= {"obstacles": told(request, error.obstacles)}
    return show(request, context)


def refuse_others(request: HttpRequest, changes: list[ChangeLog]) -> None:
    """Ask for each kind of record whether this user may update its page."""
    kinds = {change.model for change in changes}
    if not all(may_update(request, page_of(name)) for name in kinds):
        raise PermissionDenied


def shown(request: HttpRequest, changes: list[ChangeLog]) -> dict[str, Any]:
    """Try it, and show what would be written; of very many changes only how many there are."""
    if len(changes) > SHOWN:
        return {"count": len(changes)}
    done = service.preview(changes, actor=actor_of(request))
    entries = entries_of(request, done.changes, is_offered=False)
    return {"count": len(changes), "changes": entries, "warned": done.warnings}


def show(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    change = context["change"]
    status = 409 if "obstacles" in context else 422 if context["form"].errors else 200
    context |= {
        "back": place_of(change),
        "page": page_of(change.model),
        "reason": FieldLine(context["form"]["reason"]),
    }
    return render(request, "pages/undo.html", context, status=status)


def answer(request: HttpRequest, done: service.Undone) -> HttpResponse:
    """Tell what was done, and offer to undo that."""
    newest = done.changes[-1]
    text = ngettext(
        "Undone: %(n)s change is taken back.",
        "Undone: %(n)s changes are taken back.",
        len(done.changes),
    )
    live = _("In force as revision %(revision)s.") % {"revision": newest.sequence}
    offer(
        request, f"{text % {'n': len(done.changes)}} {live}", newest, whole=len(done.changes) > 1
    )
    for warning in done.warnings:
        messages.warning(request, warning)
    return redirect(where_to(request, done.changes[0]))


def where_to(request: HttpRequest, change: ChangeLog) -> str:
    """Return the list that one came from, as it was, else the place of the record."""
    page = page_of(change.model)
    back = local_href(request, request.POST.get("back", ""), "")
    is_list = page is not None and back.partition("?")[0] == find_href(page)
    return back if is_list else place_of(change)


def place_of(change: ChangeLog) -> str:
    """Return the page of the record, or the list where there is no such record now."""
    page = page_of(change.model)
    if page is None:
        return reverse("home")
    is_own = page.record_model.__name__ == change.model
    exists = is_own and page.lookup(change.key).exists()
    return record_href(page, change.key) if exists else find_href(page)


# -- in the message that tells what was done -----------------------------------------------------


def offer(
    request: HttpRequest, text: str, change: "ChangeLog | None" = None, *, whole: bool = False
) -> None:
    """Tell what was done, with a button that undoes it: `change`, or all of this request.

    The button's address travels as the tag of the message; parts/status.html draws it.
    """
    if change is None:
        change = newest_of(request)
        whole = True
    if change is None or not may_update(request, page_of(change.model)):
        messages.success(request, text)
        return
    href = whole_href(change) if whole else reverse("undo", args=[change.sequence])
    messages.success(request, text, extra_tags=href)


def newest_of(request: HttpRequest) -> "ChangeLog | None":
    """Return the last change that this request wrote."""
    actor = actor_of(request)
    own = ChangeLog.objects.filter(
        request_id=actor.request_id, user=actor.user, source=actor.source
    )
    return own.first() if actor.request_id else None
