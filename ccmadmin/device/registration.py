"""The live registration state of phones: columns of the list, and fragments that refresh them."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from ccmadmin.models import LineAppearance, Phone
from ccmadmin.pages.page import Cell, Column, Page
from ccmadmin.services import registration

MOST_ROWS = 250


def states_of(phones: Sequence[Phone]) -> Mapping[str, Cell]:
    states = registration.states([phone.name for phone in phones])
    return {name: Cell(value=state) for name, state in states.items()}


def numbers_of(phones: Sequence[Phone]) -> Mapping[str, Cell]:
    """List the numbers of each phone in the order of its lines, in one query for all."""
    lines = LineAppearance.objects.filter(phone__in=phones).order_by("phone_id", "index")
    numbers: dict[str, list[str]] = {}
    for name, number in lines.values_list("phone__name", "directory_number__number"):
        numbers.setdefault(name, []).append(number)
    return {name: Cell(", ".join(listed), is_code=True) for name, listed in numbers.items()}


STATUS = Column(
    "status",
    _("Status"),
    compute=states_of,
    template="device/status_cell.html",
    plain=attrgetter("word"),
)
ADDRESS = Column(
    "address",
    _("IP Address"),
    compute=states_of,
    template="device/address_cell.html",
    plain=attrgetter("address"),
)
LINES = Column("lines", _("Lines"), compute=numbers_of)


@require_safe
@conditional_page
def live_list(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the state of each phone named in the URL, to be put into its row."""
    names = request.GET.get("names", "").split(",")[:MOST_ROWS]
    return render(request, "device/live_list.html", {"states": registration.states(names)})


@require_safe
@conditional_page
def live_phone(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Return what the Registration section of one phone holds."""
    return render(request, "device/registration.html", {"state": state_of(key)})


def state_of(name: str) -> registration.RegistrationState:
    return registration.states([name])[name]
