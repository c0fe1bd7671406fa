"""Serviceability > Registration Attempts: each REGISTER with the rule that decided on it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import RegistrationAttempt
from ccmadmin.pages import detail
from ccmadmin.pages.configure import load
from ccmadmin.pages.page import Column, Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="serviceability/registration_attempt",
    api="registration-attempts",
    title=_("Registration Attempts"),
    empty=_("Point a phone at this server: what it sends, and what became of it, is listed here."),
    model=RegistrationAttempt,
    find_by=("phone", "userid", "number", "outcome", "rule", "remote_host", "user_agent"),
    columns=(
        "last_at",
        "phone",
        "userid",
        "number",
        "outcome",
        Column("summary"),
        "repeats",
        "remote_host",
    ),
    ordering=("-last_at",),
    sections=(
        Section(
            _("What came"),
            (
                "at",
                "last_at",
                "repeats",
                "userid",
                "number",
                "contact",
                "requested_expires",
                "user_agent",
                "call_id",
                "transport",
                "remote_host",
                "remote_port",
            ),
        ),
        Section(
            _("What was decided"), ("node", "outcome", "rule", "status", "reason_code", "phone")
        ),
    ),
    is_read_only=True,
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    attempt = load(page, key)
    who = attempt.phone or attempt.userid or attempt.number or attempt.remote_host
    shown = {
        "verdict": attempt,
        "devices": [attempt.phone],
        "heading": _now("Registration Attempt of %(who)s") % {"who": who},
    }
    return detail.show(request, page, attempt, "serviceability/decision.html", **shown)


URLS = routes(PAGE, configure=configure)
