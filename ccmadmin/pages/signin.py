"""Sign in and sign out; wrong passwords are limited per user and address."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ccmadmin.pages import held
from ccmadmin.pages.actions import local_href
from ccmadmin.services import signin

HOME = "home"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user ID and password; the answer to a wrong one never says which was wrong."""
    target = request.POST.get("next", request.GET.get("next", ""))
    kept = request.POST.get(held.FIELD, "")
    if request.user.is_authenticated:
        return go_on(request, target, kept)
    refusal = ""
    if request.method == "POST":
        refusal = check(request)
        if not refusal:
            return go_on(request, target, kept)
    context = {
        "refusal": refusal,
        "next": target,
        "held": kept,
        "username": request.POST.get("username", ""),
    }
    return render(request, "pages/sign_in.html", context, status=401 if refusal else 200)


def go_on(request: HttpRequest, target: str, kept: str) -> HttpResponse:
    """Lead where the user wanted to; a form that was held is sent again by its user only."""
    href = local_href(request, target, HOME)
    if not kept:
        return redirect(href)
    return render(request, "pages/go_on.html", {"held": kept, "target": href})


def check(request: HttpRequest) -> str:
    """Sign the user in; return why not, "" when it worked."""
    userid = request.POST.get("username", "").strip()
    address = request.META.get("REMOTE_ADDR", "")
    block = signin.blocked(userid=userid, address=address)
    if block is not None:
        return block.text
    user = authenticate(request, username=userid, password=request.POST.get("password", ""))
    if user is None:
        signin.failed(userid=userid, address=address)
        return _("User ID or password is wrong.")
    signin.succeeded(userid=userid, address=address)
    login(request, user)
    return ""


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")
