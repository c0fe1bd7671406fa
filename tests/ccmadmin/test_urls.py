"""The addresses outside the menus."""

import pytest
from django.urls import resolve, reverse


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/"),
        ("sign-in", "/sign-in/"),
        ("sign-out", "/sign-out/"),
        ("password", "/password/"),
        ("live", "/-/live/"),
    ],
)
def test_each_has_its_name(name: str, path: str) -> None:
    assert reverse(name) == path
    assert resolve(path).url_name == name
