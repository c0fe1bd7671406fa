"""License Unit Report."""

import pytest

from ccmadmin.models import PhoneModel
from ccmadmin.services.licensing import report
from tests.ccmadmin.site import ADVANCED, BASIC, add_phone

pytestmark = pytest.mark.usefixtures("installed")


def test_the_report_counts_active_phones_by_type() -> None:
    add_phone("SEP000000000001", model=BASIC)
    add_phone("SEP000000000002", model=ADVANCED)
    add_phone("SEP000000000003", model=ADVANCED)
    add_phone("SEP000000000004", model=ADVANCED, is_active=False)
    found = report()
    assert (found.authorized, found.used, found.remaining) == (50, 15, 35)
    rows = {row.model: (row.units_each, row.phones, row.units) for row in found.rows}
    assert rows[BASIC] == (3, 1, 3)
    assert rows[ADVANCED] == (6, 2, 12)
    assert rows["Cisco 7961"] == (4, 0, 0)
    assert len(rows) == PhoneModel.objects.count()
