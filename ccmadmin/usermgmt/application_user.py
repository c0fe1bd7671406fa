"""User Management > Application User: who signs in here and to the REST interface."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ccmadmin.models import ApplicationUser
from ccmadmin.pages.configure import bind, load, show, submit
from ccmadmin.pages.links import record_href, screen_href
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import signin

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
            note=_(
                "A password has at least ten characters and is neither common nor the user ID."
            ),
        ),
    ),
    lists=(
        RowList(
            "groups",
            _("Permissions Information"),
            note=_("The user may do what the roles of all these groups allow together."),
        ),
    ),
    related=("usermgmt/user_group", "usermgmt/role"),
    fixed=("userid",),
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Show the user and, while there are any, the wrong passwords that block signing in."""
    draft = bind(request, page, load(page, key), key)
    if request.method == "POST" and submit(request, draft):
        return redirect(record_href(page, draft.instance.key))
    draft.extra |= {
        "wrong_passwords": signin.wrong_passwords(key),
        "lift_href": screen_href(page, "lift", key),
    }
    return show(request, draft, "usermgmt/application_user.html")


@require_POST
def lift(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Forget the wrong passwords, so that the user can sign in at once."""
    user = load(page, key)
    signin.lift(userid=user.userid)
    messages.success(request, _now("%(user)s can sign in again.") % {"user": user.userid})
    return redirect(record_href(page, key))


URLS = routes(PAGE, Screen("lift", "<path:key>/-/lift/", lift, "update"), configure=configure)
