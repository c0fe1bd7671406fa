"""Call Routing > Class of Control > Calling Search Space."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import CallingSearchSpace
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="callrouting/calling_search_space",
    api="calling-search-spaces",
    title=_("Calling Search Spaces"),
    empty=_("Add partitions first; a calling search space says which of them a phone may dial."),
    model=CallingSearchSpace,
    find_by=("name", "description"),
    columns=("name", "description"),
    sections=(Section(_("Calling Search Space Information"), ("name", "description")),),
    lists=(
        RowList(
            "members",
            _("Selected Partitions"),
            note=_(
                "What may be dialed, the partition that wins a tie first. Numbers without a "
                "partition can always be dialed."
            ),
        ),
    ),
    related=("callrouting/route_partition",),
)
URLS = routes(PAGE)
