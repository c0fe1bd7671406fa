from collections.abc import Callable

import pytest

from sipcore.errors import ParseError, StateError
from sipcore.message import (
    STAR,
    CSeq,
    Headers,
    Message,
    NameAddr,
    Request,
    Response,
    SipUri,
    make_response,
    parse_message,
)
from tests.sipcore.message.samples import REGISTER, request


def parse(data: bytes) -> Request:
    message = parse_message(data)
    assert isinstance(message, Request)
    return message


def test_the_fields_of_a_register_are_read() -> None:
    message = parse(REGISTER)
    message.check()
    assert message.method == "REGISTER"
    assert message.request_uri == SipUri(host="172.18.199.61")
    assert message.via.branch == "z9hG4bK5d9fe0c18f2c1a30"
    assert message.from_ == NameAddr("1001", "sip:1001@172.18.199.61", {"tag": "8c1e8b2a6d9e"})
    assert message.to.tag == ""
    assert message.call_id == "5d1f2a9c6f8e4b7a@172.18.199.144"
    assert message.cseq == CSeq(2, "REGISTER")
    assert message.max_forwards == 70
    assert message.contact.expires == 3600
    assert message.contact.sip_uri.transport == "UDP"
    assert message.expires is None
    assert message.content_type == ""


def test_a_value_is_parsed_once_until_the_headers_change() -> None:
    message = parse(REGISTER)
    assert message.via is message.via
    assert message.contacts is message.contacts
    message.headers.replace_first("Via", "SIP/2.0/TCP h;branch=z9hG4bKnew")
    assert message.via.transport == "TCP"


@pytest.mark.parametrize("name", ["Via", "From", "To", "Call-ID", "CSeq"])
def test_mandatory_fields_are_missed(name: str) -> None:
    message = parse(REGISTER)
    message.headers.remove(name)
    with pytest.raises(ParseError, match=f"{name} is missing") as caught:
        message.check()
    assert (caught.value.status, caught.value.header) == (400, name)


@pytest.mark.parametrize("name", ["From", "To", "Call-ID", "CSeq", "Max-Forwards"])
def test_single_fields_stand_once(name: str) -> None:
    message = parse(REGISTER)
    message.headers.add(name, message.headers.get(name))
    with pytest.raises(ParseError, match=f"{name} appears 2 times"):
        message.check()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Via", "SIP/2.0/UDP h;branch=z9hG4bK1,"),
        ("Via", "SIP/2.0/UDP h;branch=z9hG4bK1, SIP/2.0/UDP i"),
        ("Via", ", SIP/2.0/UDP i"),
        ("From", "sip:1001@h?x=1"),
        ("From", "<sip:1001@h>;tag=" + 300 * "a"),
        ("To", '"A" <sip:1001@h>;tag=1'),
        ("Call-ID", "a b"),
        ("CSeq", "2  REGISTER"),
        ("CSeq", "2"),
    ],
)
def test_the_check_of_all_finds_what_reading_each_finds(name: str, value: str) -> None:
    checked, read = parse(REGISTER), parse(REGISTER)
    for message in (checked, read):
        message.headers.set(name, value)
    reader = {"Via": "via", "From": "from_", "To": "to", "Call-ID": "call_id", "CSeq": "cseq"}[
        name
    ]

    def check() -> object:
        checked.check()
        return getattr(checked, reader)

    def outcome(do: Callable[[], object]) -> object:
        try:
            return do()
        except ParseError as error:
            return str(error), error.header

    assert outcome(check) == outcome(lambda: getattr(read, reader))


def test_every_error_is_an_instance_of_its_own() -> None:
    message = Request("OPTIONS", "sip:h")
    with pytest.raises(ParseError) as first:
        _ = message.via
    with pytest.raises(ParseError) as second:
        _ = message.via
    assert first.value is not second.value
    with pytest.raises(ParseError):
        _ = message.vias


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 INVITE", CSeq(1, "INVITE")),
        ("0009 \t INVITE", CSeq(9, "INVITE")),
        ("4294967295 X", CSeq(4294967295, "X")),
        ("1\tINVITE", CSeq(1, "INVITE")),
        ("12 INVITE", CSeq(12, "INVITE")),
    ],
)
def test_cseq_is_read(text: str, expected: CSeq) -> None:
    assert CSeq.parse(text) == CSeq.parse_with_care(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "1", "INVITE", "-1 X", "4294967296 X", "9" * 50 + " X", "1 IN VITE", "\u0661 X", "1 "],
)
def test_bad_cseq_is_an_error(text: str) -> None:
    with pytest.raises(ParseError):
        CSeq.parse(text)


