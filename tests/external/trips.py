"""What an administrator types on each page on the way from Add New to an undone deletion.

Every page with Add New has an entry in `TRIPS`, every other page one in `WITHOUT`; a test fails
for a page that has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.external.screen import OFF, ON
from tests.phones.site import BASIC, DIGEST_PROFILE

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Wrong:
    """What is typed into a field first, and words of the error that comes beside it."""

    label: str
    text: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Trip:
    """One record's way through its page; labels are those of the page.

    `fields` and `copy` are typed into a new record and into a copy, and begin with its name, which
    the lists show with `prefix` before it. `phone_type` is what Add New asks for first; `row` is
    the list in the record that gets a row. `shown` is what History writes for the edited value
    before and after, where that is not what was typed.
    """

    fields: Mapping[str, str]
    wrong: Wrong
    edit: tuple[str, str]
    copy: Mapping[str, str]
    phone_type: str = ""
    row: str = ""
    prefix: str = ""
    shown: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        return self.prefix + next(iter(self.fields.values()))

    @property
    def copy_key(self) -> str:
        return self.prefix + next(iter(self.copy.values()))

    @property
    def before_and_after(self) -> tuple[str, str]:
        label, after = self.edit
        return self.shown or (self.fields[label], after)

    @property
    def edited_key(self) -> str:
        """The record's name after the edit, which may have been of the name."""
        label, after = self.edit
        return self.prefix + after if label == next(iter(self.fields)) else self.key

    @property
    def edited_fields(self) -> dict[str, str]:
        label, after = self.edit
        return {**self.fields, label: after}


def named(name: str, label: str = "Name", **more: str) -> dict[str, str]:
    """Return a name under its label, and the first of two descriptions."""
    return {label: name, "Description": "First floor", **more}


SLASH = "must not contain “/”. Use letters"
DESCRIBED = ("Description", "Second floor")

