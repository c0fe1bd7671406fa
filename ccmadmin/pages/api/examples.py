"""One record of each collection as a script would add it; shown in the schema, and tried by tests.

They fit a fresh installation, and each other in this order.
"""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "callmanagers": {
        "name": "node-2",
        "description": "Second node",
        "host_name": "192.0.2.12",
        "sip_phone_port": 5060,
    },
    "callmanager-groups": {"name": "Both nodes", "members": ["node-2"]},
    "date-time-groups": {
        "name": "Oslo",
        "time_zone": "Europe/Oslo",
        "separator": ".",
        "date_format": "D/M/Y",
        "time_format": "24-hour",
    },
    "regions": {
        "name": "Oslo",
        "relationships": [{"other_region": "Default", "audio_codec": "G.729"}],
    },
    "locations": {"name": "Oslo", "audio_bandwidth": 640, "video_bandwidth": None},
    "device-pools": {
        "name": "Oslo",
        "callmanager_group": "Default",
        "date_time_group": "Oslo",
        "region": "Oslo",
    },
    "phone-security-profiles": {
        "name": "Digest over UDP or TCP",
        "description": "Passwords are verified",
        "phone_model": None,
        "transport_type": "TCP+UDP",
        "enable_digest_authentication": True,
    },
    "license-grants": {"name": "Order 4711", "units": 60, "note": "Thirty more phones"},
    "route-partitions": {"name": "PT_Internal", "description": "Phones of the house"},
    "calling-search-spaces": {
        "name": "CSS_Internal",
        "description": "May dial the phones of the house",
        "members": ["PT_Internal"],
    },
    "directory-numbers": {
        "number": "1001",
        "route_partition": "PT_Internal",
        "alerting_name": "Reception",
        "calling_search_space": "CSS_Internal",
    },
    "common-phone-profiles": {"name": "Quiet", "description": "For the library"},
    "phone-button-templates": {
        "name": "Advanced with two lines",
        "phone_model": "Third-party SIP Device (Advanced)",
        "lines": 2,
    },
    "sip-profiles": {"name": "Patient", "description": "For slow phones"},
    "end-users": {
        "userid": "anna",
        "first_name": "Anna",
        "last_name": "Berg",
        "mail_id": "anna@example.com",
        "digest_credentials": "Correct-Horse-7",
    },
    "phones": {
        "name": "SEP000000001002",
        "phone_model": "Third-party SIP Device (Advanced)",
        "description": "Anna's desk phone",
        "device_pool": "Default",
        "phone_button_template": "Third-party SIP Device (Advanced)",
        "common_phone_profile": "Standard Common Phone Profile",
        "calling_search_space": "CSS_Internal",
        "location": "Hub_None",
        "phone_security_profile": "Digest over UDP or TCP",
        "sip_profile": "Standard SIP Profile",
        "digest_user": "anna",
        "lines": [
            {"index": 1, "directory_number": "1001@PT_Internal", "display": "Reception"},
            {
                "index": 2,
                "directory_number": {"number": "1002", "route_partition": "PT_Internal"},
                "display": "Anna Berg",
            },
        ],
    },
    "sip-realms": {
        "realm": "carrier.example",
        "user": "office-oslo",
        "digest_credentials": "Correct-Horse-8",
    },
    "roles": {
        "name": "Phone desk",
        "description": "Phones and users",
        "permissions": [{"page": "device/*", "may_read": True, "may_update": True}],
    },
    "user-groups": {"name": "Phone desk", "roles": ["Phone desk"]},
    "application-users": {
        "userid": "script",
        "password": "a-Long-Enough-1",
        "groups": ["Phone desk"],
    },
}
