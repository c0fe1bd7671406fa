"""What is not a page: the root, the schema, its viewer, and wrong addresses."""

import json

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from ccmadmin.pages import registry
from tests.ccmadmin.pages.api.caller import Caller, codes


def test_the_root_lists_the_collections_of_the_user(script: Caller) -> None:
    found = script.get("").json()
    assert set(found) == {page.api for page in registry.pages().values() if page.api}
    assert found["phones"] == {
        "title": "Phones",
        "url": "http://testserver/api/v1/phones/",
        "may_update": True,
    }
    assert found["call-records"]["may_update"] is False


def test_the_root_needs_a_user(installed: None) -> None:
    assert Caller().get("").status_code == 401


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "*/*", "application/vnd.oai.openapi"),
        ("", "application/json", "application/json"),
        ("?format=json", "*/*", "application/json"),
        ("", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
    ],
)
def test_the_schema_comes_as_yaml_and_as_json(
    client: Client, query: str, accept: str, kind: str
) -> None:
    response = client.get(f"/api/v1/schema/{query}", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == kind
    if "json" in kind:
        assert json.loads(response.content)["openapi"] == "3.1.0"
    else:
        assert response.content.startswith(b"openapi: 3.1.0")


def test_the_viewer_comes_from_our_own_server_under_the_policy_of_the_pages(
    client: Client,
) -> None:
    response = client.get("/api/v1/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "script-src 'self'; style-src 'self'" in response.headers["Content-Security-Policy"]
    assert "<style" not in page
    assert "://" not in page
    for part in page.split('"'):
        if part.startswith("/static/"):
            assert finders.find(part.removeprefix("/static/")), part


def test_a_missing_slash_is_put_there_and_the_method_stays(script: Caller) -> None:
    response = script.call("PUT", "route-partitions/PT_Internal", {})
    assert response.status_code == 308
    assert response.headers["Location"] == "/api/v1/route-partitions/PT_Internal/"
    assert codes(response) == {"": "slash-missing"}
    assert script.get("phones?limit=1").headers["Location"] == "/api/v1/phones/?limit=1"


@pytest.mark.parametrize("path", ["phone/", "phone", "x/y/z/", "PATCH"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PROPFIND"])
def test_a_wrong_address_is_refused_for_every_method(
    client: Client, path: str, method: str
) -> None:
    response = client.generic(method, f"/api/v1/{path}")
    assert response.status_code == 404
    assert codes(response) == {"": "not-found"}
