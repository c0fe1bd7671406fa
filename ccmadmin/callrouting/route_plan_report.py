"""Call Routing > Route Plan Report: every number, where calls to it go, and those that go nowhere.

Unassigned numbers, left behind by phones that were deleted, are found and deleted here.
"""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ccmadmin.models import DirectoryNumber
from ccmadmin.models.callrouting import DirectoryNumberQuerySet
from ccmadmin.pages import registry
from ccmadmin.pages.forms import FieldLine
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Cell, Column, Page, Search
from ccmadmin.pages.reason import ReasonForm
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.pages.undo import offer
from ccmadmin.services import numbers, route_plan

NUMBERS = "callrouting/directory_number"
AT_ONCE = 1000  # numbers deleted in one request, so that no other writer waits long
LISTED = 100


def types(found: Sequence[DirectoryNumber]) -> Mapping[str, Cell]:
    return {entry.key: Cell(str(entry.type)) for entry in route_plan.entries(found)}


def details(found: Sequence[DirectoryNumber]) -> Mapping[str, Cell]:
    return {
        entry.key: Cell(", ".join(str(line) for line in entry.lines), is_code=True)
        for entry in route_plan.entries(found)
    }


PAGE = Page(
    key="callrouting/route_plan_report",
    api="route-plan-report",
    title=_("Route Plan Report"),
    empty=_("The report shows directory numbers: put one on a line of a phone first."),
    singular=_("Pattern"),
    model=DirectoryNumber,
    find_by=(
        Search("number", _("Pattern/Directory Number")),
        Search("route_partition__name", _("Partition")),
        Search("appearances__phone__name", _("Route Detail")),
        "description",
    ),
    columns=(
        Column("number", _("Pattern/Directory Number"), sort="number"),
        Column("route_partition", _("Partition"), sort="route_partition__name"),
        Column("type", _("Type"), compute=types),
        Column("detail", _("Route Detail"), compute=details),
    ),
    related=(NUMBERS, "callrouting/route_partition"),
    is_read_only=True,
    find_template="callrouting/route_plan_report.html",
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Lead to the number's own page."""
    return redirect(record_href(registry.pages()[NUMBERS], key))


def unassigned(request: HttpRequest, page: Page) -> HttpResponse:
    """List the numbers that no phone carries; POST deletes those that are ticked, or all."""
    data = request.POST if request.method == "POST" else request.GET
    text = data.get("text", "").strip()
    found = DirectoryNumber.objects.unassigned().select_related("route_partition")
    if text:
        found = found.filter(number__startswith=text)
    if request.method == "POST":
        return delete(request, page, found)
    shown = Paginator(found, LISTED).get_page(data.get("page"))
    may_delete = may(request, page.key, "update") and may(request, NUMBERS, "update")
    numbers_page = registry.pages()[NUMBERS]
    context = {
        "page": page,
        "shown": shown,
        "rows": [(number, record_href(numbers_page, number.key)) for number in shown],
        "text": text,
        "may_delete": may_delete,
        "find_href": find_href(page),
    }
    return render(request, "callrouting/unassigned.html", context)


def delete(request: HttpRequest, page: Page, found: DirectoryNumberQuerySet) -> HttpResponse:
    """Ask, then delete; this needs the right to delete them on their own page, too."""
    if not may(request, NUMBERS, "update"):
        raise PermissionDenied
    back = screen_href(page, "unassigned")
    ticked = set(request.POST.getlist("key"))
    is_all = "all" in request.POST
    chosen = [number for number in found.iterator() if is_all or number.key in ticked]
    if not chosen:
        messages.warning(request, _now("Nothing was selected."))
        return redirect(back)
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        context = {
            "page": page,
            "back": back,
            "count": len(chosen),
            "numbers": chosen[:LISTED],
            "more": max(0, len(chosen) - LISTED),
            "keys": [] if is_all else sorted(ticked),
            "is_all": is_all,
            "text": request.POST.get("text", ""),
            "reason": FieldLine(form["reason"]),
        }
        status = 422 if form.is_bound else 200
        return render(request, "callrouting/delete_unassigned.html", context, status=status)
    tell(request, chosen)
    return redirect(back)


def tell(request: HttpRequest, chosen: Sequence[DirectoryNumber]) -> None:
    """Delete the first of them, and say what was deleted, what stays and why."""
    deleted, refusals = numbers.delete_unassigned(chosen[:AT_ONCE], actor=actor_of(request))
    text = ngettext("%(n)s number deleted.", "%(n)s numbers deleted.", deleted)
    offer(request, text % {"n": deleted})
    for refusal in refusals[:LISTED]:
        messages.error(request, str(refusal))
    if len(chosen) > AT_ONCE:
        text = _now("%(n)s are left: delete again.") % {"n": len(chosen) - AT_ONCE}
        messages.warning(request, text)


URLS = routes(PAGE, Screen("unassigned", "-/unassigned/", unassigned), configure=configure)
