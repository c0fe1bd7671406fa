"""What a message says of its sender: Supported, Require, Allow."""

import pytest

from sipcore.callcontrol.options import accepts_sdp, allows, requires, supports, unknown
from sipcore.message import Headers, Request


def request(*headers: tuple[str, str]) -> Request:
    return Request("INVITE", "sip:x", Headers(headers))


def test_who_requires_an_extension_has_it() -> None:
    message = request(("Supported", "replaces, Timer"), ("Require", "100REL"))
    assert supports(message, "timer")
    assert supports(message, "100rel")
    assert requires(message, "100rel")
    assert not requires(message, "timer")
    assert not supports(request(), "timer")


def test_method_is_allowed_when_it_is_named() -> None:
    message = request(("Allow", "INVITE"), ("Allow", "BYE, UPDATE"))
    assert allows(message, "UPDATE")
    assert not allows(message, "INFO")
    assert not allows(request(), "UPDATE")


def test_only_what_we_do_not_have_is_unknown() -> None:
    message = request(("Require", "100rel, outbound, Timer, replaces"))
    assert unknown(message) == ["outbound"]


def test_what_proxies_must_understand_we_must_understand() -> None:
    message = request(("Require", "timer"), ("Proxy-Require", "privacy, 100rel"))
    assert unknown(message) == ["privacy"]


@pytest.mark.parametrize(
    ("lines", "is_so"),
    [
        ((), True),
        (("text/plain, Application/SDP;q=0.1",), True),
        (("text/plain", "application / *"), True),
        (("*/*",), True),
        (("text/plain",), False),
        (("",), False),
    ],
)
def test_a_caller_may_take_no_session_description(lines: tuple[str, ...], is_so: bool) -> None:
    assert accepts_sdp(request(*(("Accept", line) for line in lines))) is is_so
