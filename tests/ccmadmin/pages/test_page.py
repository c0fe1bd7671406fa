"""What the engine reads from a description."""

import pytest

from ccmadmin.device.phone import PAGE as PHONES
from ccmadmin.models import RegistrationAttempt, RoutePartition
from ccmadmin.pages import registry
from ccmadmin.pages.page import Page
from tests.ccmadmin import site


def test_labels_come_from_the_model_unless_the_page_has_its_own() -> None:
    labels = {str(column.name): str(column.label) for column in PHONES.list_columns}
    assert labels["name"] == "Device Name"
    assert labels["device_pool"] == "Device Pool"


def test_a_reference_sorts_by_the_name_of_what_it_names() -> None:
    sorts = {column.name: column.sort for column in PHONES.list_columns}
    assert sorts["device_pool"] == "device_pool__name"
    assert sorts["digest_user"] == "digest_user__userid"
    assert sorts["status"] == ""


def test_a_page_to_read_only_offers_no_change() -> None:
    page = Page(key="x/y", title="Y", model=RoutePartition, is_read_only=True)
    assert {page.can_add, page.can_copy, page.can_delete} == {False}


def test_the_singular_is_the_models_name() -> None:
    assert str(PHONES.singular) == "Phone"


def test_a_page_without_records_says_so() -> None:
    with pytest.raises(TypeError, match="system/license_unit_report has no records"):
        _ = registry.pages()["system/license_unit_report"].record_model


def test_records_are_found_by_key_and_log_entries_by_number(installed: None) -> None:
    partition = site.add_partition("PT_A")
    assert registry.pages()["callrouting/route_partition"].lookup("PT_A").get() == partition
    attempts = Page(key="x/z", title="Z", model=RegistrationAttempt, is_read_only=True)
    assert not attempts.lookup("no number").exists()
    assert not attempts.lookup("9" * 30).exists()


@pytest.mark.parametrize("page", registry.pages().values(), ids=registry.pages())
def test_every_field_of_every_page_has_a_label_and_a_help_text(page: Page) -> None:
    for name in page.fields:
        assert page.label_of(name) != name
        assert page.help_of(name) or name == "password"  # Django's own field; a note explains it
