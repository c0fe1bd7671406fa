import pytest

from sipcore.actions import RecordAttempt, Resolve, Resolved, Transmit
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import Handset, flow, handsets, headers_of, message, status_of

URI = "sip:192.0.2.1"


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


def ask(ladder: Ladder, handset: Handset, method: str, uri: str = URI, **headers: object) -> bytes:
    (answer,) = ladder.receive(handset.request(method, uri, **headers), handset.flow)
    return answer


# -- what it answers by itself ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "status", "header"),
    [("NEWMETHOD", 501, "allow"), ("MESSAGE", 405, "allow"), ("BYE", 481, "via")],
)
def test_requests_that_nobody_serves(
    ladder: Ladder, white: Handset, method: str, status: int, header: str
):
    answer = ask(ladder, white, method)
    assert status_of(answer) == status
    assert header in headers_of(answer)


def test_an_unknown_scheme_is_416(ladder: Ladder, white: Handset):
    for uri in ("nobodyKnowsThisScheme:totallyopaquecontent", "soap.beep://192.0.2.103:3002"):
        assert status_of(ask(ladder, white, "OPTIONS", uri)) == 416


def test_an_unknown_extension_is_420(ladder: Ladder, white: Handset):
    answer = ask(ladder, white, "OPTIONS", Require="nothingSupportsThis")
    assert status_of(answer) == 420
    assert headers_of(answer)["unsupported"] == ["nothingSupportsThis"]


def test_the_same_request_by_two_paths_is_answered_once_and_482(ladder: Ladder, white: Handset):
    ladder.once(white)
    first = white.register()
    second = first.replace(b"branch=z9hG4bK", b"branch=z9hG4bK-other")
    (answer,) = ladder.receive(first, white.flow)
    assert status_of(answer) == 200
    (answer,) = ladder.receive(second, white.flow)
    assert status_of(answer) == 482
    assert ladder.rules == ["challenged", "accepted"]


def test_an_invite_with_no_forwards_left_is_483(ladder: Ladder, white: Handset):
    answer = ask(ladder, white, "INVITE", "sip:1002@192.0.2.1", Max_Forwards=0)
    assert status_of(answer) == 483


# -- what cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Call-ID": ""}, 400),
        ({"From": ""}, 400),
        ({"To": "nonsense"}, 400),
        ({"CSeq": "4294967296 OPTIONS"}, 400),
        ({"CSeq": "1 INVITE"}, 400),
        ({"Max-Forwards": "many"}, 400),
    ],
)
def test_a_request_with_a_fault_is_answered_400(
    ladder: Ladder, white: Handset, headers: dict[str, object], status: int
):
    answer = ask(ladder, white, "OPTIONS", **headers)
    assert status_of(answer) == status
    assert headers_of(answer)["via"][0].startswith("SIP/2.0/UDP 198.51.100.1")
    assert ladder.counts() == {}


def test_another_version_is_505(ladder: Ladder, white: Handset):
    data = white.request("OPTIONS", URI).replace(b" SIP/2.0\r\n", b" SIP/7.0\r\n", 1)
    (answer,) = ladder.receive(data, white.flow)
    assert status_of(answer) == 505


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02",
        b"GET / HTTP/1.1\r\n\r\n",
        b"jaK",
        message("OPTIONS sip:a SIP/2.0", [("CSeq", "1 OPTIONS")]),
        message("SIP/2.0 200 OK", [("CSeq", "nonsense")]),
        message("ACK sip:a SIP/2.0", [("Via", "SIP/2.0/UDP h;branch=z9hG4bKa")]),
    ],
)
def test_what_nobody_can_be_answered_about_is_dropped_and_counted(ladder: Ladder, data: bytes):
    assert ladder.receive(data, flow("198.51.100.1")) == []
    assert sum(ladder.engine.dropped.values()) == 1
    assert ladder.counts() == {}


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\r\n\r\n", b"\x00\x00\x00\x00"])
def test_a_keep_alive_is_nothing_at_all(ladder: Ladder, data: bytes):
    assert ladder.receive(data, flow("198.51.100.1")) == []
    assert not ladder.engine.dropped


def test_a_response_to_nothing_is_dropped(ladder: Ladder, white: Handset):
    stray = white.request("OPTIONS", URI).replace(
        b"OPTIONS sip:192.0.2.1 SIP/2.0", b"SIP/2.0 200 OK"
    )
    assert ladder.receive(stray, white.flow) == []
    assert sum(ladder.engine.dropped.values()) == 1


def test_a_stray_ack_and_a_stray_cancel_do_no_harm(ladder: Ladder, white: Handset):
    assert ladder.receive(white.request("ACK", URI, To=f"<{URI}>;tag=x"), white.flow) == []
    assert status_of(ask(ladder, white, "CANCEL")) == 481


# -- calls, as far as the engine matters ----------------------------------------------------------


def test_a_call_of_a_stranger_is_refused_and_recorded(ladder: Ladder, white: Handset):
    answer = ask(ladder, white, "INVITE", "sip:1002@192.0.2.1")
    assert status_of(answer) == 403
    assert [call.decision.rule for call in ladder.calls] == ["caller-not-registered"]


def test_a_call_without_a_configuration_is_a_503(ladder: Ladder, white: Handset):
    ladder.register(white)
    ladder.site.is_down = True
    answer = ask(ladder, white, "INVITE", "sip:1002@192.0.2.1")
    assert status_of(answer) == 503
    assert "retry-after" in headers_of(answer)


