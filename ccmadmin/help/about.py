"""Help > About: version, revision, and the licences of everything that is in the product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.services import about

PAGE = Page(key="help/about", api="about", title=_("About"), singular=_("About"))


@require_safe
def show(request: HttpRequest, page: Page) -> HttpResponse:
    context = {"page": page, "about": about.about()}
    return render(request, "help/about.html", context)


URLS = routes(PAGE, Screen("find", "", show))
