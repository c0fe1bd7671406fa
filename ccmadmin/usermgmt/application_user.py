"""User Management > Application User: who signs in here and to the REST interface."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ccmadmin.models import ApplicationUser, GroupMember
from ccmadmin.models.passwords import rules
from ccmadmin.pages.account import end_sessions_of
from ccmadmin.pages.configure import bind, load, show, submit
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.links import record_href, screen_href
from ccmadmin.pages.page import Cell, Column, Page, RowList, Section, listing
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import records, second_factor, sessions, signin


def groups_of(users: Sequence[ApplicationUser]) -> Mapping[str, Cell]:
    """Name the groups of each user, in one query for all."""
    rows = GroupMember.objects.filter(application_user__in=users).order_by("user_group__name")
    return listing(rows.values_list("application_user__userid", "user_group__name"))


PAGE = Page(
    key="usermgmt/application_user",
    api="application-users",
    title=_("Application Users"),
    model=ApplicationUser,
    find_by=("userid",),
    columns=(
        "userid",
        "is_active",
        Column("groups", _("User Groups"), compute=groups_of),
        Column("last_login", _("Last Sign-in"), sort="last_login"),
    ),
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
            ready=1,
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
    user, may_end = load(page, key), may(request, page.key, "update")
    return {
        "wrong_passwords": signin.wrong_passwords(key),
        "lift_href": screen_href(page, "lift", key),
        "factor": second_factor.state_of(user),
        "remove_factor_href": screen_href(page, "remove-second-factor", key),
        "sessions": sessions.sessions_of(user, request.session.session_key),
        "end_href": screen_href(page, "end-sessions", key) if may_end else "",
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
    end_sessions_of(request, load(page, key))
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
