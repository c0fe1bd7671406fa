"""Call Routing > Directory Number: the number, shared by all phones that carry it.

Reached from a line of a phone (`?phone=SEP001122334455&line=1`) the page also has that line's own
settings, and saving puts the number on the phone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from ccmadmin.callrouting.line import Line, existing, find_line, save_on_phone
from ccmadmin.models import DirectoryNumber, LineAppearance
from ccmadmin.pages import registry
from ccmadmin.pages.configure import Draft, bind, load, problems_of, show, submit
from ccmadmin.pages.forms import RecordForm, form_class
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.links import record_href, screen_href
from ccmadmin.pages.page import Cell, Column, Page, Section
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.pages.saving import refuse_overwriting
from ccmadmin.pages.undo import offer
from ccmadmin.services import numbers, records, registration

TEMPLATE = "callrouting/directory_number.html"
PHONE = "device/phone"


def phones_of(found: Sequence[DirectoryNumber]) -> Mapping[str, Cell]:
    """List the phones that carry each number, in one query for all."""
    lines = LineAppearance.objects.filter(directory_number__in=found)
    names: dict[int, list[str]] = {}
    pairs = lines.order_by("phone__name").values_list("directory_number_id", "phone__name")
    for pk, name in pairs:
        names.setdefault(pk, []).append(name)
    return {
        number.key: Cell(", ".join(names[number.pk]), is_code=True)
        for number in found
        if number.pk in names
    }


PAGE = Page(
    key="callrouting/directory_number",
    api="directory-numbers",
    title=_("Directory Numbers"),
    empty=_("Numbers come with the lines of a phone: on its page, choose Add a new DN."),
    model=DirectoryNumber,
    find_by=(
        "number",
        "route_partition__name",
        "description",
        "alerting_name",
        "calling_search_space__name",
    ),
    columns=(
        "number",
        "route_partition",
        "description",
        Column("phones", _("Associated Devices"), compute=phones_of),
    ),
    sections=(
        Section(
            _("Directory Number Information"),
            (
                "number",
                "route_partition",
                "description",
                "alerting_name",
                "ascii_alerting_name",
                "is_active",
            ),
        ),
        Section(
            _("Directory Number Settings"), ("calling_search_space", "no_answer_ring_duration")
        ),
    ),
    related=("callrouting/route_partition", "callrouting/calling_search_space"),
)


def add(request: HttpRequest, page: Page) -> HttpResponse:
    return edit(request, DirectoryNumber())


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, records.copy_of(load(page, key)))


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, load(page, key), key)


def edit(request: HttpRequest, number: Any, key: str = "") -> HttpResponse:
    line = find_line(request)
    if line is not None:
        return edit_line(request, line, number, key)
    before = number.number
    draft = bind(request, PAGE, number, key)
    offer_active(draft)
    if request.method == "POST" and submit(request, draft):
        tell_phones(request, draft.instance, before, carriers(draft.instance))
        return redirect(record_href(PAGE, draft.instance.key))
    draft.extra |= {"devices": devices_of(request, number)}
    return show(request, draft, TEMPLATE)


def offer_active(draft: Draft) -> None:
    """A number that phones carry is active; only a number without a device can be taken out."""
    number = draft.instance
    if number.pk and number.is_active and number.appearances.exists():
        del draft.form.fields["is_active"]


def devices_of(request: HttpRequest, number: DirectoryNumber) -> list[dict[str, Any]]:
    """Return the lines that carry the number, with links to the phone and to the line."""
    if not number.pk:
        return []
    phone_page = registry.pages()[PHONE]
    is_open = may(request, PHONE, "read")
    found = list(number.appearances.select_related("phone").order_by("phone__name", "index"))
    states = registration.states([line.phone.name for line in found])
    return [
        {
            "state": states[line.phone.name].of_line(number.number),
            "phone": line.phone.name,
            "description": line.phone.description,
            "index": line.index,
            "phone_href": record_href(phone_page, line.phone.name) if is_open else "",
            "line_href": record_href(PAGE, number.key) + Line(line.phone, line.index, line).query,
        }
        for line in found
    ]


@require_safe
@conditional_page
def live(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Return what Associated Devices holds: which phones have followed a change of the number."""
    devices = devices_of(request, load(page, key))
    return render(request, "callrouting/devices.html", {"devices": devices})


def carriers(number: DirectoryNumber) -> list[str]:
    names = number.appearances.order_by("phone__name").values_list("phone__name", flat=True)
    return list(names)