TRIPS: dict[str, Trip] = {
    "system/callmanager": Trip(
        fields={
            **named("CM_Trip", "Cisco CallManager Name"),
            "Host Name/IP Address": "cm2.example.net",
            "SIP Phone Port": "5070",
        },
        wrong=Wrong("SIP Phone Port", "80", "greater than or equal to 1024"),
        edit=DESCRIBED,
        copy={"Cisco CallManager Name": "CM_Trip_2"},
    ),
    "system/callmanager_group": Trip(
        fields={"Name": "CMG_Trip", "Cisco CallManager 1": "node-1"},
        row="members",
        wrong=Wrong("Name", "CMG/Trip", SLASH),
        edit=("Name", "CMG_Renamed"),
        copy={"Name": "CMG_Trip_2"},
    ),
    "system/date_time_group": Trip(
        fields={"Group Name": "DTG_Trip", "Time Zone": "Europe/Berlin", "Time Format": "12-hour"},
        wrong=Wrong("Group Name", "", "required"),
        edit=("Time Format", "24-hour"),
        copy={"Group Name": "DTG_Trip_2"},
    ),
    "system/region": Trip(
        fields={
            "Region Name": "RG_Trip",
            "Other Region": "Default",
            "Audio Codec": "G.711",
            "Video Call Bandwidth (kbps)": "384",
        },
        row="relationships",
        wrong=Wrong("Video Call Bandwidth (kbps)", "-1", "greater than or equal to 0"),
        edit=("Audio Codec", "G.729"),
        copy={"Region Name": "RG_Trip_2"},
    ),
    "system/device_pool": Trip(
        fields={
            "Device Pool Name": "DP_Trip",
            "Cisco CallManager Group": "Default",
            "Date/Time Group": "CMLocal",
            "Region": "Default",
        },
        wrong=Wrong("Region", "-- Not Selected --", "required"),
        edit=("Region", "RG_Other"),
        copy={"Device Pool Name": "DP_Trip_2"},
    ),
    "system/location": Trip(
        fields={"Location": "LOC_Trip", "Audio Bandwidth (kbps)": "640"},
        wrong=Wrong("Audio Bandwidth (kbps)", "0", "greater than or equal to 1"),
        edit=("Audio Bandwidth (kbps)", "1280"),
        copy={"Location": "LOC_Trip_2"},
    ),
    "system/phone_security_profile": Trip(
        phone_type=BASIC,
        fields={**named("SEC_Trip"), "Nonce Validity Time": "300"},
        wrong=Wrong("Nonce Validity Time", "0", "greater than or equal to 1"),
        edit=("Nonce Validity Time", "900"),
        copy={"Name": "SEC_Trip_2"},
    ),
    "system/license_grant": Trip(
        fields={"Name": "LIC_Trip", "Units": "10", "Note": "Bought"},
        wrong=Wrong("Units", "0", "greater than or equal to 1"),
        edit=("Units", "20"),
        copy={"Name": "LIC_Trip_2"},
    ),
    "callrouting/route_partition": Trip(
        fields=named("PT_Trip"),
        wrong=Wrong("Name", "PT/Trip", SLASH),
        edit=DESCRIBED,
        copy={"Name": "PT_Trip_2"},
    ),
    "callrouting/calling_search_space": Trip(
        fields={**named("CSS_Trip"), "Partition 1": "PT_Other"},
        row="members",
        wrong=Wrong("Description", 'The "first" floor', 'must not contain “"”'),
        edit=("Partition 1", "PT_Third"),
        copy={"Name": "CSS_Trip_2"},
    ),
    "callrouting/directory_number": Trip(
        fields={"Directory Number": "2001", "Description": "First floor"},
        wrong=Wrong("Directory Number", "20A1", "“A” cannot stand there"),
        edit=DESCRIBED,
        copy={"Directory Number": "2002"},
    ),
    "device/phone": Trip(
        phone_type=BASIC,
        prefix="SEP",
        fields={
            "MAC Address": "00000000F001",
            "Description": "First floor",
            "Device Pool": "Default",
            "Device Security Profile": DIGEST_PROFILE[BASIC],
        },
        wrong=Wrong("MAC Address", "2001", "not 12 hexadecimal digits"),
        edit=DESCRIBED,
        copy={"MAC Address": "00000000F002", "Description": "Lent"},
    ),
    "device/phone_button_template": Trip(
        fields={
            "Button Template Name": "PBT_Trip",
            "Phone Type": "Third-party SIP Device (Advanced)",
            "Lines": "4",
        },
        wrong=Wrong("Lines", "9", "9 are too many"),
        edit=("Lines", "6"),
        copy={"Button Template Name": "PBT_Trip_2"},
    ),
    "device/sip_profile": Trip(
        fields={**named("SIP_Trip"), "Start Media Port": "16400"},
        wrong=Wrong("Start Media Port", "16401", "is odd"),
        edit=("Start Media Port", "16500"),
        copy={"Name": "SIP_Trip_2"},
    ),
    "device/common_phone_profile": Trip(
        fields=named("CPP_Trip"),
        wrong=Wrong("Description", "50 % off", "must not contain “%”"),
        edit=DESCRIBED,
        copy={"Name": "CPP_Trip_2"},
    ),
    "usermgmt/application_user": Trip(
        fields={
            "User ID": "trip",
            "Password": PASSWORD,
            "Confirm Password": PASSWORD,
            "Active": ON,
        },
        wrong=Wrong("User ID", 'tr"ip', "must not contain"),
        edit=("Active", OFF),
        shown=("Yes", "No"),
        copy={"User ID": "trip2", "Password": PASSWORD, "Confirm Password": PASSWORD},
    ),
    "usermgmt/end_user": Trip(
        fields={
            "User ID": "etrip",
            "Last Name": "Trip",
            "Department": "Sales",
            "Digest Credentials": PASSWORD,
            "Confirm Digest Credentials": PASSWORD,
        },
        wrong=Wrong("Last Name", "", "required"),
        edit=("Department", "Service"),
        copy={"User ID": "etrip2"},
    ),
    "usermgmt/role": Trip(
        fields={**named("ROLE_Trip"), "Phones: read": ON},
        wrong=Wrong("Name", "ROLE/Trip", SLASH),
        edit=DESCRIBED,
        copy={"Name": "ROLE_Trip_2"},
    ),
    "usermgmt/user_group": Trip(
        fields={"Name": "UG_Trip", "Role 1": "Standard CCM Read Only"},
        row="roles",
        wrong=Wrong("Name", "UG/Trip", SLASH),
        edit=("Role 1", "Standard CCM Server Monitoring"),
        copy={"Name": "UG_Trip_2"},
    ),
    "usermgmt/sip_realm": Trip(
        fields={
            "Realm": "trip.example.net",
            "User": "trunk",
            "Digest Credentials": PASSWORD,
            "Confirm Digest Credentials": PASSWORD,
        },
        wrong=Wrong("User", 'tr"unk', "must not contain a quote"),
        edit=("User", "trunk2"),
        copy={
            "Realm": "trip2.example.net",
            "Digest Credentials": PASSWORD,
            "Confirm Digest Credentials": PASSWORD,
        },
    ),
}

WITHOUT: dict[str, str] = {
    "system/region_matrix": "shows what the regions' own pages hold",
    "system/enterprise_parameter": "the product names the parameters; only values are edited",
    "system/service_parameter": "the product names the parameters; only values are edited",
    "system/license_unit_report": "counts what there is",
    "system/license_unit_calculator": "calculates, and stores nothing",
    "callrouting/route_plan_report": "lists what other pages hold",
    "device/phone_model": "Table C-1 is the product's",
    "usermgmt/api_token": "a token is made and revoked; one that could be edited would be another",
    "serviceability/registration_attempt": "a log",
    "serviceability/call_record": "a log",
    "serviceability/call_server": "written by the call servers",
    "serviceability/change_log": "a log",
    "help/this_page": "a text",
    "device/checklist": "adds what the pages above hold; see test_checklist",
    "help/about": "a text",
}
"""Pages that have no Add New, copy and delete by their nature, and why."""
