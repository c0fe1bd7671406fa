"""Template tags of the pages, in every template without loading: times, and Copy as curl."""

from datetime import datetime
from typing import Any

from django.template import Library
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ccmadmin.pages import curl
from ccmadmin.pages.values import stamp

register = Library()

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 7 * 86400


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Draw a time: how long ago in words, and exactly when to point at or to read aloud."""
    if not at:  # also "", as templates say of what is not there
        return ""
    text = '<time datetime="{}" title="{}">{}</time>'
    return format_html(text, machine_readable(at), stamp(at), ago(at))


@register.filter
def exactly(at: datetime) -> SafeString:
    """Draw a time where seconds matter: exactly when, then how long ago."""
    text = '<time datetime="{}">{}</time> <span class="muted">({})</span>'
    return format_html(text, machine_readable(at), stamp(at), ago(at))


def machine_readable(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def ago(at: datetime) -> str:
    """Say how far a time is from now; beyond a week, its date.

    Nothing finer than minutes: a fragment that is asked for every two seconds would never be
    the same twice.
    """
    seconds = int((timezone.now() - at).total_seconds())
    distance = abs(seconds)
    if distance < MINUTE:
        return _("just now")
    if distance >= WEEK:
        return date_format(timezone.localtime(at), "Y-m-d")
    length = _length(distance)
    return (_("%(time)s ago") if seconds > 0 else _("in %(time)s")) % {"time": length}


def _length(seconds: int) -> str:
    if seconds < HOUR:
        text = ngettext("%(n)s minute", "%(n)s minutes", n := seconds // MINUTE)
    elif seconds < DAY:
        text = ngettext("%(n)s hour", "%(n)s hours", n := seconds // HOUR)
    else:
        text = ngettext("%(n)s day", "%(n)s days", n := seconds // DAY)
    return text % {"n": n}


@register.inclusion_tag("parts/curl.html", takes_context=True)
def copy_as_curl(context: Context) -> dict[str, Any]:
    """Draw the REST calls that give what the page shows, and those that change it."""
    return {"calls": curl.calls_of(context)}
