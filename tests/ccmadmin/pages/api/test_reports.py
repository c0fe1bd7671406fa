"""Pages without records that have something to tell."""

from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.site import ADVANCED, BASIC, add_phone


def test_the_license_unit_report_counts_what_phones_use(script: Caller) -> None:
    before = script.get("license-unit-report/").json()
    add_phone("SEP000000000001", model=BASIC)
    add_phone("SEP000000000002", model=ADVANCED)
    after = script.get("license-unit-report/").json()
    assert after["used"] == before["used"] + 9
    assert after["remaining"] == after["authorized"] - after["used"]
    rows = {row["model"]: row for row in after["rows"]}
    assert rows[BASIC] == {"model": BASIC, "units_each": 3, "phones": 1, "units": 3}


def test_a_report_can_only_be_read(script: Caller) -> None:
    assert script.post("license-unit-report/", {}).status_code == 405
