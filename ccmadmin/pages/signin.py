"""Sign in, with a second step for who has a second factor, and sign out.

Wrong passwords and wrong codes are counted together, per user and address.
"""

import time
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ccmadmin.models import ApplicationUser
from ccmadmin.models.passwords import expired_since
from ccmadmin.models.session import SEEN, VISIT
from ccmadmin.pages import held
from ccmadmin.pages.guard import MUST_CHANGE, MUST_SET_UP
from ccmadmin.pages.links import local_href
from ccmadmin.services import second_factor, sessions, signin
from ccmadmin.services.changes import Actor

HOME = "home"
PENDING = "pending"  # whose password was right, and since when
PENDING_S = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user ID and password; the answer to a wrong one never says which was wrong."""
    if request.user.is_authenticated:
        return go_on(request)
    if request.method != "POST":
        return ask_for_password(request)
    user, refusal = check_password(request)
    if user is None:
        return ask_for_password(request, refusal)
    if user.second_factor:
        request.session[PENDING] = {
            "user": user.pk,
            "at": int(time.time()),
            "auth": user.get_session_auth_hash(),
        }
        return ask_for_code(request)
    return enter(request, user)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator, or a recovery code."""
    if request.user.is_authenticated:
        return go_on(request)
    user = pending_user(request)
    if user is None:
        return ask_for_password(request, _("That took too long. Sign in again."))
    if request.method != "POST":
        return ask_for_code(request)
    refusal = check_code(request, user)
    return ask_for_code(request, refusal) if refusal else enter(request, user)


def check_password(request: HttpRequest) -> tuple[ApplicationUser | None, str]:
    """Return whose password it was, or why nobody gets in."""
    userid = request.POST.get("username", "").strip()
    address = request.META.get("REMOTE_ADDR", "")
    block = signin.blocked(userid=userid, address=address)
    if block is not None:
        return None, block.text
    user = authenticate(request, username=userid, password=request.POST.get("password", ""))
    if not isinstance(user, ApplicationUser):
        signin.failed(userid=userid, address=address)
        return None, _("User ID or password is wrong.")
    return user, ""


def check_code(request: HttpRequest, user: ApplicationUser) -> str:
    """Use up the code; return why not, "" when it was right."""
    address = request.META.get("REMOTE_ADDR", "")
    block = signin.blocked(userid=user.userid, address=address)
    if block is not None:
        return block.text
    request_id = request.META.get("ccmadmin.request_id", "")
    actor = Actor(user.userid, "page", request_id=request_id, address=address)
    if second_factor.accept(user=user, code=request.POST.get("code", ""), actor=actor):
        return ""
    signin.failed(userid=user.userid, address=address)
    return _(
        "This code is wrong or was used already. Type the code that your authenticator shows "
        "next, or a recovery code that you have not used."
    )


def pending_user(request: HttpRequest) -> ApplicationUser | None:
    """Return whose password was right a moment ago, and is still the same."""
    pending: dict[str, Any] = request.session.get(PENDING, {})
    if not pending or time.time() - pending["at"] > PENDING_S:
        return None
    user = ApplicationUser.objects.filter(pk=pending["user"], is_active=True).first()
    is_same = user is not None and user.get_session_auth_hash() == pending["auth"]
    return user if is_same else None


def enter(request: HttpRequest, user: ApplicationUser) -> HttpResponse:
    """Open the session, and note in it where it is from."""
    address = request.META.get("REMOTE_ADDR", "")
    signin.succeeded(userid=user.userid, address=address)
    sessions.forget_expired()
    request.session.pop(PENDING, None)
    login(request, user, backend=BACKEND)
    now = int(time.time())
    user_agent = request.headers.get("User-Agent", "")[:255]
    request.session[VISIT] = {"address": address, "user_agent": user_agent, "since": now}
    request.session[SEEN] = now
    if expired_since(user) is not None:
        request.session[MUST_CHANGE] = True
    if second_factor.is_missing(user):
        request.session[MUST_SET_UP] = True
    return go_on(request)


def ask_for_password(request: HttpRequest, refusal: str = "") -> HttpResponse:
    context = carried(request) | {
        "refusal": refusal,
        "username": request.POST.get("username", ""),
    }
    return render(request, "pages/sign_in.html", context, status=401 if refusal else 200)


def ask_for_code(request: HttpRequest, refusal: str = "") -> HttpResponse:
    context = carried(request) | {"refusal": refusal}
    return render(request, "pages/sign_in_code.html", context, status=401 if refusal else 200)


def carried(request: HttpRequest) -> dict[str, str]:
    """Return what the steps hand on: where to go, and a form that was held."""
    return {
        "next": request.POST.get("next", request.GET.get("next", "")),
        "held": request.POST.get(held.FIELD, ""),
    }


def go_on(request: HttpRequest) -> HttpResponse:
    """Lead where the user wanted to; a form that was held is sent again by its user only."""
    wanted = carried(request)
    href = local_href(request, wanted["next"], HOME)
    if not wanted["held"]:
        return redirect(href)
    return render(request, "pages/go_on.html", {"held": wanted["held"], "target": href})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")
