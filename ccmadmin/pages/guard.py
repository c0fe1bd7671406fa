"""Who may see what: every view of every page asks `access.may` here, and nowhere else."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ccmadmin import access
from ccmadmin.access import Action
from ccmadmin.models import ApplicationUser
from ccmadmin.models.session import SEEN
from ccmadmin.pages import held
from ccmadmin.pages.reason import typed_reason
from ccmadmin.services import second_factor
from ccmadmin.services.changes import Actor

View = Callable[..., HttpResponse]
WRITING = ("POST", "PUT", "PATCH", "DELETE")
KEEP_EVERY_S = 60
MUST_CHANGE = "must_change_password"
MUST_SET_UP = "must_set_up_second_factor"


def signed_in(view: View) -> View:
    """Let signed-in users pass; a poll of the page's script gets 401 instead of a redirect.

    A form that was sent after its session had ended is held until its user has signed in.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not is_poll(request):
            keep_session(request)
        if (only := confined_to(request)) and not is_there(request, only):
            return HttpResponse(status=304) if is_poll(request) else redirect(only)
        if held.FIELD in request.POST and not held.release(request):
            messages.warning(request, _("What was typed was kept for an hour, and is gone now."))
            return redirect("home")
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return guarded


def confined_to(request: HttpRequest) -> str:
    """Return the name of the only page that is open until what it asks for is done, "" for all.

    A form that was held is not lost over it.
    """
    if held.FIELD in request.POST:
        return ""
    if request.session.get(MUST_CHANGE):
        return "password"
    return "second-factor" if must_set_up(request) else ""


def must_set_up(request: HttpRequest) -> bool:
    """Whether the user has signed in without the second factor that is required by now."""
    if not request.session.get(MUST_SET_UP):
        return False
    user = request.user
    if isinstance(user, ApplicationUser) and second_factor.is_missing(user):
        return True
    del request.session[MUST_SET_UP]
    return False


def is_there(request: HttpRequest, name: str) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == name


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if is_poll(request):
        return HttpResponse(status=401)
    target = request.get_full_path()
    if not request.POST:
        return redirect_to_login(target)
    context = {"next": target, "held": held.keep(request)}
    return render(request, "pages/sign_in.html", context, status=401)


def needs(key: str, action: Action | Literal[""] = "") -> Callable[[View], View]:
    """Let users pass who may `action` ("read", "update") the page `key`.

    Without an action the method decides: what writes needs "update".
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            by_method: Action = "update" if request.method in WRITING else "read"
            wanted: Action = action or by_method
            if not may(request, key, wanted):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate


def may(request: HttpRequest, key: str, action: Action) -> bool:
    return access.may(request.user, key, action)


def actor_of(request: HttpRequest) -> Actor:
    """Name who changes something, and why if that was typed, for the change log."""
    return Actor(
        user=request.user.get_username(),
        source="page",
        request_id=request.META.get("ccmadmin.request_id", ""),
        address=request.META.get("REMOTE_ADDR", ""),
        reason=typed_reason(request),
    )


def is_poll(request: HttpRequest) -> bool:
    return "X-Requested-With" in request.headers


def keep_session(request: HttpRequest) -> None:
    """Push the session's end out once a minute, so that only idle sessions end."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) >= KEEP_EVERY_S:
        request.session[SEEN] = now