def tell_phones(
    request: HttpRequest, number: DirectoryNumber, before: str, names: Sequence[str]
) -> None:
    """After a change of the number: which phones must be changed by hand, for they ask nobody."""
    if before and names and number.number != before:
        text = _now(
            "Enter %(number)s on %(phones)s, too: a phone goes on as %(before)s until it is "
            "changed. Associated Devices shows when each has followed."
        )
        params = {"number": number.number, "phones": ", ".join(names), "before": before}
        messages.warning(request, text % params)


# -- from a line of a phone ----------------------------------------------------------------------


def edit_line(request: HttpRequest, line: Line, number: Any, key: str) -> HttpResponse:
    """Show number and line in one form; a number that exists is offered to be shared first."""
    if request.method == "POST":
        if not may(request, PHONE, "update"):
            raise PermissionDenied
        other = existing(request.POST)
        if other is not None and other.pk != number.pk:
            if request.POST.get("shared") != other.key:
                return offer_sharing(request, line, other, key)
            number, key = other, other.key
    elif line.number is not None and line.number.pk != number.pk and key:
        return redirect(record_href(PAGE, line.number.key) + line.query)
    draft = bind(request, PAGE, number, key)
    offer_active(draft)
    line_form = line.form(request.POST if draft.is_unsaved else None, draft.may_update)
    if request.method == "POST" and save_line(request, line, draft, line_form):
        tell_phone_of(request, line, draft.instance)
        return redirect(record_href(PAGE, draft.instance.key) + line.query)
    return show_line(request, line, draft, line_form)


def tell_phone_of(request: HttpRequest, line: Line, number: DirectoryNumber) -> None:
    """The button's number was changed, for all that share it, or another was put on it."""
    if line.number is not None:
        is_other = line.number.pk != number.pk
        names = [line.phone.name] if is_other else carriers(number)
        tell_phones(request, number, line.number.number, names)


def save_line(request: HttpRequest, line: Line, draft: Draft, line_form: RecordForm) -> bool:
    draft.form.full_clean()
    if draft.key and draft.form.is_valid() and refuse_overwriting(draft.form, draft.key):
        return False
    if not save_on_phone(request, line, draft.form, line_form):
        return False
    text = _now(
        "Update successful. %(phone)s has %(number)s on line %(line)s. In force as revision "
        "%(revision)s."
    )
    names: dict[str, Any] = {
        "phone": line.phone.name,
        "number": draft.instance,
        "line": line.index,
    }
    names["revision"] = records.current_revision()
    offer(request, text % names)
    return True


def offer_sharing(
    request: HttpRequest, line: Line, other: DirectoryNumber, key: str
) -> HttpResponse:
    """Show the number that exists with its own values, and ask to save again to share it."""
    form = form_class(PAGE)(instance=other, initial={"revision": records.current_revision()})
    draft = Draft(PAGE, other, key, form, [], is_unsaved=True)
    draft.extra |= {"shared": other.key, "shared_with": devices_of(request, other)}
    return show_line(request, line, draft, line.form(request.POST, may_update=True))


def show_line(
    request: HttpRequest, line: Line, draft: Draft, line_form: RecordForm
) -> HttpResponse:
    number = draft.instance
    draft.extra |= {
        "line": line,
        "line_sections": line.sections(line_form),
        "devices": devices_of(request, number),
        "remove_href": screen_href(PAGE, "remove", line.number.key) + line.query
        if line.number is not None and draft.may_update
        else "",
    }
    problems = problems_of(draft, line_form)
    draft.extra["problems"] = [] if "shared" in draft.extra else problems
    return show(request, draft, TEMPLATE)


@require_POST
def remove(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Take the number off the phone; the number itself stays, perhaps without a device."""
    line = find_line(request)
    if line is None or line.number is None or line.number.key != key:
        raise Http404
    if not may(request, PHONE, "update"):
        raise PermissionDenied
    try:
        numbers.remove_line(phone=line.phone, index=line.index, actor=actor_of(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect(record_href(page, key) + line.query)
    text = _now("%(number)s is no longer on %(phone)s. The directory number itself stays.")
    offer(request, text % {"number": line.number, "phone": line.phone.name})
    return redirect(line.phone_href)


URLS = routes(
    PAGE,
    Screen("live", "<path:key>/-/live/", live),
    Screen("remove", "<path:key>/-/remove/", remove, "update"),
    add=add,
    copy=copy,
    configure=configure,
)
