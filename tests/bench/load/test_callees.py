from bench.load.callees import SDP, answers, value
from sipcore.message import Response, parse_message

REQUEST = (
    b"%b sip:2@127.0.0.1:9 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bKb\r\n"
    b"From: <sip:1@x>;tag=f\r\nTo: <sip:2@x>%b\r\nCall-ID: c\r\nCSeq: 1 %b\r\n"
    b"Content-Length: 0\r\n\r\n"
)


def read(data: bytes) -> Response:
    response = parse_message(data)
    assert isinstance(response, Response)
    response.check()
    return response


def test_an_invite_is_answered_with_100_180_and_200() -> None:
    trying, ringing, ok = map(read, answers(REQUEST % (b"INVITE", b"", b"INVITE"), 9))
    assert [each.status for each in (trying, ringing, ok)] == [100, 180, 200]
    assert len(ok.vias) == 2
    assert trying.to.tag == ""
    assert ringing.to.tag == ok.to.tag == "callee"
    assert ok.contact.sip_uri.port == 9
    assert ok.body == SDP


def test_a_bye_is_answered_and_an_ack_is_not() -> None:
    (ok,) = map(read, answers(REQUEST % (b"BYE", b";tag=callee", b"BYE"), 9))
    assert (ok.status, ok.to.tag) == (200, "callee")
    assert answers(REQUEST % (b"ACK", b";tag=callee", b"ACK"), 9) == []


def test_a_value_is_found_by_its_name() -> None:
    assert value(REQUEST, b"Call-ID") == b"c"
