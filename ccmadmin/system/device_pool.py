"""System > Device Pool: what the phones of a place have in common."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DevicePool
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/device_pool",
    api="device-pools",
    title=_("Device Pools"),
    model=DevicePool,
    find_by=("name", "callmanager_group__name", "date_time_group__name", "region__name"),
    columns=("name", "callmanager_group", "region", "date_time_group"),
    sections=(
        Section(
            _("Device Pool Settings"), ("name", "callmanager_group", "date_time_group", "region")
        ),
    ),
)
URLS = routes(PAGE)
