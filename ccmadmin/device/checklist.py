"""Help > Third-party SIP phone checklist: Table C-2 as a guided page, from the facts to a call.

A new phone is made by one form; its own page then shows the ten steps with their states, the
settings card, the REGISTER as it arrives, and a test call. Everything works by reload; a script
only asks again for what changed.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from ccmadmin.device.checklist_actions import Action, actions_of
from ccmadmin.device.settings_card import card_context
from ccmadmin.device.site_form import ROWS, Site
from ccmadmin.models import EndUser, Phone, PhoneModel
from ccmadmin.pages import once, registry
from ccmadmin.pages.choose import choose_type
from ccmadmin.pages.configure import load
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.keys import SUGGESTIONS, KeyField, matching, options_of
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.pages.undo import offer
from ccmadmin.services import phone_sites, probe_calls, registration
from ccmadmin.services.checklist import Checklist, explained

PAGE = Page(
    key="device/checklist",
    api="phone-sites",
    title=_("Third-party SIP Phone Checklist"),
    singular=_("Third-party SIP Phone Checklist"),
)
PHONE = "device/phone"
WRITTEN = (PHONE, "usermgmt/end_user", "callrouting/directory_number")
"""The pages whose records the one form writes."""
RECENT = 8


# -- the way in ----------------------------------------------------------------------------------


@require_safe
def start(request: HttpRequest, page: Page) -> HttpResponse:
    """Say what the ten steps are; begin with a new phone, or go on with one there is."""
    problem, typed = "", request.GET.get("phone", "").strip()
    if typed:
        try:
            return redirect(screen_href(page, "phone", chooser().clean(typed).key))
        except ValidationError as error:
            problem = " ".join(error.messages)
    newest = list(Phone.objects.filter(phone_model__is_third_party=True).order_by("-pk")[:RECENT])
    states = registration.states([phone.name for phone in newest])
    context = {
        "page": page,
        "steps": explained(),
        "recent": [
            (phone, states[phone.name], screen_href(page, "phone", phone.name)) for phone in newest
        ],
        "typed": typed,
        "problem": problem,
        "choices_href": screen_href(page, "choices"),
        "add_href": screen_href(page, "add") if may_add(request) else "",
    }
    return render(request, "device/checklist.html", context, status=422 if problem else 200)


def chooser() -> KeyField:
    phones = Phone.objects.filter(phone_model__is_third_party=True).order_by("name")
    return KeyField(phones, is_searched=True)


@require_safe
def choices(request: HttpRequest, page: Page) -> HttpResponse:
    """Suggest phones by name or description, as options of a datalist."""
    found = matching(chooser().queryset, request.GET.get("text", "").strip())
    return render(request, "parts/options.html", {"options": options_of(found, SUGGESTIONS)})


def may_add(request: HttpRequest) -> bool:
    return all(may(request, key, "update") for key in (PAGE.key, *WRITTEN))


# -- a new phone ---------------------------------------------------------------------------------


def add(request: HttpRequest, page: Page) -> HttpResponse:
    """Ask for the phone type, then for everything else in one form."""
    need(request, *WRITTEN)
    models = PhoneModel.objects.filter(is_third_party=True)
    phone_model = models.filter(name=request.GET.get("type", "")).first()
    if phone_model is None:
        question = _now("Which type of third-party phone is it?")
        words = {"heading": _now("Start a phone"), "back": _now("Back to the checklist")}
        return choose_type(request, page, question, only_third_party=True, **words)
    site = Site(phone_model, request.POST if request.method == "POST" else None)
    if ROWS in request.POST:
        site.keep_errors_back()
    elif request.method == "POST" and (made := save(request, site)) is not None:
        once.keep(request, made.phone.name, made.credentials)
        text = _now("%(phone)s is ready on this side. Enter the settings below in the phone.")
        offer(request, text % {"phone": made.phone.name})
        return redirect(screen_href(page, "phone", made.phone.name))
    return show_form(request, page, site)


def save(request: HttpRequest, site: Site) -> phone_sites.PhoneSite | None:
    """Write the site; None when the form must be shown again with its errors."""
    if not site.is_valid():
        return None
    try:
        return phone_sites.add(**site.values(), actor=actor_of(request))
    except ValidationError as error:
        site.take(error)
        return None


def show_form(request: HttpRequest, page: Page, site: Site) -> HttpResponse:
    problems = site.problems()
    context = {
        "page": page,
        "site": site,
        "phone_model": site.phone_model,
        "sections": site.form.sections(),
        "lines": [(line.index, line.section()) for line in site.lines],
        "problems": problems,
        "is_unsaved": site.form.is_bound,
        "find_href": find_href(page),
    }
    status = 422 if problems else 200
    return render(request, "device/site_form.html", context, status=status)


# -- one phone -----------------------------------------------------------------------------------


@require_safe
def phone(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Show the ten steps of one phone, its settings card, its REGISTER and the test call."""
    checklist = Checklist(find_phone(key))
    context = {
        "page": page,
        "key": checklist.phone.name,
        "find_href": find_href(page),
        "record_href": record_href(registry.pages()[PHONE], checklist.phone.name),
        "live_href": screen_href(page, "live", checklist.phone.name),
        **step_context(request, checklist),
        "steps": [(step, actions(request, checklist, step)) for step in checklist.steps],
        **card_context(request, checklist.phone),
    }
    response = render(request, "device/phone_checklist.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def find_phone(key: str) -> Phone:
    found: Phone = load(registry.pages()[PHONE], key)
    if not found.phone_model.is_third_party:
        raise Http404(_now("%(phone)s is no third-party phone.") % {"phone": found.name})
    return found


def step_context(request: HttpRequest, checklist: Checklist) -> dict[str, Any]:
    """Return what follows the data by itself: the steps, the registration, the test call."""
    return {
        "checklist": checklist,
        "lines": checklist.lines,
        "may_save": may(request, PAGE.key, "update"),
        "may_call": may(request, PAGE.key, "update") and may(request, PHONE, "update"),
        "page_href": screen_href(PAGE, "phone", checklist.phone.name),
        "state": checklist.state,
        "test_call": checklist.test_call,
        "strangers": []
        if checklist.state.bindings
        else registration.strangers([line.directory_number.number for line in checklist.lines]),
    }


def actions(request: HttpRequest, checklist: Checklist, step: Any) -> list[Action]:
    return actions_of(checklist, step, may_save=may(request, PAGE.key, "update"))


@require_safe
@conditional_page
def live(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Return what the page of the steps asks for every second."""
    checklist = Checklist(find_phone(key))
    context = {
        **step_context(request, checklist),
        "steps": [(step, []) for step in checklist.steps],
    }
    return render(request, "device/phone_checklist_live.html", context)


# -- what the buttons do -------------------------------------------------------------------------


@require_POST
def act(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Do what a button of a step says, and show the steps again."""
    checklist = Checklist(find_phone(key))
    done = {
        "associate": associate,
        "digest-user": set_digest_user,
        "credentials": renew_credentials,
        "test-call": place_test_call,
        "end-call": end_test_call,
    }.get(request.POST.get("do", ""))
    if done is None:
        raise Http404
    try:
        done(request, checklist)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    anchor = "#test-call" if done in (place_test_call, end_test_call) else ""
    return redirect(screen_href(page, "phone", checklist.phone.name) + anchor)


def need(request: HttpRequest, *keys: str) -> None:
    """Refuse who may not update the pages of the records, as REST would."""
    if not all(may(request, key, "update") for key in keys):
        raise PermissionDenied


def user_of(request: HttpRequest, checklist: Checklist, *keys: str) -> EndUser:
    """Return the user whom a step is about; who may not update all of `keys` may not go on."""
    need(request, *keys)
    if checklist.user is None:
        raise ValidationError(_now("Choose an end user first."), "missing")
    return checklist.user


def associate(request: HttpRequest, checklist: Checklist) -> None:
    user = user_of(request, checklist, "usermgmt/end_user")
    phone_sites.associate(phone=checklist.phone, user=user, actor=actor_of(request))
    text = _now("%(user)s controls %(phone)s.")
    offer(request, text % {"user": user.userid, "phone": checklist.phone.name})


def set_digest_user(request: HttpRequest, checklist: Checklist) -> None:
    user = user_of(request, checklist, PHONE)
    phone_sites.set_digest_user(phone=checklist.phone, user=user, actor=actor_of(request))
    text = _now("%(user)s is the Digest User of %(phone)s.")
    offer(request, text % {"user": user.userid, "phone": checklist.phone.name})


def renew_credentials(request: HttpRequest, checklist: Checklist) -> None:
    user = user_of(request, checklist, "usermgmt/end_user")
    told = phone_sites.renew_credentials(user=user, actor=actor_of(request))
    once.keep(request, checklist.phone.name, told)
    text = _now("%(user)s has new digest credentials. Enter them in the phone.")
    offer(request, text % {"user": user.userid})


def place_test_call(request: HttpRequest, checklist: Checklist) -> None:
    need(request, PHONE)
    index = request.POST.get("line", "")
    probe_calls.place(
        phone=checklist.phone,
        index=int(index) if index.isdecimal() and len(index) < 3 else 0,
        actor=actor_of(request),
    )


def end_test_call(request: HttpRequest, checklist: Checklist) -> None:
    need(request, PHONE)
    probe_calls.end(checklist.phone.name)


URLS = routes(
    PAGE,
    Screen("find", "", start),
    Screen("choices", "-/choices/", choices),
    Screen("add", "-/add/", add, "update"),
    Screen("live", "<path:key>/-/live/", live),
    Screen("act", "<path:key>/-/act/", act, "update"),
    Screen("phone", "<path:key>/", phone),
)
