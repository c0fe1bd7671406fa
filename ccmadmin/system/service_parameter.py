"""System > Service Parameters."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ServiceParameter
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.parameters import parameters
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/service_parameter",
    api="service-parameters",
    title=_("Service Parameters"),
    model=ServiceParameter,
    find_by=("name", "value"),
    columns=("name", "value"),
    sections=(Section(_("Service Parameters"), ("value",)),),
    can_add=False,
    can_copy=False,
    can_delete=False,
)
URLS = routes(PAGE, find=parameters)