def test_a_registered_phone_is_called_at_its_contact(ladder: Ladder, white: Handset):
    blue = handsets()["1002"]
    ladder.register(blue)
    green = handsets()["1003"]
    ladder.register(green)
    uri = "sip:1002@192.0.2.1"
    green.challenge = ""
    green.take(ask(ladder, green, "INVITE", uri))
    answer = green.credentials("INVITE", uri)
    green.cseq += 1
    ladder.receive(green.request("INVITE", uri, Authorization=answer), green.flow)
    sent = [each for each in ladder.of(Transmit) if each.data.startswith(b"INVITE ")]
    assert [each.flow.remote for each in sent] == [blue.flow.remote]
    assert sent[0].data.startswith(b"INVITE sip:1002@198.51.100.2:5060 SIP/2.0")


def test_a_contact_with_a_name_is_called_where_the_host_finds_it(ladder: Ladder, white: Handset):
    blue = handsets()["1002"]
    assert ladder.register(blue, Contact="<sip:1002@phone.example.com>") == 200
    ladder.register(white)
    uri = "sip:1002@192.0.2.1"
    white.challenge = ""
    white.take(ask(ladder, white, "INVITE", uri))
    answer = white.credentials("INVITE", uri)
    white.cseq += 1
    ladder.receive(white.request("INVITE", uri, Authorization=answer), white.flow)
    (lookup,) = ladder.of(Resolve)
    assert lookup.uri == "sip:1002@phone.example.com"
    found = flow("203.0.113.7")
    ladder.engine.report(Resolved(lookup.ticket, (found,)), ladder.now)
    ladder.engine.report(Resolved(lookup.ticket, (found,)), ladder.now)
    ladder.settle()
    sent = [each for each in ladder.of(Transmit) if each.data.startswith(b"INVITE ")]
    assert [each.flow for each in sent] == [found]


def call_1002(ladder: Ladder, caller: Handset) -> list[Transmit]:
    """Let `caller` call 1002; return the INVITEs that the engine sent."""
    uri = "sip:1002@192.0.2.1"
    caller.challenge = ""
    caller.take(ask(ladder, caller, "INVITE", uri))
    answer = caller.credentials("INVITE", uri)
    caller.cseq += 1
    ladder.receive(caller.request("INVITE", uri, Authorization=answer), caller.flow)
    return [each for each in ladder.of(Transmit) if each.data.startswith(b"INVITE ")]


def test_the_path_of_a_registration_is_the_route_of_a_call(ladder: Ladder, white: Handset):
    blue = handsets()["1002"]
    path = "<sip:203.0.113.9;lr>, <sip:203.0.113.8;lr>"
    assert ladder.register(blue, Path=path, Supported="path") == 200
    ladder.register(white)
    (invite,) = call_1002(ladder, white)
    assert invite.data.startswith(b"INVITE sip:1002@198.51.100.2:5060 SIP/2.0")
    assert headers_of(invite.data)["route"] == ["<sip:203.0.113.9;lr>", "<sip:203.0.113.8;lr>"]
    assert invite.flow == blue.flow, "the proxy that the REGISTER came from"


def test_contacts_are_called_in_the_order_of_their_preference(ladder: Ladder, white: Handset):
    blue = handsets()["1002"]
    hosts = {"198.51.100.12": "0.3", "198.51.100.13": "1.0", "198.51.100.14": "0.7"}
    contacts = ", ".join(f"<sip:1002@{host}>;q={q}" for host, q in hosts.items())
    assert ladder.register(blue, Contact=contacts) == 200
    ladder.register(white)
    asked = [each.data.split()[1] for each in call_1002(ladder, white)]
    assert asked == [b"sip:1002@198.51.100.%d" % host for host in (13, 14, 12)]


# -- the doors ----------------------------------------------------------------------------------


def test_actions_are_handed_out_once(ladder: Ladder, white: Handset):
    ladder.engine.receive(white.register(), white.flow, ladder.now)
    first = ladder.engine.outbox()
    assert {type(each) for each in first} == {Transmit, RecordAttempt}
    assert ladder.engine.outbox() == []


def test_without_anything_to_do_there_is_no_deadline(ladder: Ladder):
    assert ladder.engine.next_deadline() is None


def test_expire_before_the_deadline_does_nothing(ladder: Ladder, white: Handset):
    ladder.register(white)
    deadline = ladder.engine.next_deadline()
    assert deadline is not None
    ladder.engine.expire(deadline - 0.001)
    assert ladder.engine.outbox() == []


def test_nothing_is_left_of_requests_that_were_refused(ladder: Ladder, white: Handset):
    white.password = "wrong"
    ladder.register(white)
    for method in ("OPTIONS", "MESSAGE", "BYE", "INVITE", "NEWMETHOD"):
        white.cseq += 1
        answer = ask(ladder, white, method, "sip:1002@192.0.2.1")
        if method == "INVITE":
            to = headers_of(answer)["to"][0]
            ack = white.request("ACK", "sip:1002@192.0.2.1", To=to)
            branch = headers_of(answer)["via"][0].partition("branch=")[2].partition(";")[0]
            ladder.receive(_with_branch(ack, branch), white.flow)
    ladder.wait(64)
    assert ladder.counts() == {}


def _with_branch(data: bytes, branch: str) -> bytes:
    head, _, rest = data.partition(b"branch=")
    return head + b"branch=" + branch.encode() + b";" + rest.partition(b";")[2]