def test_cseq_prints() -> None:
    assert str(CSeq(7, "BYE")) == "7 BYE"


def test_cseq_must_agree_with_the_method() -> None:
    message = parse(REGISTER)
    message.headers.set("CSeq", "2 INVITE")
    with pytest.raises(ParseError, match="'INVITE' in a request 'REGISTER'"):
        message.check()


def test_the_top_via_may_share_its_line() -> None:
    message = parse(REGISTER)
    message.headers.set("Via", "SIP/2.0/TCP a;branch=1 , SIP/2.0/UDP b;branch=2")
    message.headers.add("v", "SIP/2.0/UDP c;branch=3")
    assert message.via.host == "a"
    assert [via.host for via in message.vias] == ["a", "b", "c"]


@pytest.mark.parametrize("port", ["", ":5070"])
@pytest.mark.parametrize("params", [";branch=z9hG4bK1;rport", ';x="a;b";branch=Q', ""])
def test_a_top_via_that_is_set_reads_as_it_is_written(port: str, params: str) -> None:
    message = parse(request(f"Via: SIP/2.0/udp [2001:DB8::9]{port}{params}, SIP/2.0/UDP second"))
    stamped = message.via.with_received("192.0.2.7", 4000)
    message.via = stamped
    assert message.via is stamped
    assert parse(message.to_bytes()).vias == message.vias
    assert message.vias[0] == stamped


def test_blank_via_values_are_an_error() -> None:
    message = parse(REGISTER)
    message.headers.set("Via", "SIP/2.0/TCP a;branch=1,,")
    with pytest.raises(ParseError):
        _ = message.via
    with pytest.raises(ParseError):
        _ = message.vias


def test_contacts_come_from_all_lines() -> None:
    message = parse(request('Contact: "a, b" <sip:a@h>;q=0.5, sip:b@h;expires=5', "m: <sip:c@h>"))
    contacts = message.contacts
    assert contacts is not STAR
    assert [contact.uri for contact in contacts] == ["sip:a@h", "sip:b@h", "sip:c@h"]
    assert message.contact.display == "a, b"


def test_contact_star_is_a_value_of_its_own() -> None:
    message = parse(request("Contact: *", "Expires: 0"))
    assert message.contacts is STAR
    assert message.expires == 0
    with pytest.raises(ParseError):
        _ = message.contact


def test_a_star_stands_alone() -> None:
    message = parse(request("Contact: *, <sip:a@h>"))
    with pytest.raises(ParseError) as caught:
        _ = message.contacts
    assert caught.value.header == "Contact"


def test_no_contact_is_an_empty_list_but_no_contact() -> None:
    message = parse(request())
    assert message.contacts == []
    with pytest.raises(ParseError, match="Contact is missing"):
        _ = message.contact


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Expires : 60", 60), ("Expires: 60", 60), ("Expires: later", 3600), ("Expires: -5", 3600)],
)
def test_expires_is_read(line: str, expected: int) -> None:
    assert parse(request(line)).expires == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("0", 0), ("0070", 70), ("300", None), ("9" * 20, None)]
)
def test_max_forwards_is_read(text: str, expected: int | None) -> None:
    assert parse(request(f"Max-Forwards: {text}")).max_forwards == expected
    assert parse(request()).max_forwards is None


def test_max_forwards_must_be_a_number() -> None:
    with pytest.raises(ParseError) as caught:
        parse(request("Max-Forwards: -1")).check()
    assert caught.value.header == "Max-Forwards"


