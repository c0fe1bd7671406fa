"""System > Date/Time Group."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DateTimeGroup
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/date_time_group",
    api="date-time-groups",
    title=_("Date/Time Groups"),
    model=DateTimeGroup,
    find_by=("name", "time_zone"),
    columns=("name", "time_zone", "date_format", "time_format"),
    sections=(
        Section(
            _("Date/Time Group Information"),
            ("name", "time_zone", "separator", "date_format", "time_format"),
        ),
    ),
)
URLS = routes(PAGE)
