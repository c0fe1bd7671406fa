"""User Management > Application User: who signs in here and to the REST interface."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ApplicationUser
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import routes

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
URLS = routes(PAGE)
