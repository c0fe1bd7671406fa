"""System > Region: which codec and how much video calls between two regions may use."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import Region
from ccmadmin.pages.page import Page, RowList, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/region",
    api="regions",
    title=_("Regions"),
    model=Region,
    find_by=("name",),
    columns=("name",),
    sections=(Section(_("Region Information"), ("name",)),),
    lists=(
        RowList(
            "relationships",
            _("Region Relationships"),
            note=_("Regions that are not listed use the system's default with this one."),
        ),
    ),
)
URLS = routes(PAGE)
