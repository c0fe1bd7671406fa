import pytest

from sipcore.engine.screening import ALLOW, screen
from sipcore.message import Request, parse_message
from tests.sipcore.site import handsets

IN_DIALOG = "<sip:1002@192.0.2.1>;tag=ours"


def request(method: str, uri: str = "sip:1002@192.0.2.1", **headers: object) -> Request:
    message = parse_message(handsets()["1001"].request(method, uri, **headers))
    assert isinstance(message, Request)
    return message


def status(method: str, *, is_merged: bool = False, **headers: object) -> int:
    fault = screen(request(method, **headers), is_merged=is_merged)
    return fault.status if fault else 0


@pytest.mark.parametrize("method", ["REGISTER", "OPTIONS", "INVITE"])
def test_what_starts_something_passes(method: str):
    assert status(method) == 0


@pytest.mark.parametrize("method", ["INVITE", "BYE", "INFO", "PRACK", "UPDATE", "OPTIONS"])
def test_requests_in_a_dialog_pass(method: str):
    assert status(method, To=IN_DIALOG) == 0


@pytest.mark.parametrize("method", ["BYE", "INFO", "PRACK", "UPDATE"])
def test_what_belongs_to_a_dialog_and_names_none_is_481(method: str):
    assert status(method) == 481


@pytest.mark.parametrize("method", ["MESSAGE", "PUBLISH"])
def test_methods_that_we_know_and_do_not_serve_are_405_with_allow(method: str):
    fault = screen(request(method), is_merged=False)
    assert fault is not None
    assert fault.status == 405
    assert dict(fault.headers) == {"Allow": ALLOW}


@pytest.mark.parametrize(
    ("method", "event"), [("SUBSCRIBE", ""), ("SUBSCRIBE", "presence"), ("NOTIFY", "refer")]
)
@pytest.mark.parametrize("to", ["<sip:1002@192.0.2.1>", IN_DIALOG])
def test_no_other_event_package_is_served(method: str, event: str, to: str):
    fault = screen(request(method, To=to, Event=event), is_merged=False)
    assert fault is not None
    assert fault.status == 489
    assert dict(fault.headers) == {"Allow-Events": "refer"}


def test_subscription_to_a_transfer_lives_only_in_its_call():
    assert status("SUBSCRIBE", Event="Refer; id=93", To=IN_DIALOG) == 0
    assert status("SUBSCRIBE", Event="refer") == 403


@pytest.mark.parametrize("method", ["REGISTER", "OPTIONS", "BYE", "INFO"])
def test_replaces_is_for_an_invite_alone(method: str):
    assert status(method, To=IN_DIALOG, Replaces="a;to-tag=1;from-tag=2") == 400
    assert status("INVITE", To=IN_DIALOG, Replaces="a;to-tag=1;from-tag=2") == 0


def test_transfer_outside_a_call_is_403():
    assert status("REFER") == 403
    assert status("REFER", To=IN_DIALOG) == 0


@pytest.mark.parametrize("method", ["NEWMETHOD", "register", "RE%47IST%45R"])
def test_methods_that_nobody_knows_are_501(method: str):
    assert status(method) == 501
    assert status(method, To=IN_DIALOG) == 501


def test_sips_is_416():
    fault = screen(request("OPTIONS", "sips:192.0.2.1"), is_merged=False)
    assert fault is not None
    assert fault.status == 416


def test_a_request_that_came_before_by_another_path_is_482_unless_it_is_in_a_dialog():
    assert status("REGISTER", is_merged=True) == 482
    assert status("INVITE", is_merged=True) == 482
    assert status("BYE", is_merged=True, To=IN_DIALOG) == 0


def test_an_unknown_extension_is_420_and_named():
    fault = screen(request("REGISTER", Require="outbound, path, gruu"), is_merged=False)
    assert fault is not None
    assert fault.status == 420
    assert dict(fault.headers) == {"Unsupported": "outbound, gruu"}


def test_the_path_extension_is_understood():
    assert status("REGISTER", Require="Path") == 0


def test_the_extensions_of_a_new_call_are_judged_with_the_call():
    assert status("INVITE", Require="100rel") == 0
    assert status("INVITE", Require="outbound") == 0
    assert status("INVITE", Require="outbound", To=IN_DIALOG) == 420


def test_only_what_is_passed_on_needs_forwards():
    assert status("INVITE", Max_Forwards=0) == 483
    assert status("INVITE", Max_Forwards=1) == 0
    assert status("INVITE", Max_Forwards="") == 0
    assert status("OPTIONS", Max_Forwards=0) == 0
    assert status("REGISTER", Max_Forwards=0) == 0


def test_allow_names_what_is_served():
    assert "REGISTER" in ALLOW
    assert "INVITE" in ALLOW
    assert "MESSAGE" not in ALLOW


def test_what_proxies_must_understand_we_must_understand() -> None:
    fault = screen(request("OPTIONS", Proxy_Require="a, path", Require="b"), is_merged=False)
    assert fault is not None
    assert fault.status == 420
    assert dict(fault.headers) == {"Unsupported": "b, a"}


@pytest.mark.parametrize("method", ["REGISTER", "OPTIONS"])
def test_a_body_that_is_not_understood_is_415_unless_it_is_optional(method: str) -> None:
    text = {"Content_Type": "text/plain", "body": "hello"}
    fault = screen(request(method, **text), is_merged=False)
    assert fault is not None
    assert (fault.status, dict(fault.headers)) == (415, {"Accept": "application/sdp"})
    assert status(method, Content_Disposition="x; handling = optional", **text) == 0
    assert status(method, Content_Type="application/sdp", body="v=0") == 0
    assert status(method, Content_Type="text/plain") == 0


def test_a_coding_that_is_not_understood_is_415() -> None:
    sdp = {"Content_Type": "application/sdp", "body": "v=0"}
    fault = screen(request("OPTIONS", Content_Encoding="gzip", **sdp), is_merged=False)
    assert fault is not None
    assert (fault.status, dict(fault.headers)) == (415, {"Accept-Encoding": "identity"})
    assert status("OPTIONS", Content_Encoding="identity", **sdp) == 0
