"""The settings card of a phone: what to enter in the phone itself, on one page to print.

Both sides must agree, and a third-party phone fetches nothing: somebody has to type it.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ccmadmin.models import Phone, ServiceParameter
from ccmadmin.models.parameters import KEEPALIVE_INTERVAL, REALM
from ccmadmin.pages.configure import load
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page
from ccmadmin.services.phones import registrars


@require_safe
def settings_card(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    phone = load(page, key)
    context = {
        "page": page,
        "key": key,
        "phone": phone,
        "rows": rows_of(phone),
        "warnings": phone.warnings(),
        "find_href": find_href(page),
        "record_href": record_href(page, key),
    }
    return render(request, "device/settings_card.html", context)


def rows_of(phone: Phone) -> list[tuple[str, str, str]]:
    """Return what a phone asks for, what to enter there, and what must be said about it."""
    profile, user = phone.phone_security_profile, phone.digest_user
    userid = user.userid if user is not None else ""
    return [
        (_("Proxy, registrar, server"), ", ".join(registrars(phone)), ""),
        (_("Transport"), profile.get_transport_type_display(), ""),
        *(line_row(line) for line in phone.lines.all()),
        (_("Authorization ID, auth user"), userid, ""),
        (_("Password"), "", password_note(phone)),
        (_("Realm, if it asks"), str(ServiceParameter.read(REALM)), ""),
        (
            _("Registration interval"),
            str(ServiceParameter.read(KEEPALIVE_INTERVAL)),
            _("seconds, or more"),
        ),
    ]


def line_row(line: Any) -> tuple[str, str, str]:
    label = _("User, number of line %(index)s") % {"index": line.index}
    shown = _("shown as %(display)s") % {"display": line.display} if line.display else ""
    return label, line.directory_number.number, shown


def password_note(phone: Phone) -> str:
    """Say which password, never the password."""
    user = phone.digest_user
    if user is None:
        return ""
    if not phone.phone_security_profile.enable_digest_authentication:
        text = _("Any: %(profile)s does not verify it.")
        return text % {"profile": phone.phone_security_profile}
    return _("The Digest Credentials of %(user)s.") % {"user": user.userid}