def test_the_media_type_is_for_comparing_and_the_content_type_for_passing_on() -> None:
    message = parse(request("c: Multipart / Mixed;boundary=X", body=b"b"))
    assert message.content_type == "Multipart / Mixed;boundary=X"
    assert message.media_type == "multipart/mixed"


def test_a_call_id_holds_no_blanks() -> None:
    message = parse(REGISTER)
    message.headers.set("Call-ID", "a b")
    with pytest.raises(ParseError):
        _ = message.call_id


def test_routes_are_read_as_text() -> None:
    message = parse(request("Route: <sip:a;lr>, <sip:b;lr>", "Record-Route: <sip:c;lr>"))
    assert message.routes == ["<sip:a;lr>", "<sip:b;lr>"]
    assert message.record_routes == ["<sip:c;lr>"]


def test_another_scheme_in_the_request_uri_is_416() -> None:
    message = parse(request())
    message.uri = "urn:service:sos"
    with pytest.raises(ParseError) as caught:
        message.check()
    assert caught.value.status == 416


def test_content_length_is_set_when_serialising() -> None:
    headers = Headers([("Content-Length", "99"), ("Call-ID", "c1")])
    message = Request("INFO", "sip:h", headers, b"abc")
    assert message.to_bytes() == (
        b"INFO sip:h SIP/2.0\r\nCall-ID: c1\r\nContent-Length: 3\r\n\r\nabc"
    )
    assert Response(180, "Ringing").to_bytes() == (
        b"SIP/2.0 180 Ringing\r\nContent-Length: 0\r\n\r\n"
    )


@pytest.mark.parametrize(
    "message", [Request("A\r\nB", "sip:h"), Request("A", "sip:h\nX"), Response(200, "O\rK")]
)
def test_a_start_line_is_one_line(message: Request | Response) -> None:
    with pytest.raises(StateError):
        message.to_bytes()


def test_a_message_is_written_as_it_was_read() -> None:
    assert parse(REGISTER).to_bytes() == REGISTER


def test_a_response_copies_what_it_must() -> None:
    message = parse(request("v: SIP/2.0/TCP second", "Timestamp: 54", "Subject: x"))
    response = make_response(message, 404, to_tag="t1")
    assert (response.status, response.reason) == (404, "Not Found")
    assert list(response.headers) == [
        ("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"),
        ("From", "<sip:1002@h2>;tag=a"),
        ("To", "<sip:1001@h2>;tag=t1"),
        ("Call-ID", "c1"),
        ("CSeq", "1 OPTIONS"),
        ("Via", "SIP/2.0/TCP second"),
    ]
    response.check()


def test_100_copies_the_timestamp_and_has_no_tag_of_ours() -> None:
    response = make_response(parse(request("Timestamp: 54")), 100)
    assert response.headers.get("Timestamp") == "54"
    assert response.to.tag == ""
    assert response.reason == "Trying"


def test_a_to_tag_that_is_there_stays() -> None:
    message = parse(REGISTER)
    message.headers.set("To", "<sip:1001@h>;tag=theirs")
    assert make_response(message, 200, to_tag="ours").to.tag == "theirs"
    message.headers.set("To", '"a;tag=x" <sip:1001@h;tag=y>')
    assert make_response(message, 200, to_tag="ours").to.tag == "ours"


def test_a_tag_follows_a_to_that_ends_with_a_semicolon() -> None:
    message = parse(REGISTER)
    message.headers.set("To", "<sip:1001@h> ; ")
    assert make_response(message, 200, to_tag="ours").headers.get("To") == "<sip:1001@h>;tag=ours"


def test_a_to_that_cannot_be_read_goes_back_as_it_came() -> None:
    message = parse(REGISTER)
    message.headers.set("To", '"open <sip:1001@h>')
    assert make_response(message, 400, to_tag="t").headers.get("To") == '"open <sip:1001@h>'


def test_the_reason_can_be_ours() -> None:
    message = parse(REGISTER)
    assert make_response(message, 403, "Because").reason == "Because"
    assert make_response(message, 499).reason == ""


def test_requests_and_responses_are_messages() -> None:
    assert isinstance(Request("OPTIONS", "sip:h"), Message)
    assert isinstance(Response(200, "OK"), Message)
