"""A secret that the next page shows, and none after it: sealed in the session until then."""

from django.http import HttpRequest

from ccmadmin.pages import held


def keep(request: HttpRequest, name: str, secret: str) -> None:
    request.session[_key(name)] = held.seal(secret, _key(name))


def take(request: HttpRequest, name: str) -> str:
    """Return the secret and forget it; "" when there is none, or it is an hour old."""
    return held.unseal(request.session.pop(_key(name), ""), _key(name)) or ""


def _key(name: str) -> str:
    return f"once {name}"
