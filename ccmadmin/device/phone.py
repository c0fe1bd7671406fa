"""Device > Phone: the list with its live states, Add New in two steps, and the phone's page.

A phone's page shows first whether it is registered and, if not, why. The lines stand in the pane
on the left; each leads to the Directory Number page.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.device.phone_model import CAPABILITIES
from ccmadmin.device.phone_model import PAGE as TYPES
from ccmadmin.device.registration import ADDRESS, LINES, STATUS, live_list, live_phone, state_of
from ccmadmin.device.settings_card import settings_card
from ccmadmin.models import Phone, PhoneModel
from ccmadmin.pages import registry
from ccmadmin.pages.choose import choose_type, chosen_type
from ccmadmin.pages.configure import Draft, bind, load, show, submit
from ccmadmin.pages.forms import RecordForm
from ccmadmin.pages.keys import KeyField
from ccmadmin.pages.links import href_of, record_href, screen_href
from ccmadmin.pages.page import Column, Page, Search, Section
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import records
from ccmadmin.services.phones import new_phone

TEMPLATE = "device/phone.html"
DIRECTORY_NUMBER = "callrouting/directory_number"

PAGE = Page(
    key="device/phone",
    api="phones",
    title=_("Phones"),
    empty=_("Add an end user first; a phone registers as its Digest User. Help has a checklist."),
    model=Phone,
    find_by=(
        Search("name", _("Device Name")),
        "description",
        Search("lines__directory_number__number", _("Directory Number")),
        "calling_search_space__name",
        "device_pool__name",
        Search("phone_model__name", _("Device Type")),
        "phone_security_profile__name",
        Search("digest_user__userid", _("Digest User")),
        Search("owner_user__userid", _("Owner User ID")),
    ),
    columns=(
        Column("name", _("Device Name"), sort="name"),
        "description",
        LINES,
        "digest_user",
        "phone_model",
        "device_pool",
        STATUS,
        ADDRESS,
    ),
    sections=(
        Section(
            _("Device Information"),
            (
                "name",
                "phone_model",
                "is_active",
                "description",
                "device_pool",
                "phone_button_template",
                "common_phone_profile",
                "calling_search_space",
                "location",
                "owner_user",
                "ignore_presentation_indicators",
                "logged_into_hunt_group",
                "remote_device",
                "retry_video_call_as_audio",
            ),
        ),
        Section(
            _("Protocol Specific Information"),
            (
                "packet_capture_mode",
                "packet_capture_duration",
                "mtp_preferred_originating_codec",
                "phone_security_profile",
                "rerouting_calling_search_space",
                "subscribe_calling_search_space",
                "sip_profile",
                "digest_user",
                "media_termination_point_required",
                "unattended_port",
                "require_dtmf_reception",
            ),
        ),
    ),
    related=("device/phone_model", "serviceability/registration_attempt"),
    searched=("digest_user", "owner_user"),
    find_template="device/phone_list.html",
)


@dataclass(frozen=True)
class LineButton:
    """A numbered row of the association pane."""

    index: int
    text: str
    href: str
    is_used: bool


def add(request: HttpRequest, page: Page) -> HttpResponse:
    """Ask for the phone type, then show the page with that type's own choices."""
    phone_model = chosen_type(request)
    if phone_model is None:
        question = _now("Select the type of phone you would like to create")
        return choose_type(request, page, question)
    return edit(request, new_phone(phone_model))


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, records.copy_of(load(page, key)))


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, load(page, key), key)


def edit(request: HttpRequest, phone: Any, key: str = "") -> HttpResponse:
    draft = bind(request, PAGE, phone, key)
    fit_to_type(draft.form, phone.phone_model)
    if request.method == "POST" and submit(request, draft):
        return redirect(record_href(PAGE, draft.instance.key))
    draft.extra |= extra_context(draft, phone.phone_model)
    return show(request, draft, TEMPLATE)


def fit_to_type(form: RecordForm, phone_model: PhoneModel) -> None:
    """Offer only what fits the phone type, which the page shows by itself."""
    del form.fields["phone_model"]
    for name in ("phone_button_template", "phone_security_profile"):
        field = form.fields[name]
        if isinstance(field, KeyField):
            of_type = Q(phone_model=phone_model)
            if name == "phone_security_profile":
                of_type |= Q(phone_model=None)
            field.queryset = field.queryset.filter(of_type)
    if not phone_model.supports_video:
        del form.fields["retry_video_call_as_audio"]
    if form.initial.get("name"):
        form.initial["name"] = str(form.initial["name"]).removeprefix("SEP")


def extra_context(draft: Draft, phone_model: PhoneModel) -> dict[str, Any]:
    """Return what the phone's own template shows beside the form."""
    extra: dict[str, Any] = {
        "phone_model": phone_model,
        "capabilities": [
            (TYPES.label_of(name), getattr(phone_model, name)) for name in CAPABILITIES
        ],
    }
    if draft.key:
        stored = load(PAGE, draft.key)
        extra |= {
            "state": state_of(stored.name),
            "lines": line_buttons(stored),
            "card_href": screen_href(PAGE, "settings-card", stored.key),
            "live_href": screen_href(PAGE, "live-phone", stored.key),
            "named": [
                (PAGE.label_of(name), str(record), href_of(record))
                for name in ("digest_user", "phone_security_profile", "sip_profile")
                if (record := getattr(stored, name)) is not None
            ],
        }
    return extra


def line_buttons(phone: Phone) -> list[LineButton]:
    """Return a row for each line button of the template; what is beyond it is shown too."""
    page = registry.pages()[DIRECTORY_NUMBER]
    used = {line.index: line for line in phone.lines.all()}
    count = max(phone.phone_button_template.lines, *used, 0)
    buttons = []
    for index in range(1, count + 1):
        where = "?" + urlencode({"phone": phone.name, "line": index})
        line = used.get(index)
        if line is None:
            text = _now("Line [%(index)s] - Add a new DN") % {"index": index}
            buttons.append(LineButton(index, text, screen_href(page, "add") + where, False))
        else:
            number = line.directory_number
            text = _now("Line [%(index)s] - %(number)s") % {"index": index, "number": number}
            buttons.append(LineButton(index, text, record_href(page, number.key) + where, True))
    return buttons


URLS = routes(
    PAGE,
    Screen("live", "-/live/", live_list),
    Screen("settings-card", "<path:key>/-/settings-card/", settings_card),
    Screen("live-phone", "<path:key>/-/live/", live_phone),
    add=add,
    copy=copy,
    configure=configure,
)
