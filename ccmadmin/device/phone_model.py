"""Device > Device Settings > Phone Types: what each type can do (Table C-1), to read only."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import PhoneModel
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

CAPABILITIES = (
    "uses_central_tftp",
    "sends_mac_address",
    "downloads_softkey_file",
    "downloads_dial_plan_file",
    "supports_failover",
    "supports_reset",
)
PAGE = Page(
    key="device/phone_model",
    api="phone-models",
    title=_("Phone Types"),
    model=PhoneModel,
    find_by=("name",),
    columns=("name", "is_third_party", "max_lines", "license_units", "supports_video"),
    sections=(
        Section(
            _("Phone Type"),
            (
                "name",
                "number",
                "is_third_party",
                "max_lines",
                "license_units",
                "supports_video",
            ),
        ),
        Section(_("What phones of this type can do"), CAPABILITIES),
    ),
    is_read_only=True,
)
URLS = routes(PAGE)
