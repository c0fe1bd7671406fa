"""Saved searches and chosen columns: each user's own."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.services import preferences
from ccmadmin.services.preferences import MOST_SEARCHES

pytestmark = pytest.mark.django_db(databases=["runtime"])
ANNA = {"userid": "anna", "page": "device/phone"}


def names(userid: str = "anna", page: str = "device/phone") -> list[str]:
    return [search.name for search in preferences.searches_of(userid, page)]


def test_a_search_is_kept_for_its_user_and_its_page() -> None:
    preferences.save_search(**ANNA, name=" Hall  phones ", query="?field=name")
    assert names() == ["Hall phones"]
    assert names(userid="bob") == names(page="usermgmt/end_user") == []


def test_a_search_of_the_same_name_is_replaced() -> None:
    preferences.save_search(**ANNA, name="Hall", query="?a=1")
    preferences.save_search(**ANNA, name="Hall", query="?a=2")
    assert [search.query for search in preferences.searches_of("anna", "device/phone")] == ["?a=2"]


@pytest.mark.parametrize(("name", "word"), [("  ", "type the name"), ("x" * 51, "Shorten it")])
def test_a_name_that_cannot_be_is_refused_with_the_cure(name: str, word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        preferences.save_search(**ANNA, name=name, query="?")
    assert names() == []


def test_searches_have_an_end_but_a_kept_one_can_be_replaced() -> None:
    for index in range(MOST_SEARCHES):
        preferences.save_search(**ANNA, name=str(index), query="?")
    with pytest.raises(ValidationError, match="Delete one"):
        preferences.save_search(**ANNA, name="more", query="?")
    preferences.save_search(**ANNA, name="0", query="?new=1")


def test_a_deleted_search_is_gone_and_an_unknown_one_is_no_error() -> None:
    preferences.save_search(**ANNA, name="Hall", query="?")
    assert preferences.delete_search(**ANNA, name="Hall")
    assert not preferences.delete_search(**ANNA, name="Hall")
    assert names() == []


def test_columns_are_remembered_until_the_standard_ones_come_back() -> None:
    assert preferences.columns_of("anna", "device/phone") == []
    preferences.choose_columns(**ANNA, names=["name", "description"])
    preferences.choose_columns(**ANNA, names=["name"])
    assert preferences.columns_of("anna", "device/phone") == ["name"]
    preferences.choose_columns(**ANNA, names=[])
    assert preferences.columns_of("anna", "device/phone") == []
