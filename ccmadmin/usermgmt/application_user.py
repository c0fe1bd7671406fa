"""User Management > Application User: who signs in here and to the REST interface."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ccmadmin.models import ApplicationUser
from ccmadmin.models.passwords import rules
from ccmadmin.pages.configure import bind, load, show, submit
from ccmadmin.pages.guard import actor_of
from ccmadmin.pages.links import record_href, screen_href
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import records, second_factor, sessions, signin

PAGE = Page(
    key="usermgmt/application_user",
    api="application-users",
    title=_("Application Users"),
    model=ApplicationUser,
    find_by=("userid",),
    columns=("userid", "is_active", "last_login"),
    sections=(
        Section(
            _("Application User Information"),
            ("userid", "password", "is_active"),
            note=_("Users set up a second factor for themselves, under My Account."),
        ),
    ),
    lists=(
        RowList(
            "groups",
            _("Permissions Information"),
            note=_("The user may do what the roles of all these groups allow together."),
        ),
    ),
    related=("usermgmt/user_group", "usermgmt/role", "system/enterprise_parameter"),
    fixed=("userid",),
)


def add(request: HttpRequest, page: Page) -> HttpResponse:
    return edit(request, page, ApplicationUser())


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    original = load(page, key)
    return edit(request, page, records.copy_of(original), original=original)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, page, load(page, key), key)


def edit(
    request: HttpRequest, page: Page, user: Any, key: str = "", original: Any = None
) -> HttpResponse:
    """Show the user, where the user is signed in, and the wrong passwords, if any."""
    draft = bind(request, page, user, key, original=original)
    password = draft.form.fields["password"]
    password.help_text = f"{password.help_text} {rules()}"
    if request.method == "POST" and submit(request, draft):
        return redirect(record_href(page, draft.instance.key))
    if key:
        draft.extra |= access_context(request, page, key)
    return show(request, draft, "usermgmt/application_user.html")


def access_context(request: HttpRequest, page: Page, key: str) -> dict[str, Any]:
    """Return what is stored, whatever was typed into the form."""
    user = load(page, key)
    return {
        "wrong_passwords": signin.wrong_passwords(key),
        "lift_href": screen_href(page, "lift", key),
        "factor": second_factor.state_of(user),
        "remove_factor_href": screen_href(page, "remove-second-factor", key),
        "sessions": sessions.sessions_of(user, request.session.session_key),
        "end_sessions_href": screen_href(page, "end-sessions", key),
    }


@require_POST
def lift(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Forget the wrong passwords, so that the user can sign in at once."""
    user = load(page, key)
    signin.lift(userid=user.userid)
    messages.success(request, _now("%(user)s can sign in again.") % {"user": user.userid})
    return redirect(record_href(page, key))


@require_POST
def remove_second_factor(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Let a user in who has lost the authenticator; the password is still asked for."""
    user = load(page, key)
    if second_factor.remove(user=user, actor=actor_of(request)) is None:
        text = _now("%(user)s has no second factor.")
    else:
        text = _now("%(user)s signs in with the password alone now.")
    messages.success(request, text % {"user": user.userid})
    return redirect(record_href(page, key))


@require_POST
def end_sessions(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """End the session that is named, or all except the own one."""
    user, name = load(page, key), request.POST.get("session", "")
    if name:
        count = int(sessions.end(user, name))
    else:
        count = sessions.end_all(user, but=request.session.session_key)
    text = ngettext("%(n)s session ended.", "%(n)s sessions ended.", count)
    messages.success(request, text % {"n": count})
    return redirect(record_href(page, key))


URLS = routes(
    PAGE,
    Screen("lift", "<path:key>/-/lift/", lift, "update"),
    Screen("remove-second-factor", "<path:key>/-/second-factor/", remove_second_factor, "update"),
    Screen("end-sessions", "<path:key>/-/sessions/", end_sessions, "update"),
    add=add,
    copy=copy,
    configure=configure,
)
