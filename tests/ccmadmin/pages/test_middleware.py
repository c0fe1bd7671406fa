"""What every answer passes: content security policy, request id, time zone, a page for 405."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import ChangeLog
from ccmadmin.pages.middleware import ContentSecurityPolicy, RequestId, TimeZone
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.visitor import sign_in, text_of, typed


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


def test_what_a_button_sends_is_not_opened_but_leads_to_its_page(installed: None) -> None:
    client = sign_in()
    answer = client.get(reverse("usermgmt/application_user lift", args=["tester"]))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "open the page and press the button there" in text_of(answer)
    assert "Sign out" in text_of(answer)
    page = reverse("usermgmt/application_user configure", args=["tester"])
    assert f'href="{page}"' in answer.content.decode()


def test_what_only_shows_says_that_nothing_was_changed(installed: None) -> None:
    answer = sign_in().post(reverse("device/phone"), {"name": "SEP"})
    assert answer.status_code == 405
    assert "takes nothing that is sent to it. Nothing was changed." in text_of(answer)


def test_who_is_not_signed_in_gets_the_page_without_a_menu(installed: None) -> None:
    answer = Client().get(reverse("sign-out"))
    assert answer.status_code == 405
    assert "Sign out" not in text_of(answer)


def test_a_method_that_rest_does_not_have_is_told_in_json(script: Caller) -> None:
    answer = script.delete("phones/")
    assert answer.status_code == 405
    assert answer.json()["errors"]
