"""A record that is no more: say what became of it, and give back what was typed, if anything."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog
from ccmadmin.pages.guard import is_poll
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.values import field_of, stamp


def is_gone(request: HttpRequest, page: Page, key: str) -> bool:
    """Whether a form was sent to a record that is not there, or one was opened that once was."""
    if page.model is None or page.is_read_only or is_poll(request):
        return False
    was_there = not page.lookup(key).exists() and last_of(page, key) is not None
    return bool(request.POST) or was_there


def gone(request: HttpRequest, page: Page, key: str, missing: Http404) -> HttpResponse:
    """Tell what became of the record `key`, and where its History has the undo of it."""
    change = last_of(page, key)
    renamed_to = change.key if change is not None and change.key != key else ""
    context = {
        "page": page,
        "text": fate(page, change, key) if change is not None else str(missing),
        "typed": typed(request, page),
        "renamed_to": renamed_to,
        "href": record_href(page, renamed_to) if renamed_to else "",
        "history_href": screen_href(page, "history", key) if change is not None else "",
        "find_href": find_href(page),
    }
    return render(request, "pages/gone.html", context, status=404)


def last_of(page: Page, key: str) -> ChangeLog | None:
    """Return the change by which the record went, or got another name."""
    logged = ChangeLog.objects.filter(model=page.record_model.__name__)
    renamed = logged.filter(previous_key=key)
    return (renamed | logged.filter(key=key, action=ChangeLog.Action.DELETE)).first()


def fate(page: Page, change: ChangeLog, key: str) -> str:
    if change.key == key:
        text = _("%(user)s deleted %(name)s “%(key)s” at %(at)s.")
    else:
        text = _("%(user)s renamed %(name)s “%(key)s” to “%(now)s” at %(at)s.")
    return text % {
        "user": change.user,
        "name": page.singular,
        "key": key,
        "now": change.key,
        "at": stamp(change.at),
    }


def typed(request: HttpRequest, page: Page) -> list[tuple[str, str]]:
    """Return label and text of every field that was filled in, secrets left out."""
    secrets = getattr(page.model, "SECRETS", ())
    return [
        (page.label_of(name), str(text))
        for name, text in request.POST.items()
        if text and name not in secrets and field_of(page.record_model, name) is not None
    ]
