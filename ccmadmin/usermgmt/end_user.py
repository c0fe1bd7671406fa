"""User Management > End User, with its digest credentials and its device association."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import EndUser, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.configure import Draft, bind, load, show, submit
from ccmadmin.pages.forms import FieldLine
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.keys import KeyField
from ccmadmin.pages.links import record_href, screen_href
from ccmadmin.pages.page import Cell, Column, Page, Section
from ccmadmin.pages.reason import ReasonForm
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.pages.saving import tell
from ccmadmin.services import records

CREDENTIALS = "digest_credentials"
GENERATE = "generate"
GENERATED_OCTETS = 12
DEVICES_PER_PAGE = 50
PHONE = "device/phone"


def phones_of(users: Sequence[EndUser]) -> Mapping[str, Cell]:
    """List the phones of which each user is the Digest User, in one query for all."""
    found = Phone.objects.filter(digest_user__in=users).order_by("name")
    names: dict[str, list[str]] = {}
    for userid, name in found.values_list("digest_user__userid", "name"):
        names.setdefault(userid, []).append(name)
    return {userid: Cell(", ".join(listed), is_code=True) for userid, listed in names.items()}


PAGE = Page(
    key="usermgmt/end_user",
    api="end-users",
    title=_("End Users"),
    empty=_(
        "An end user is who a phone registers as. Add one with Digest Credentials, then a phone."
    ),
    model=EndUser,
    find_by=(
        "userid",
        "first_name",
        "middle_name",
        "last_name",
        "manager__userid",
        "department",
        "telephone_number",
    ),
    columns=(
        "userid",
        "first_name",
        "last_name",
        "department",
        Column("digest_phones", _("Digest User of"), compute=phones_of),
    ),
    sections=(
        Section(
            _("User Information"),
            (
                "userid",
                "last_name",
                "middle_name",
                "first_name",
                "telephone_number",
                "mail_id",
                "manager",
                "department",
                CREDENTIALS,
            ),
        ),
        Section(_("Directory Number Associations"), ("primary_extension",)),
    ),
    searched=("manager", "primary_extension"),
    fixed=("userid",),
)


def add(request: HttpRequest, page: Page) -> HttpResponse:
    return edit(request, EndUser())


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, records.copy_of(load(page, key)))


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, load(page, key), key)


def edit(request: HttpRequest, user: Any, key: str = "") -> HttpResponse:
    draft = bind(request, PAGE, user, key)
    offer_extensions(draft)
    if GENERATE in request.POST and draft.may_update:
        generate(draft)
    elif request.method == "POST" and submit(request, draft):
        return redirect(record_href(PAGE, draft.instance.key))
    draft.extra |= {"may_generate": draft.may_update}
    if key:
        draft.extra |= devices_context(request, load(PAGE, key))
    return show(request, draft, "usermgmt/end_user.html")


def offer_extensions(draft: Draft) -> None:
    """Only a number of a controlled device can be the primary extension."""
    field = draft.form.fields["primary_extension"]
    if isinstance(field, KeyField):
        of_user = Q(appearances__phone__controlling_users__end_user=draft.instance.pk)
        field.queryset = field.queryset.filter(of_user).distinct()


def generate(draft: Draft) -> None:
    """Put new random digest credentials into the form, for this once readable; not yet saved."""
    draft.form.keep_errors_back()
    draft.form.reveal(CREDENTIALS, secrets.token_urlsafe(GENERATED_OCTETS))
    draft.extra["generated"] = True


def devices_context(request: HttpRequest, user: EndUser) -> dict[str, Any]:
    """Return the phones that name this user: as digest user, and as controlled devices."""
    phone_page = registry.pages()[PHONE]
    is_open = may(request, PHONE, "read")

    def linked(names: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, record_href(phone_page, name) if is_open else "") for name in names]

    digest = user.digest_phones.order_by("name").values_list("name", flat=True)[:20]
    controlled = user.controlled_devices.values_list("phone__name", flat=True)
    return {
        "digest_phones": linked(list(digest)),
        "controlled": linked(list(controlled)),
        "association_href": screen_href(PAGE, "devices", user.key),
    }


def devices(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """User Device Association: find phones, tick those that the user may control, save."""
    user = load(page, key)
    associated = set(user.controlled_devices.values_list("phone__name", flat=True))
    text = request.GET.get("text", "").strip()
    found = Phone.objects.select_related("phone_model").order_by("name")
    if request.GET.get("only"):
        found = found.filter(name__in=associated)
    if text:
        number = Q(lines__directory_number__number__istartswith=text)
        found = found.filter(
            pk__in=Phone.objects.filter(
                Q(name__icontains=text) | Q(description__icontains=text) | number
            ).values("pk")
        )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return save_devices(request, user, associated)
    shown = Paginator(found, DEVICES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "key": key,
        "shown": shown,
        "associated": associated,
        "ticked": chosen(request, associated) if form.is_bound else associated,
        "reason": FieldLine(form["reason"]),
        "text": text,
        "only": request.GET.get("only", ""),
        "may_save": may(request, page.key, "update"),
        "record_href": record_href(page, key),
    }
    status = 422 if form.errors else 200
    return render(request, "usermgmt/devices.html", context, status=status)


def chosen(request: HttpRequest, associated: set[str]) -> set[str]:
    """Return what is ticked; phones that were not on the page stay as they are."""
    shown, ticked = set(request.POST.getlist("shown")), set(request.POST.getlist("key"))
    return set() if "remove_all" in request.POST else (associated - shown) | (ticked & shown)


def save_devices(request: HttpRequest, user: EndUser, associated: set[str]) -> HttpResponse:
    kept = chosen(request, associated)
    try:
        change = records.save(
            user, actor=actor_of(request), lists={"controlled_devices": sorted(kept)}
        )
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect(request.get_full_path())
    tell(request, change, is_new=False)
    return redirect(record_href(PAGE, user.key))


URLS = routes(
    PAGE,
    Screen("devices", "<path:key>/-/devices/", devices),
    add=add,
    copy=copy,
    configure=configure,
)
