"""System > Cisco CallManager Group: primary, secondary and tertiary node."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import CallManagerGroup, CallManagerGroupMember
from ccmadmin.pages.page import Cell, Column, Page, RowList, Section, listing
from ccmadmin.pages.routes import routes


def nodes_of(groups: Sequence[CallManagerGroup]) -> Mapping[str, Cell]:
    """Name the nodes of each group in their order, in one query for all."""
    rows = CallManagerGroupMember.objects.filter(group__in=groups)
    return listing(rows.values_list("group__name", "callmanager__name"))


PAGE = Page(
    key="system/callmanager_group",
    api="callmanager-groups",
    title=_("Cisco CallManager Groups"),
    model=CallManagerGroup,
    find_by=("name",),
    columns=("name", Column("members", _("Selected Cisco CallManagers"), compute=nodes_of)),
    sections=(Section(_("Cisco CallManager Group Settings"), ("name",)),),
    lists=(
        RowList(
            "members",
            _("Selected Cisco CallManagers"),
            note=_("One to three, in the order in which phones should try them."),
            limit=3,
            ready=1,
        ),
    ),
)
URLS = routes(PAGE)
