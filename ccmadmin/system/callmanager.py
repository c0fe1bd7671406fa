"""System > Cisco CallManager: the nodes that phones register to."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import CallManager
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/callmanager",
    api="callmanagers",
    title=_("Cisco CallManagers"),
    model=CallManager,
    find_by=("name", "description", "host_name"),
    columns=("name", "description", "host_name", "sip_phone_port"),
    sections=(
        Section(_("Cisco CallManager Information"), ("name", "description", "host_name")),
        Section(
            _("Cisco CallManager TCP Port Settings for this Server"),
            ("sip_phone_port",),
            note=_("A changed port is in use after the call server was started again."),
        ),
    ),
)
URLS = routes(PAGE)
