"""Serviceability > Change Log: every change of every record, newest first."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ChangeLog
from ccmadmin.pages import detail, registry
from ccmadmin.pages.configure import load
from ccmadmin.pages.history import differences
from ccmadmin.pages.links import screen_href
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="serviceability/change_log",
    api="change-log",
    title=_("Change Log"),
    model=ChangeLog,
    find_by=("key", "model", "user", "source", "action", "address", "request_id"),
    columns=("sequence", "at", "user", "source", "action", "model", "key"),
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
            ),
        ),
    ),
    is_read_only=True,
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    change = load(page, key)
    of = next((p for p in registry.pages().values() if _models(p, change.model)), None)
    return detail.show(
        request,
        page,
        change,
        "serviceability/change.html",
        changes=[(change, differences(of, change))],
        record_history_href=screen_href(of, "history", change.key) if of is not None else "",
    )


def _models(page: Page, name: str) -> bool:
    return page.model is not None and not page.is_read_only and page.model.__name__ == name


URLS = routes(PAGE, configure=configure)
