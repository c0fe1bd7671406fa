"""Serviceability > Change Log: every change of every record, newest first."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ChangeLog
from ccmadmin.pages import detail
from ccmadmin.pages.configure import load
from ccmadmin.pages.history import entries_of
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="serviceability/change_log",
    api="change-log",
    title=_("Change Log"),
    model=ChangeLog,
    find_by=("key", "model", "user", "source", "action", "address", "request_id", "comment"),
    columns=("sequence", "at", "user", "source", "action", "model", "key", "comment"),
    ordering=("-sequence",),
    sections=(
        Section(
            _("Change"),
            (
                "sequence",
                "at",
                "user",
                "source",
                "address",
                "request_id",
                "action",
                "model",
                "key",
                "previous_key",
                "comment",
                "undoes",
                "part_of",
            ),
        ),
    ),
    is_read_only=True,
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    change = load(page, key)
    (entry,) = entries_of(request, [change])
    return detail.show(
        request,
        page,
        change,
        "serviceability/change.html",
        changes=[entry],
        record_history_href=entry.history_href,
    )


URLS = routes(PAGE, configure=configure)
