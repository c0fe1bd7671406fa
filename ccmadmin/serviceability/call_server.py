"""Serviceability > Call Servers: the SIP processes, and the revision that each has in force."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ServerState
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="serviceability/call_server",
    api="call-servers",
    title=_("Call Servers"),
    empty=_("No call server has run yet: start it with manage.py runsip, or with make run."),
    singular=_("Call Server"),
    model=ServerState,
    find_by=("node",),
    columns=("node", "revision", "started_at", "seen_at", "listening"),
    sections=(
        Section(_("Call Server"), ("node", "revision", "started_at", "seen_at", "listening")),
    ),
    is_read_only=True,
)

URLS = routes(PAGE)
