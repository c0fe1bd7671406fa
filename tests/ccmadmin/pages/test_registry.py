"""The registry of pages: filled by the menu, each key once."""

import pytest

from ccmadmin.models import Phone, RegistrationAttempt
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
