"""User Management > User Group: roles that several application users share."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import UserGroup, UserGroupRole
from ccmadmin.pages.page import Cell, Column, Page, RowList, Section, listing
from ccmadmin.pages.routes import routes


def roles_of(groups: Sequence[UserGroup]) -> Mapping[str, Cell]:
    """Name the roles of each group, in one query for all."""
    rows = UserGroupRole.objects.filter(user_group__in=groups)
    return listing(rows.values_list("user_group__name", "role__name"))


PAGE = Page(
    key="usermgmt/user_group",
    api="user-groups",
    title=_("User Groups"),
    model=UserGroup,
    find_by=("name",),
    columns=("name", Column("roles", _("Roles"), compute=roles_of)),
    sections=(Section(_("User Group Information"), ("name",)),),
    lists=(RowList("roles", _("Roles Assigned to Group"), ready=1),),
    related=("usermgmt/role", "usermgmt/application_user"),
)
URLS = routes(PAGE)
