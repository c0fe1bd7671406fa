"""Device > Device Settings > Phone Button Template: made by copying a standard one."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import PhoneButtonTemplate
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="device/phone_button_template",
    api="phone-button-templates",
    title=_("Phone Button Templates"),
    model=PhoneButtonTemplate,
    find_by=("name", "phone_model__name"),
    columns=("name", "phone_model", "lines"),
    sections=(
        Section(
            _("Phone Button Template Information"),
            ("name", "phone_model", "lines"),
            note=_("A third-party phone takes nothing from its template but the number of lines."),
        ),
    ),
)
URLS = routes(PAGE)
