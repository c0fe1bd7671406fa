"""The language of a page: chosen at its foot, else the browser's; REST as scripts ask for it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from ccmadmin.pages.api import root
from tests.ccmadmin.site import add_partition
from tests.ccmadmin.visitor import sign_in, text_of, typed

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Leave the language of this thread as it was: the last request's would stay."""
    with translation.override("en"):
        yield


GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-CH, en;q=0.7"}


def test_a_page_speaks_the_language_of_the_browser() -> None:
    page = sign_in().get("/device/phone/", **GERMAN)
    assert '<html lang="de">' in page.content.decode()
    assert "Telefone suchen und auflisten" in text_of(page)


def test_a_page_speaks_english_when_the_browser_asks_for_nothing_it_knows() -> None:
    page = sign_in().get("/device/phone/", HTTP_ACCEPT_LANGUAGE="fi")
    assert "Find and List Phones" in text_of(page)


def test_who_is_not_signed_in_can_choose_a_language_too() -> None:
    client = Client()
    assert "Deutsch" in text_of(client.get("/sign-in/"))
    chosen = client.post("/-/language/", {"language": "de", "next": "/sign-in/"}, follow=True)
    assert "Anmelden" in text_of(chosen)


def test_the_choice_is_remembered_and_goes_before_the_browsers() -> None:
    client = sign_in()
    answer = client.post("/-/language/", {"language": "en", "next": "/"})
    assert answer.cookies["django_language"]["max-age"] > 30 * 24 * 3600
    assert "Find and List Phones" in text_of(client.get("/device/phone/", **GERMAN))


def test_choosing_leads_back_to_this_site_only() -> None:
    answer = sign_in().post(
        "/-/language/", {"language": "de", "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/"


def test_the_answer_to_a_form_offers_no_language_since_what_was_typed_would_be_lost() -> None:
    client = sign_in()
    form = client.get("/callrouting/route_partition/-/add/")
    assert 'action="/-/language/"' in form.content.decode()
    refused = client.post("/callrouting/route_partition/-/add/", typed(form, name="a/b"))
    assert refused.status_code == 422
    assert 'action="/-/language/"' not in refused.content.decode()


def test_a_refusal_names_field_value_and_cure_in_german() -> None:
    client = sign_in()
    add_partition("PT_A")
    form = client.get("/callrouting/route_partition/-/add/", **GERMAN)
    refused = client.post(
        "/callrouting/route_partition/-/add/", typed(form, name="PT_A"), **GERMAN
    )
    assert "Name „PT_A“ gehört bereits zu einem anderen Datensatz" in text_of(refused)


def put(body: Any, **headers: str) -> str:
    client = sign_in()
    path = "/api/v1/route-partitions/bad%2Fname/"
    answer = client.put(path, json.dumps(body), content_type="application/json", **headers)
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert (error["path"], error["code"]) == ("name", "characters")
    return str(error["message"])


def test_rest_refuses_in_english_unless_it_is_asked_for_another_language() -> None:
    body = {"name": "bad/name"}
    assert "must not contain “/”" in put(body)


def test_rest_obeys_accept_language() -> None:
    assert "darf „/“ nicht enthalten" in put({"name": "bad/name"}, **GERMAN)


def test_the_schema_is_english_whoever_asks_first() -> None:
    root.schema.cache_clear()
    schema = Client().get("/api/v1/schema/?format=json", **GERMAN).content.decode()
    assert "Partitions" in schema
    assert "Partitionen" not in schema
