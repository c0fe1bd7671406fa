"""System > Licensing > License Unit Calculator: what phones would consume; it changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import licensing

PAGE = Page(
    key="system/license_unit_calculator",
    api="license-unit-calculator",
    title=_("License Unit Calculator"),
    singular=_("License Unit Calculator"),
)


@require_safe
def show(request: HttpRequest, page: Page) -> HttpResponse:
    """Calculate from the query string, whose names are the phone types: a link can be kept."""
    calculation = licensing.calculate(request.GET.dict())
    context = {"page": page, "calculation": calculation}
    status = 422 if calculation.errors else 200
    return render(request, "system/license_unit_calculator.html", context, status=status)


URLS = routes(PAGE, Screen("find", "", show))
