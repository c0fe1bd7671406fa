"""What a user keeps of a list is no configuration."""

from ccmadmin.models import ChosenColumns, SavedSearch
from ccmadmin.models.router import is_runtime


def test_preferences_live_where_no_import_delays_them() -> None:
    assert is_runtime(SavedSearch)
    assert is_runtime(ChosenColumns)


def test_they_say_what_they_are() -> None:
    assert str(SavedSearch(name="Hall phones")) == "Hall phones"
    assert str(ChosenColumns(user="anna", page="device/phone")) == "anna device/phone"
