"""System > Region Matrix: codec and video between every two regions, at a glance."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ccmadmin.models import Region
from ccmadmin.pages import registry
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import record_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import regions

SHOWN = 20  # of five hundred regions nobody reads all 250,000 cells
REGION = "system/region"

PAGE = Page(
    key="system/region_matrix",
    api="region-matrix",
    title=_("Region Matrix"),
    singular=_("Region Matrix"),
)


@require_safe
def show(request: HttpRequest, page: Page) -> HttpResponse:
    """Show the regions whose names begin with two texts, one set down and one across."""
    down, across = request.GET.get("down", "").strip(), request.GET.get("across", "").strip()
    rows, columns = beginning_with(down), beginning_with(across)
    shown_rows, shown_columns = list(rows[:SHOWN]), list(columns[:SHOWN])
    context = {
        "page": page,
        "down": down,
        "across": across,
        "columns": shown_columns,
        "rows": [
            (line[0].region, [(pair, href_of(request, pair)) for pair in line])
            for line in regions.matrix(shown_rows, shown_columns)
            if line
        ],
        "hidden_rows": max(0, rows.count() - SHOWN),
        "hidden_columns": max(0, columns.count() - SHOWN),
    }
    return render(request, "system/region_matrix.html", context)


def href_of(request: HttpRequest, pair: regions.Pair) -> str:
    """Lead to the region that keeps the relationship, or could."""
    page = registry.pages()[REGION]
    is_open = may(request, REGION, "read")
    return record_href(page, pair.kept_by or pair.region) if is_open else ""


def beginning_with(text: str) -> QuerySet[Region]:
    return Region.objects.filter(name__istartswith=text)


URLS = routes(PAGE, Screen("find", "", show))
