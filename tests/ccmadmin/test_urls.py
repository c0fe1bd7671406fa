"""The addresses outside the menus."""

import pytest
from django.test import Client
from django.urls import resolve, reverse

from ccmadmin.models import RoutePartition
from tests.ccmadmin.visitor import sign_in, text_of


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


def test_an_address_that_is_none_is_answered_in_words_not_by_a_class_name(
    installed: None,
) -> None:
    lost = sign_in().get("/nowhere/")
    assert lost.status_code == 404
    assert "There is no such page Perhaps it was renamed or deleted." in text_of(lost)


def test_a_form_with_a_foreign_token_changes_nothing_and_says_what_to_do(installed: None) -> None:
    client = sign_in()
    client.handler.enforce_csrf_checks = True
    refused = client.post(reverse("callrouting/route_partition add"), {"name": "PT_A"})
    assert refused.status_code == 403
    assert "Nothing was changed" in text_of(refused)
    assert not RoutePartition.objects.exists()


def test_an_unknown_host_name_is_refused_with_the_setting_that_admits_it() -> None:
    refused = Client().get("/", headers={"Host": "phones.example"})
    assert refused.status_code == 400
    assert "CCMADMIN_ALLOWED_HOSTS" in text_of(refused)
