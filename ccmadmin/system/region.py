"""System > Region: which codec and how much video calls between two regions may use."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import Region
from ccmadmin.pages.configure import bind, load, show, submit
from ccmadmin.pages.links import record_href
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
            note=_(
                "Regions that are listed neither here nor below use the system's default with "
                "this one."
            ),
        ),
    ),
    related=("system/region_matrix",),
)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Show the region with the relationships that other regions keep with it."""
    region = load(page, key)
    draft = bind(request, page, region, key)
    if request.method == "POST" and submit(request, draft):
        return redirect(record_href(page, draft.instance.key))
    kept = region.relationships_of_others.exclude(region=region).select_related("region")
    draft.extra["kept_elsewhere"] = [
        (each, record_href(page, each.region.name)) for each in kept.order_by("region__name")
    ]
    return show(request, draft, "system/region.html")


URLS = routes(PAGE, configure=configure)
