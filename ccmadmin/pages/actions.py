"""What is done to whole records: Delete, Delete Selected, and the suggestions for references."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ccmadmin.pages.configure import load
from ccmadmin.pages.dependency import told
from ccmadmin.pages.forms import form_class
from ccmadmin.pages.guard import actor_of
from ccmadmin.pages.keys import SUGGESTIONS, KeyField, matching, options_of
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.services import records


def delete(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Ask before deleting; refuse with the list of records that need this one."""
    record = load(page, key)
    found = records.dependents(record)
    errors: list[str] = []
    if request.method == "POST":
        errors = refusal(request, record)
        if not errors:
            text = _("%(name)s %(key)s deleted.") % {"name": page.singular, "key": key}
            messages.success(request, text)
            return redirect(find_href(page))
    return render(
        request,
        "pages/delete.html",
        {
            "page": page,
            "key": key,
            "record": record,
            "errors": errors,
            **told(request, found),
            "find_href": find_href(page),
            "record_href": record_href(page, key),
        },
        status=409 if errors else 200,
    )


def delete_selected(request: HttpRequest, page: Page) -> HttpResponse:
    """Delete the ticked records one by one, after asking; tell which stayed, and why."""
    keys = request.POST.getlist("key")
    back = local_href(request, request.POST.get("back", ""), find_href(page))
    if not keys:
        messages.warning(request, _("Nothing was selected."))
        return redirect(back)
    if "confirmed" not in request.POST:
        context = {"page": page, "keys": keys, "back": back, "find_href": find_href(page)}
        return render(request, "pages/delete_selected.html", context)
    deleted = 0
    for key in keys:
        record = page.lookup(key).first()
        errors = refusal(request, record) if record is not None else [_("It is gone already.")]
        deleted += not errors
        for text in errors:
            messages.error(request, _("%(key)s stays: %(why)s") % {"key": key, "why": text})
    if deleted:
        text = ngettext("%(n)s record deleted.", "%(n)s records deleted.", deleted)
        messages.success(request, text % {"n": deleted})
    return redirect(back)


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


def local_href(request: HttpRequest, href: str, default: str) -> str:
    """Return `href` when it leads to this site, else `default`."""
    is_local = url_has_allowed_host_and_scheme(
        href, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return href if is_local else default
