"""The menu bar: every page in the order in which CallManager's administrators look for it."""

from types import ModuleType

from django.urls import URLPattern
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ccmadmin.callrouting import (
    calling_search_space,
    directory_number,
    route_partition,
    route_plan_report,
)
from ccmadmin.device import (
    checklist,
    common_phone_profile,
    phone,
    phone_button_template,
    phone_model,
    sip_profile,
)
from ccmadmin.help import about, this_page
from ccmadmin.pages import registry
from ccmadmin.pages.menubar import Group, Menu
from ccmadmin.serviceability import (
    call_record,
    call_server,
    change_log,
    registration_attempt,
)
from ccmadmin.system import (
    callmanager,
    callmanager_group,
    date_time_group,
    device_pool,
    enterprise_parameter,
    license_grant,
    license_unit_calculator,
    license_unit_report,
    location,
    phone_security_profile,
    region,
    region_matrix,
    service_parameter,
)
from ccmadmin.usermgmt import (
    api_token,
    application_user,
    end_user,
    role,
    sip_realm,
    user_group,
)

Entries = tuple[str | Promise, tuple[ModuleType, ...]]

BAR: tuple[tuple[str, Promise, tuple[Entries, ...]], ...] = (
    (
        "system",
        _("System"),
        (
            (
                "",
                (
                    callmanager,
                    callmanager_group,
                    date_time_group,
                    region,
                    region_matrix,
                    device_pool,
                    location,
                    enterprise_parameter,
                    service_parameter,
                ),
            ),
            (_("Security Profile"), (phone_security_profile,)),
            (_("Licensing"), (license_unit_report, license_unit_calculator, license_grant)),
        ),
    ),
    (
        "callrouting",
        _("Call Routing"),
        (
            (_("Class of Control"), (route_partition, calling_search_space)),
            ("", (directory_number, route_plan_report)),
        ),
    ),
    (
        "device",
        _("Device"),
        (
            ("", (phone,)),
            (
                _("Device Settings"),
                (phone_button_template, sip_profile, common_phone_profile, phone_model),
            ),
        ),
    ),
    (
        "usermgmt",
        _("User Management"),
        (("", (application_user, end_user, role, user_group, sip_realm, api_token)),),
    ),
    (
        "serviceability",
        _("Serviceability"),
        (("", (registration_attempt, call_record, call_server, change_log)),),
    ),
    ("help", _("Help"), (("", (this_page, checklist, about)),)),
)


def url_patterns() -> list[URLPattern]:
    """Return the URLs of every page; each module has them beside its description."""
    return [
        pattern
        for _key, _title, groups in BAR
        for _group, modules in groups
        for module in modules
        for pattern in module.URLS
    ]


registry.register(
    Menu(
        key,
        title,
        tuple(Group(name, tuple(module.PAGE for module in modules)) for name, modules in groups),
    )
    for key, title, groups in BAR
)
