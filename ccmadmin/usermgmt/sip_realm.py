"""User Management > SIP Realm: what we answer with when another server challenges us."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import SipRealm
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="usermgmt/sip_realm",
    api="sip-realms",
    title=_("SIP Realms"),
    empty=_("None is needed for phones; see the realm they are asked for in Service Parameters."),
    model=SipRealm,
    find_by=("realm", "user"),
    columns=("realm", "user"),
    sections=(
        Section(
            _("SIP Realm Information"),
            ("realm", "user", "digest_credentials"),
            note=_(
                "For the far end of a SIP trunk that challenges us. There are no SIP trunks yet, "
                "so nothing uses it so far. Phones are never asked for it: theirs is the service "
                "parameter SIP Station Realm."
            ),
        ),
    ),
    related=("system/service_parameter",),
    note=_("For SIP trunks that challenge us; not for phones."),
)
URLS = routes(PAGE)
