"""Device > Device Settings > Common Phone Profile."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import CommonPhoneProfile
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="device/common_phone_profile",
    api="common-phone-profiles",
    title=_("Common Phone Profiles"),
    model=CommonPhoneProfile,
    find_by=("name", "description"),
    columns=("name", "description"),
    sections=(Section(_("Common Phone Profile Information"), ("name", "description")),),
)
URLS = routes(PAGE)
