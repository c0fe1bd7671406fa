"""Every page with a collection has its addresses, and nothing else has."""

import pytest
from django.urls import resolve

from ccmadmin.pages import registry
from ccmadmin.pages.api.urls import patterns_of
from ccmadmin.pages.api.views import RecordView

PAGES = [page for page in registry.pages().values() if page.api]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.api)
def test_a_collection_is_named_as_a_script_writer_would_guess(page: registry.Page) -> None:
    assert page.api == page.api.lower().replace("_", "-")
    assert resolve(f"/api/v1/{page.api}/").url_name == f"api {page.api}"
    names = [pattern.name for pattern in patterns_of(page)]
    assert len(names) == len(set(names))


def test_two_collections_never_have_the_same_name() -> None:
    names = [page.api for page in PAGES]
    assert len(names) == len(set(names))


def test_a_key_with_a_slash_is_one_key() -> None:
    found = resolve("/api/v1/end-users/anna/north/")
    assert found.kwargs == {"key": "anna/north"}
    assert found.func.view_class is RecordView  # type: ignore[attr-defined]  # REST framework's
    assert resolve("/api/v1/end-users/anna/north/-/history/").kwargs == {"key": "anna/north"}
