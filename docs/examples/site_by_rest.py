"""Make a site of two third-party phones over REST alone; running it again changes nothing.

CCMADMIN_TOKEN=... python3 docs/examples/site_by_rest.py [http://127.0.0.1:8000]
"""

import json
import os
import sys
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
TOKEN = os.environ["CCMADMIN_TOKEN"]
PROFILE, PARTITION, SEARCH_SPACE = "Digest over UDP or TCP", "PT_Office", "CSS_Office"
BASIC, ADVANCED = "Third-party SIP Device (Basic)", "Third-party SIP Device (Advanced)"
PHONES = (  # device name, type, user ID, digest credentials (choose your own), number, name
    ("SEP000000002001", BASIC, "anna", "Pool-91-teal", "2001", "Anna Berg"),
    ("SEP000000002002", ADVANCED, "ben", "Oak-27-amber", "2002", "Ben Holm"),
)


def put(collection: str, key: str, only_if_new: bool = False, **record: object) -> None:
    """Add the record, or make it what is said here; what is left out gets its default."""
    url = f"{SERVER}/api/v1/{collection}/{quote(key, safe='')}/"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    if only_if_new:
        headers["If-None-Match"] = "*"
    request = Request(url, json.dumps(record).encode(), headers, method="PUT")
    try:
        with urlopen(request, timeout=20) as answer:
            print("added" if answer.status == 201 else "there", collection, key)
    except HTTPError as refusal:
        if refusal.status != 412:  # 412: it is there
            problems = json.load(refusal)["errors"]
            sys.exit("\n".join(f"{found['path']}: {found['message']}" for found in problems))


put("phone-security-profiles", PROFILE, enable_digest_authentication=True)
put("route-partitions", PARTITION, description="Phones of the office")
put("calling-search-spaces", SEARCH_SPACE, members=[PARTITION])
for device, model, userid, password, number, name in PHONES:
    put("end-users", userid, only_if_new=True, last_name=name)
    line = {"number": number, "route_partition": PARTITION}
    phone = {
        "phone_model": model,
        "description": name,
        "phone_security_profile": PROFILE,
        "calling_search_space": SEARCH_SPACE,
        "digest_user": userid,
        "lines": [{"index": 1, "display": name, "directory_number": line}],
    }
    put("phones", device, **phone)
    user = {"first_name": name.split()[0], "last_name": name.split()[1]}
    put("end-users", userid, **user, digest_credentials=password, controlled_devices=[device])
    print(f"{name}: user {number}, authentication ID {userid}, password {password}")
