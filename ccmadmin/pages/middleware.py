"""What every request passes: content security policy, request id, time zone, a page for 405."""

import re
import uuid
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone

Respond = Callable[[HttpRequest], HttpResponse]
_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ContentSecurityPolicy:
    """Sends `SECURE_CSP`; Django 6 has the same under the same name.

    A view that needs another policy (the viewer of the API) sets the header itself.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            " ".join((directive, *sources)) for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class RequestId:
    """Names each request in the change log and in the answer; a proxy's name for it is kept."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        name = given if _WELL_FORMED_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["ccmadmin.request_id"] = name
        response = self.get_response(request)
        response.headers["X-Request-Id"] = name
        return response


class NotAllowedPage:
    """Puts Django's empty answer 405 into the frame of the product; REST has its own."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            context = {"back": page_before(request.path)}
            response.content = render_to_string("405.html", context, request)
        return response


def page_before(path: str) -> str:
    """Return the page that an address belongs to: what stands before its "-", "" for none."""
    before, mark, _rest = path.rpartition("/-/")
    page = f"{before}/" if mark else ""
    try:
        resolve(page or "/nowhere/")
    except Resolver404:
        return ""
    return page


class TimeZone:
    """Shows times in the administrator's zone, that is the browser's.

    It comes in a cookie that static/js/form.js sets; without one, times are UTC.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone(request.COOKIES.get("time_zone", ""))):
            return self.get_response(request)


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
