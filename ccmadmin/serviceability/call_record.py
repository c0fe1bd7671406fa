"""Serviceability > Call Records: each call that is over, with its times and its end."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import CallRecord
from ccmadmin.pages import detail
from ccmadmin.pages.configure import load
from ccmadmin.pages.page import Cell, Column, Page, Section
from ccmadmin.pages.routes import routes


def durations(records: Sequence[CallRecord]) -> Mapping[str, Cell]:
    return {str(record.pk): Cell(clock(record.duration_s)) for record in records}


def clock(seconds: int) -> str:
    """Return a duration as on a telephone bill: 1:02:03."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


PAGE = Page(
    key="serviceability/call_record",
    api="call-records",
    title=_("Call Records"),
    empty=_("A call is listed here when it is over."),
    model=CallRecord,
    find_by=(
        "caller_number",
        "dialed",
        "called_number",
        "caller_phone",
        "called_phone",
        "rule",
        "ended_by",
    ),
    columns=(
        "started_at",
        "caller_number",
        "dialed",
        "called_number",
        "called_phone",
        Column("duration", _("Duration"), compute=durations),
        Column("summary"),
        "ended_by",
    ),
    ordering=("-started_at",),
    sections=(
        Section(
            _("Calling Party"),
            ("caller_phone", "caller_number", "caller_partition", "dialed"),
        ),
        Section(_("Called Party"), ("called_number", "called_partition", "called_phone")),
        Section(_("Times"), ("started_at", "ringing_at", "answered_at", "ended_at")),
        Section(_("End"), ("ended_by", "status", "cause", "rule", "node", "call_id")),
    ),
    is_read_only=True,
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    record = load(page, key)
    who = {"caller": record.caller_number or record.caller_phone, "dialed": record.dialed}
    shown = {
        "verdict": record,
        "devices": [record.caller_phone, record.called_phone],
        "heading": _now("Call from %(caller)s to %(dialed)s") % who,
    }
    return detail.show(request, page, record, "serviceability/decision.html", **shown)


URLS = routes(PAGE, configure=configure)
