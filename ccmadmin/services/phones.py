"""What a new phone starts with, on its page and at the REST interface alike; and its servers."""

from typing import Any

from django.db.models import QuerySet

from ccmadmin.models import (
    CallManager,
    CommonPhoneProfile,
    DevicePool,
    Location,
    Phone,
    PhoneModel,
    Record,
    SipProfile,
)

PRESELECTED = (
    "device_pool",
    "phone_button_template",
    "common_phone_profile",
    "location",
    "phone_security_profile",
    "sip_profile",
)


def preselected(phone_model: PhoneModel) -> dict[str, Any]:
    """Return what fits a phone of the type, where there is only one sensible value."""
    choices: dict[str, QuerySet[Any]] = {
        "device_pool": DevicePool.objects.all(),
        "phone_button_template": phone_model.phone_button_templates.all(),
        "common_phone_profile": CommonPhoneProfile.objects.filter(is_standard=True),
        "location": Location.objects.filter(is_standard=True),
        "phone_security_profile": phone_model.phone_security_profiles.filter(is_standard=True),
        "sip_profile": SipProfile.objects.filter(is_standard=True),
    }
    found = {name: _only(records) for name, records in choices.items()}
    fitting = {name: record for name, record in found.items() if record is not None}
    return {**fitting, "retry_video_call_as_audio": phone_model.supports_video}


def new_phone(phone_model: PhoneModel) -> Phone:
    """Return an unsaved phone of the type."""
    return Phone(phone_model=phone_model, **preselected(phone_model))


def registrars(phone: Phone) -> list[str]:
    """Return host and port of the nodes that the phone may register with, the first one first."""
    nodes = CallManager.objects.filter(group_members__group__device_pools=phone.device_pool)
    ordered = nodes.order_by("group_members__position")
    return [f"{node.host_name}:{node.sip_phone_port}" for node in ordered]


def _only(found: QuerySet[Any]) -> Record | None:
    """Return the one record found; None when there is a choice to make."""
    first_two = list(found[:2])
    return first_two[0] if len(first_two) == 1 else None
