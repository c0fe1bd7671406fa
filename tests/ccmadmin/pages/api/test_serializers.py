"""The JSON form of records: which fields there are, and which may be written."""

import pytest

from ccmadmin.models import EndUser, Phone
from ccmadmin.models.base import Record
from ccmadmin.pages import registry
from ccmadmin.pages.api.serializers import serializer_of
from ccmadmin.services.phones import PRESELECTED

PAGES = [page for page in registry.pages().values() if page.api and page.model is not None]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.api)
def test_whatever_the_page_can_write_a_script_can_write(page: registry.Page) -> None:
    fields = serializer_of(page)().fields
    writable = {name for name, field in fields.items() if not field.read_only}
    if page.is_read_only:
        assert not writable - set(getattr(page.record_model, "LISTS", ()))
        return
    editable = {
        name
        for name in page.fields
        if name in {field.name for field in page.record_model._meta.fields if field.editable}
    }
    assert editable <= writable
    assert {entry.name for entry in page.lists} <= writable


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.api)
def test_secrets_can_be_written_only(page: registry.Page) -> None:
    fields = serializer_of(page)().fields
    for name in getattr(page.record_model, "SECRETS", ()):
        assert name not in fields or fields[name].write_only
        assert fields[f"has_{name}"].read_only


def test_the_number_of_the_row_is_not_shown() -> None:
    for page in PAGES:
        if issubclass(page.record_model, Record):
            assert "id" not in serializer_of(page)().fields


def test_references_with_a_standard_record_need_not_be_named() -> None:
    page = registry.page_of(Phone)
    assert page is not None
    fields = serializer_of(page)().fields
    assert not any(fields[name].required for name in PRESELECTED)
    assert fields["phone_model"].required


def test_every_wrong_place_is_found_at_once() -> None:
    page = registry.page_of(EndUser)
    assert page is not None
    reader = serializer_of(page)(data={"userid": 1, "colour": 2, "controlled_devices": [3]})
    assert not reader.is_valid()
    assert set(reader.errors) == {"userid", "colour", "controlled_devices", "last_name"}
