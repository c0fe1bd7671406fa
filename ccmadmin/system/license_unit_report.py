"""System > Licensing > License Unit Report: units authorized, used and remaining."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ccmadmin.models import LicenseGrant
from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import licensing

PAGE = Page(
    key="system/license_unit_report",
    api="license-unit-report",
    title=_("License Unit Report"),
    singular=_("License Unit Report"),
)


@require_safe
def show(request: HttpRequest, page: Page) -> HttpResponse:
    report = licensing.report()
    context = {
        "page": page,
        "report": report,
        "rows": sorted(report.rows, key=lambda row: (-row.units, row.model)),
        "grants": LicenseGrant.objects.order_by("name"),
    }
    return render(request, "system/license_unit_report.html", context)


URLS = routes(PAGE, Screen("find", "", show))
