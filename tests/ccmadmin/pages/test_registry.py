"""The registry of pages: filled by the menu, each key once."""

import pytest

from ccmadmin.models import ApiToken, Binding, Phone, RegistrationAttempt
from ccmadmin.pages import registry
from ccmadmin.pages.menubar import Group, Menu
from ccmadmin.pages.page import Page


def test_a_page_is_found_by_its_model() -> None:
    page = registry.page_of(Phone)
    assert page is not None
    assert page.key == "device/phone"
    assert registry.page_of(RegistrationAttempt) is not None


def test_two_pages_cannot_have_one_key() -> None:
    double = Page(key="device/phone", title="Other")
    menu = Menu("device", "Device", (Group("", (double,)),))
    with pytest.raises(ValueError, match="two pages have the key device/phone"):
        registry.register([menu])


def test_the_pages_stand_in_the_order_of_the_menus() -> None:
    listed = [page.key for menu in registry.menus() for page in menu.pages]
    assert listed == list(registry.pages())


def test_a_kind_of_record_without_a_page_of_its_own_is_shown_on_one_of_its_name() -> None:
    assert registry.page_of(ApiToken) is None
    page = registry.page_about(ApiToken)
    assert page is not None
    assert page.key == "usermgmt/api_token"
    assert registry.page_about(Phone) is registry.page_of(Phone)
    assert registry.page_about(Binding) is None
