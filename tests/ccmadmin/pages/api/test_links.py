"""Addresses of the API."""

from ccmadmin.models import DirectoryNumber, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.api.links import collection_url, record_url


def test_a_record_stands_in_its_collection_under_its_key() -> None:
    phones, numbers = registry.page_of(Phone), registry.page_of(DirectoryNumber)
    assert phones is not None
    assert numbers is not None
    assert collection_url(phones) == "/api/v1/phones/"
    assert record_url(phones, "SEP000000000001") == "/api/v1/phones/SEP000000000001/"
    assert record_url(numbers, "1*2#@PT A") == "/api/v1/directory-numbers/1*2%23@PT%20A/"
