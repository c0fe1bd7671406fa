"""The menu bar: CallManager's menus, and one key for module, URL and permission."""

import importlib

import pytest

from ccmadmin import menu
from ccmadmin.pages import registry


def test_the_menus_stand_in_the_administrators_order() -> None:
    assert [str(entry.title) for entry in registry.menus()] == [
        "System",
        "Call Routing",
        "Device",
        "User Management",
        "Serviceability",
        "Help",
    ]


@pytest.mark.parametrize("key", registry.pages())
def test_the_key_of_a_page_is_its_module(key: str) -> None:
    module = importlib.import_module("ccmadmin." + key.replace("/", "."))
    assert module.PAGE is registry.pages()[key]


def test_every_page_has_its_list_among_the_urls() -> None:
    names = {str(pattern.name) for pattern in menu.url_patterns()}
    assert names >= set(registry.pages())


def test_no_two_collections_of_the_api_share_a_name() -> None:
    names = [page.api for page in registry.pages().values() if page.api]
    assert len(names) == len(set(names))
