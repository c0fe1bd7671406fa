"""Call Routing > Class of Control > Partition."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import RoutePartition
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="callrouting/route_partition",
    api="route-partitions",
    title=_("Partitions"),
    empty=_("Without partitions everybody may dial every number. Add one to keep numbers apart."),
    model=RoutePartition,
    find_by=("name", "description"),
    columns=("name", "description"),
    sections=(Section(_("Partition Information"), ("name", "description")),),
    related=("callrouting/calling_search_space",),
)
URLS = routes(PAGE)
