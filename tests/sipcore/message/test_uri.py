from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message import OtherUri, SipUri, is_ip, parse_uri
from sipcore.message.uri import parse_with_care


def test_all_parts_are_read() -> None:
    uri = SipUri.parse("SIPS:alice:secret@Example.com:5071;Transport=TCP;lr?Subject=a&x=b")
    assert uri == SipUri(
        "sips",
        "alice",
        "secret",
        "Example.com",
        5071,
        {"transport": "TCP", "lr": None},
        "Subject=a&x=b",
    )
    assert uri.transport == "TCP"
    assert uri.address == ("Example.com", 5071)


@pytest.mark.parametrize(
    ("text", "user", "host"),
    [
        ("sip:h2", "", "h2"),
        ("sip:1001@phone_1.local", "1001", "phone_1.local"),
        ("sip:#100@h", "#100", "h"),
        ("sip:%23100@h", "#100", "h"),
        ("sip:%2B1408@h", "+1408", "h"),
        ("sip:sips%3Auser%40example.com@example.net", "sips:user@example.com", "example.net"),
        ("sip:user;par=u%40example.net@example.com", "user;par=u@example.net", "example.com"),
        ("sip:null-%00-null@example.com", "null-\0-null", "example.com"),
        ("sip:%2541@h", "%41", "h"),
        ("sip:100%@h", "100%", "h"),
        ("sip:a?b@h", "a?b", "h"),
        ("sip:1001@[2001:db8::10]", "1001", "2001:db8::10"),
        ("sip:[2001:db8::10:5070]", "", "2001:db8::10:5070"),
    ],
)
def test_user_and_host_are_found(text: str, user: str, host: str) -> None:
    uri = SipUri.parse(text)
    assert (uri.user, uri.host, uri.port) == (user, host, None)
    assert SipUri.parse(str(uri)) == uri


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sip:",
        "1001@h",
        "sip:a@",
        "sip:a@b c",
        "sip:a@b@c",
        "sip:a@-h",
        "<sip:a@h>",
        "sip:2001:db8::10",
        "sip:[2001:db8:::192.0.2.1]",
        "sip:[h]",
        "sip:[fe80::1%eth0]",
        "sip:[::1",
        "sip:[::1]x",
        "sip:h:",
        "sip:h:0",
        "sip:h:65536",
        "sip:h:+1",
        "sip:h:\u0663",
        "sip:h\u00e4@\u00e4",
        "sip:h;a=1;a=2",
        "sip:h;;x",
    ],
)
def test_bad_uris_are_errors(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        SipUri.parse(text, "Contact")
    assert caught.value.status == 400
    assert caught.value.header == "Contact"


@pytest.mark.parametrize(
    ("text", "scheme"),
    [("urn:service:sos", "urn"), ("TEL:+1408", "tel"), ("soap.beep://a/", "soap.beep")],
)
def test_other_schemes_are_kept_as_text(text: str, scheme: str) -> None:
    uri = parse_uri(text)
    assert uri == OtherUri(scheme, text)
    assert str(uri) == text
    with pytest.raises(ParseError) as caught:
        SipUri.parse(text)
    assert caught.value.status == 416


def test_long_uris_are_read_and_not_remembered() -> None:
    text = f"sip:{'1' * 300}@h"
    assert SipUri.parse(text) == SipUri.parse(text)
    assert SipUri.parse(text) is not SipUri.parse(text)
    assert SipUri.parse("sip:1@h") is SipUri.parse("sip:1@h")


def test_ports_follow_the_scheme() -> None:
    assert SipUri.parse("sip:h").address == ("h", 5060)
    assert SipUri.parse("sips:h").address == ("h", 5061)


def test_addresses_are_told_from_names() -> None:
    assert SipUri.parse("sip:192.0.2.1").is_ip
    assert SipUri.parse("sip:[::1]").is_ip
    assert not SipUri.parse("sip:h2").is_ip
    assert not is_ip("300.1.1.1")
    assert not is_ip("")


def test_changes_make_a_new_uri() -> None:
    uri = SipUri.parse("sip:1001@h;transport=tcp")
    assert str(uri.with_(host="::1", port=5070, params={})) == "sip:1001@[::1]:5070"
    assert str(uri) == "sip:1001@h;transport=tcp"


def test_what_may_not_stand_in_a_user_part_is_escaped() -> None:
    assert str(SipUri(user="#1 @:%", host="h")) == "sip:%231%20%40%3A%25@h"
    assert str(SipUri(user="a", password="b@c", host="h")) == "sip:a:b%40c@h"
    assert str(SipUri(user="a", password="", host="h")) == "sip:a:@h"


# The examples of RFC 3261 section 19.1.4.
EQUIVALENT = [
    ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"),
    ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
    ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
    (
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
        "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
    ),
    (
        "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
        "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
    ),
]
DIFFERENT = [
    ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
    ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
    ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
    ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
    ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
    ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
    ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
    ("sip:carol@chicago.com", "sips:carol@chicago.com"),
    ("sip:carol:a@chicago.com", "sip:carol:b@chicago.com"),
]


@pytest.mark.parametrize(("one", "other"), EQUIVALENT)
def test_equivalent_uris_match(one: str, other: str) -> None:
    assert SipUri.parse(one).equivalent(SipUri.parse(other))
    assert SipUri.parse(other).equivalent(SipUri.parse(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_uris_do_not_match(one: str, other: str) -> None:
    assert not SipUri.parse(one).equivalent(SipUri.parse(other))
    assert not SipUri.parse(other).equivalent(SipUri.parse(one))


@given(st.text(min_size=1), st.none() | st.text(), st.none() | st.integers(1, 65535))
@settings(database=None)
def test_any_user_survives_a_round_trip(user: str, password: str | None, port: int | None) -> None:
    uri = SipUri("sip", user, password, "example.com", port)
    assert SipUri.parse(str(uri)) == uri


@given(st.text())
@settings(database=None)
def test_any_text_is_a_uri_or_a_parse_error(text: str) -> None:
    try:
        uri = parse_uri("sip:" + text)
    except ParseError:
        return
    assert parse_uri(str(uri)) == uri


@given(
    st.sampled_from(["sip:", "sips:", "SIP:", "tel:", ""]),
    st.text(alphabet="aZ09-_.!~*'()&=+$,;?/%:@ é") | st.text(),
    st.sampled_from(["@", "", "@@"]),
    st.text(alphabet="hH09-_.:;=?@[]<>,% é") | st.text(),
)
@settings(database=None, max_examples=1000)
def test_the_fast_way_finds_what_the_careful_one_finds(
    scheme: str, user: str, at: str, rest: str
) -> None:
    text = scheme + user + at + rest
    assert outcome(parse_uri, text) == outcome(parse_with_care, text)


def outcome(
    parse: Callable[[str, str], SipUri | OtherUri], text: str
) -> SipUri | OtherUri | tuple[str, str]:
    try:
        return parse(text, "To")
    except ParseError as error:
        return str(error), error.header
