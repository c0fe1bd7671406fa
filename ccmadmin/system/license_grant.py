"""System > Licensing > License Grants: the units that phones may consume."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import LicenseGrant
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/license_grant",
    api="license-grants",
    title=_("License Grants"),
    empty=_("Without units no phone can be added. Add a grant with as many units as you may use."),
    model=LicenseGrant,
    find_by=("name", "note"),
    columns=("name", "units", "note"),
    sections=(Section(_("License Grant Information"), ("name", "units", "note")),),
    related=("system/license_unit_report",),
)
URLS = routes(PAGE)
