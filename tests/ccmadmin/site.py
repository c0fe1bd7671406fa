"""Records for tests, made through the services as the product makes them."""

from collections.abc import Sequence
from typing import Any

from ccmadmin.models import (
    ApplicationUser,
    CallingSearchSpace,
    CommonPhoneProfile,
    DevicePool,
    DirectoryNumber,
    EndUser,
    Location,
    Phone,
    PhoneButtonTemplate,
    PhoneModel,
    PhoneSecurityProfile,
    RoutePartition,
    SipProfile,
)
from ccmadmin.services import records
from ccmadmin.services.changes import Actor

ACTOR = Actor(user="tester", source="command")
BASIC = "Third-party SIP Device (Basic)"
ADVANCED = "Third-party SIP Device (Advanced)"
AUTO_REGISTRATION = "Standard SIP Profile for Auto Registration"
PASSWORD = "correct horse battery"


def administrator(
    userid: str = "admin", groups: Sequence[str] = ("Standard CCM Super Users",)
) -> ApplicationUser:
    """Add an application user who signs in with `PASSWORD`."""
    user = ApplicationUser(userid=userid)
    user.set_secret("password", PASSWORD)
    records.save(user, actor=ACTOR, lists={"groups": groups})
    return user


def add_user(userid: str = "swhite", **values: Any) -> EndUser:
    user = EndUser(**{"userid": userid, "last_name": userid.title(), **values})
    records.save(user, actor=ACTOR)
    return user


def add_partition(name: str = "PT_Internal") -> RoutePartition:
    partition = RoutePartition(name=name)
    records.save(partition, actor=ACTOR)
    return partition


def add_search_space(name: str, partitions: Sequence[RoutePartition | str]) -> CallingSearchSpace:
    search_space = CallingSearchSpace(name=name)
    records.save(search_space, actor=ACTOR, lists={"members": partitions})
    return search_space


def add_number(
    number: str = "1002", partition: RoutePartition | None = None, **values: Any
) -> DirectoryNumber:
    directory_number = DirectoryNumber(number=number, route_partition=partition, **values)
    records.save(directory_number, actor=ACTOR)
    return directory_number


def add_security_profile(
    name: str = "Digest", model: str | None = None, **values: Any
) -> PhoneSecurityProfile:
    """Add a profile that verifies the password; without a model any phone may use it."""
    profile = PhoneSecurityProfile(
        name=name,
        phone_model=PhoneModel.by_key(model) if model else None,
        **{"enable_digest_authentication": True, **values},
    )
    records.save(profile, actor=ACTOR)
    return profile


def phone(name: str = "SEP000000001002", *, model: str = BASIC, **values: Any) -> Phone:
    """Return a phone that is complete but not saved."""
    defaults = {
        "name": name,
        "phone_model": PhoneModel.by_key(model),
        "device_pool": DevicePool.by_key("Default"),
        "phone_button_template": PhoneButtonTemplate.objects.get(
            phone_model__name=model, is_standard=True
        ),
        "common_phone_profile": CommonPhoneProfile.by_key("Standard Common Phone Profile"),
        "location": Location.by_key("Hub_None"),
        "phone_security_profile": PhoneSecurityProfile.by_key(AUTO_REGISTRATION),
        "sip_profile": SipProfile.by_key("Standard SIP Profile"),
    }
    return Phone(**{**defaults, **values})


def add_phone(
    name: str = "SEP000000001002",
    numbers: Sequence[DirectoryNumber | str] = (),
    *,
    model: str = BASIC,
    **values: Any,
) -> Phone:
    """Add a phone with its lines from 1 on; a number may be a record or a key."""
    made = phone(name, model=model, **values)
    lines = [
        {"index": index, "directory_number": number} for index, number in enumerate(numbers, 1)
    ]
    records.save(made, actor=ACTOR, lists={"lines": lines})
    return made
