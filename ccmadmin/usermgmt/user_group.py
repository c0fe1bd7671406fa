"""User Management > User Group: roles that several application users share."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import UserGroup
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="usermgmt/user_group",
    api="user-groups",
    title=_("User Groups"),
    model=UserGroup,
    find_by=("name",),
    columns=("name",),
    sections=(Section(_("User Group Information"), ("name",)),),
    lists=(RowList("roles", _("Roles Assigned to Group")),),
    related=("usermgmt/role", "usermgmt/application_user"),
)
URLS = routes(PAGE)
