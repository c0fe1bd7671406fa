"""What every answer carries: the content security policy, a request id, the time zone."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import ChangeLog
from ccmadmin.pages.middleware import ContentSecurityPolicy, RequestId, TimeZone
from tests.ccmadmin.visitor import sign_in, typed


def test_scripts_and_styles_come_from_here_only(installed: None) -> None:
    policy = sign_in().get(reverse("home")).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


def test_a_view_may_send_its_own_policy() -> None:
    answer = HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"})
    sent = ContentSecurityPolicy(lambda request: answer)(RequestFactory().get("/"))
    assert sent.headers["Content-Security-Policy"] == "default-src 'self'"


def test_no_page_has_a_script_or_a_style_inside(installed: None) -> None:
    client = sign_in()
    for name in ("home", "device/phone", "device/phone add", "system/service_parameter"):
        page = client.get(reverse(name)).content.decode()
        assert "<script>" not in page
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page


def test_the_request_id_of_a_proxy_is_kept_when_it_is_well_formed() -> None:
    middleware = RequestId(lambda request: HttpResponse())
    factory = RequestFactory()
    kept = middleware(factory.get("/", headers={"X-Request-Id": "abc-1"}))
    assert kept.headers["X-Request-Id"] == "abc-1"
    made = middleware(factory.get("/", headers={"X-Request-Id": "a b\n" * 40}))
    assert len(made.headers["X-Request-Id"]) == 32


def test_a_change_is_logged_with_its_request_id(installed: None) -> None:
    client = sign_in()
    url = reverse("callrouting/route_partition add")
    client.post(url, typed(client.get(url), name="PT_A"), headers={"X-Request-Id": "abc-1"})
    change = ChangeLog.objects.latest("sequence")
    assert (change.request_id, change.address) == ("abc-1", "127.0.0.1")


@pytest.mark.parametrize(
    ("cookie", "expected"), [("Asia/Tokyo", "Asia/Tokyo"), ("../etc", "UTC"), ("", "UTC")]
)
def test_times_are_shown_in_the_browsers_zone(cookie: str, expected: str) -> None:
    seen: list[str] = []

    def respond(request: object) -> HttpResponse:
        seen.append(str(timezone.get_current_timezone()))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES["time_zone"] = cookie
    TimeZone(respond)(request)
    assert seen == [expected]


def test_an_answer_to_nobody_has_the_policy_too(db: None) -> None:
    assert "Content-Security-Policy" in Client().get("/no/such/page/").headers
