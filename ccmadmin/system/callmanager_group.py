"""System > Cisco CallManager Group: primary, secondary and tertiary node."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import CallManagerGroup
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/callmanager_group",
    api="callmanager-groups",
    title=_("Cisco CallManager Groups"),
    model=CallManagerGroup,
    find_by=("name",),
    columns=("name",),
    sections=(Section(_("Cisco CallManager Group Settings"), ("name",)),),
    lists=(
        RowList(
            "members",
            _("Selected Cisco CallManagers"),
            note=_("One to three, in the order in which phones should try them."),
            limit=3,
        ),
    ),
)
URLS = routes(PAGE)
