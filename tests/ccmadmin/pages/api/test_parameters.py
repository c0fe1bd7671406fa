"""The parameters in the schema are those that the filters understand."""

from ccmadmin.models import Phone
from ccmadmin.pages import registry
from ccmadmin.pages.api.filters import filters_of
from ccmadmin.pages.api.parameters import filter_parameters


def test_every_filter_is_described_with_its_operations() -> None:
    page = registry.page_of(Phone)
    assert page is not None
    found = {parameter.name: parameter for parameter in filter_parameters(page)}
    assert set(found) == set(filters_of(page))
    assert "`description__contains`" in str(found["description"].description)
    assert found["is_active"].type is bool
    assert found["packet_capture_duration"].type is int
