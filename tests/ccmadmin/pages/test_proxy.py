import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ccmadmin.pages.proxy import BehindProxy


def address_seen(**headers: str) -> str:
    def respond(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META["REMOTE_ADDR"])

    request = RequestFactory().get("/", headers=headers)
    return BehindProxy(respond)(request).content.decode()


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", "192.0.2.1"),  # the first is what the client made up
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.1, unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_the_proxy_saw(forwarded: str, seen: str) -> None:
    assert address_seen(x_forwarded_for=forwarded) == seen


def test_without_the_header_it_is_the_connection_s() -> None:
    assert address_seen() == "127.0.0.1"
