"""The home page: what to do first on an empty system, and how things stand on any other."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ccmadmin.models import (
    Binding,
    ChangeLog,
    DirectoryNumber,
    EndUser,
    LineAppearance,
    Phone,
    PhoneSecurityProfile,
    RegistrationAttempt,
)
from ccmadmin.pages import registry
from ccmadmin.pages.guard import may, signed_in
from ccmadmin.pages.links import find_href, screen_href
from ccmadmin.services import licensing
from ccmadmin.services.registration import count_registered

RECENT_REFUSALS = 8
RECENT_CHANGES = 8
STARTED = (
    "device/checklist",
    "device/phone",
    "usermgmt/end_user",
    "callrouting/directory_number",
)
"""What the form that starts a phone writes, and its own page."""


@dataclass(frozen=True)
class Step:
    """One of the first things to do; the first that is not done is the one to do now."""

    title: str
    why: str
    href: str
    action: str
    is_done: bool
    is_now: bool = False


@dataclass(frozen=True)
class Tile:
    """A count that leads to what was counted."""

    number: int
    title: str
    href: str


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    listed = steps(request)
    context = {
        "checklist": checklist_href(request),
        "start": start_href(request),
        "steps": [] if all(step.is_done for step in listed) else listed,
        "tiles": tiles(request),
        "refusals": refusals(request),
        "changes": changes(request),
        "report": licensing.report()
        if may(request, "system/license_unit_report", "read")
        else None,
    }
    return render(request, "pages/home.html", context)


def checklist_href(request: HttpRequest) -> str:
    """Return where one form does all of the steps; "" for who may not use it."""
    key = "device/checklist"
    return find_href(registry.pages()[key]) if may(request, key, "update") else ""


def start_href(request: HttpRequest) -> str:
    """Return the form that sets up a phone; "" for who may not write all that is in it."""
    if not all(may(request, key, "update") for key in STARTED):
        return ""
    return screen_href(registry.pages()["device/checklist"], "add")


def steps(request: HttpRequest) -> list[Step]:
    """Return the way to a first call, as far as it has been gone."""
    wanted = (
        _Wanted(
            _("Add an end user"),
            _("The user ID is what the phone identifies itself with; set digest credentials."),
            "usermgmt/end_user",
            EndUser.objects.exists(),
            adds=True,
        ),
        _Wanted(
            _("Decide whether passwords are verified"),
            _("The standard profiles do not. Add a security profile with digest authentication."),
            "system/phone_security_profile",
            PhoneSecurityProfile.objects.filter(enable_digest_authentication=True).exists(),
            adds=True,
        ),
        _Wanted(
            _("Add a phone"),
            _("A Third-party SIP Device, Basic or Advanced; choose the user as its Digest User."),
            "device/phone",
            Phone.objects.filter(digest_user__isnull=False).exists(),
            adds=True,
        ),
        _Wanted(
            _("Give the phone a line"),
            _("On the phone's page, under Association Information: Add a new DN."),
            "device/phone",
            LineAppearance.objects.exists(),
        ),
        _Wanted(
            _("Set up the phone itself"),
            _("The Settings Card of each phone, linked on its page, says what to enter there."),
            "device/phone",
            Binding.objects.exists()
            or RegistrationAttempt.objects.filter(outcome="accepted").exists(),
        ),
    )
    next_one = next((step for step in wanted if not step.is_done), None)
    return [_step(request, step, is_now=step is next_one) for step in wanted]


@dataclass(frozen=True)
class _Wanted:
    title: str
    why: str
    key: str
    is_done: bool
    adds: bool = False


def _step(request: HttpRequest, wanted: _Wanted, *, is_now: bool) -> Step:
    page = registry.pages()[wanted.key]
    href, action = find_href(page), _("Open")
    if wanted.adds and not wanted.is_done and may(request, wanted.key, "update"):
        href, action = screen_href(page, "add"), _("Add New")
    if not may(request, wanted.key, "read"):
        href = ""
    return Step(wanted.title, wanted.why, href, action, wanted.is_done, is_now)


def tiles(request: HttpRequest) -> list[Tile]:
    """Count what there is, as far as this user may see it."""
    counted = (
        ("device/phone", _("Phones"), Phone.objects.count),
        ("device/phone", _("Phones registered"), count_registered),
        ("usermgmt/end_user", _("End Users"), EndUser.objects.count),
        (
            "callrouting/directory_number",
            _("Directory Numbers"),
            DirectoryNumber.objects.count,
        ),
    )
    return [
        Tile(count(), title, find_href(registry.pages()[key]))
        for key, title, count in counted
        if may(request, key, "read")
    ]


def refusals(request: HttpRequest) -> list[tuple[RegistrationAttempt, str]]:
    """Return the newest refused registrations, each with the URL of its explanation."""
    key = "serviceability/registration_attempt"
    if not may(request, key, "read"):
        return []
    page = registry.pages()[key]
    found = RegistrationAttempt.objects.filter(outcome="refused")[:RECENT_REFUSALS]
    return [(row, screen_href(page, "configure", str(row.pk))) for row in found]


def changes(request: HttpRequest) -> list[tuple[ChangeLog, str]]:
    """Return the newest changes that people made, each with the URL of what was different."""
    key = "serviceability/change_log"
    if not may(request, key, "read"):
        return []
    page = registry.pages()[key]
    found = ChangeLog.objects.exclude(user="setup")[:RECENT_CHANGES]
    return [(row, screen_href(page, "configure", str(row.pk))) for row in found]
