"""System > Enterprise Parameters."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import EnterpriseParameter
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.parameters import parameters
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/enterprise_parameter",
    api="enterprise-parameters",
    title=_("Enterprise Parameters"),
    model=EnterpriseParameter,
    find_by=("name", "value"),
    columns=("name", "value"),
    sections=(Section(_("Enterprise Parameters"), ("value",)),),
    can_add=False,
    can_copy=False,
    can_delete=False,
)
URLS = routes(PAGE, find=parameters)
