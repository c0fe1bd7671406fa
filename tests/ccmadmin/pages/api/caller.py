"""A script that calls the API, as tests write it: JSON in, JSON out, a token on every request."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from ccmadmin.models import ApplicationUser
from ccmadmin.services import tokens
from tests.ccmadmin.site import ACTOR


class Caller:
    """Sends JSON with `token`; "" sends none. `headers` go along with every request."""

    def __init__(self, token: str = "", **headers: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.headers |= headers

    def call(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> HttpResponse:
        """`headers` are written with underscores: If_Match."""
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data,
            content_type="application/json",
            headers={**self.headers, **named},
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.call("DELETE", path, **headers)


def token_of(user: ApplicationUser, scope: str = "write", name: str = "test") -> str:
    """Make a token of an hour and return its clear text."""
    _token, clear_text = tokens.create(
        user=user,
        name=f"{name} {user.userid} {scope}",
        scope=scope,
        expires_at=timezone.now() + timedelta(hours=1),
        actor=ACTOR,
    )
    return clear_text


def at(collection: str, key: str) -> str:
    return f"{collection}/{quote(key, safe='')}/"


def problems(response: HttpResponse) -> dict[str, str]:
    """Return the messages of a refusal by path."""
    return {found["path"]: found["message"] for found in errors(response)}


def codes(response: HttpResponse) -> dict[str, str]:
    """Return the codes of a refusal by path."""
    return {found["path"]: found["code"] for found in errors(response)}


def errors(response: HttpResponse) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(response.content)["errors"]
    return found
