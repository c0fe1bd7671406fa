"""License Unit Report."""

import pytest

from ccmadmin.models import PhoneModel
from ccmadmin.services.licensing import MOST_PHONES, calculate, report
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


@pytest.mark.parametrize("typed", [str(MOST_PHONES + 1), "9" * 5000, "-1", "many", "\u0665"])
def test_what_is_no_number_of_phones_counts_nothing_and_is_named(typed: str) -> None:
    found = calculate({BASIC: typed})
    assert (found.units, list(found.errors)) == (0, [BASIC])


def test_the_largest_number_of_phones_is_added_up() -> None:
    assert calculate({BASIC: str(MOST_PHONES)}).units == 3 * MOST_PHONES
