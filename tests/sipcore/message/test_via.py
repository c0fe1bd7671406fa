from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message import Via


def test_all_parts_are_read() -> None:
    via = Via.parse("SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKx;rport;received=192.0.2.9")
    assert (via.transport, via.host, via.port) == ("UDP", "192.0.2.1", 5070)
    assert (via.branch, via.rport, via.received) == ("z9hG4bKx", "", "192.0.2.9")
    assert via.sent_by == "192.0.2.1:5070"
    assert via.has_cookie


def test_blanks_may_stand_round_slashes_and_colons() -> None:
    via = Via.parse("SIP  / 2.0  /\ttcp     first.example.com : 4000 ;  branch  =   z9hG4bK9 ")
    assert str(via) == "SIP/2.0/TCP first.example.com:4000;branch=z9hG4bK9"


@pytest.mark.parametrize("host", ["h2", "phone_1.local", "[2001:db8::1]", "example.com."])
def test_hosts_of_real_phones_are_taken(host: str) -> None:
    text = f"SIP/2.0/TLS {host};branch=z9hG4bK1"
    assert str(Via.parse(text)) == text


@pytest.mark.parametrize("received", ["[2001:db8::9]", "2001:db8::9"])
def test_received_comes_with_brackets_and_without(received: str) -> None:
    assert Via.parse(f"SIP/2.0/UDP h;received={received}").received == "2001:db8::9"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIP/2.0/UDP",
        "SIP/2.0 h",
        "SIP/3.0/UDP h",
        "HTTP/2.0/UDP h",
        "SIP/2.0/UDP h:x",
        "SIP/2.0/UDP h:99999",
        "SIP/2.0/UDP 2001:db8::1",
        "SIP/2.0/UDP [zz]",
        "SIP/2.0/UDP h;;,;,,",
        "SIP/2.0/UDP h;branch=a;branch=b",
        "SIP/2.0/UDP h x",
    ],
)
def test_bad_values_are_errors(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        Via.parse(text)
    assert caught.value.header == "Via"


def test_a_bare_cookie_makes_no_branch_unique() -> None:
    assert not Via.parse("SIP/2.0/UDP h;branch=z9hG4bK").has_cookie
    assert not Via.parse("SIP/2.0/UDP h;branch=1").has_cookie
    assert not Via.parse("SIP/2.0/UDP h").has_cookie


@pytest.mark.parametrize(
    ("other", "is_same"),
    [("h:5060;branch=2", True), ("h", False), ("i:5060", False), ("h:5061", False)],
)
def test_sent_by_is_host_and_port(other: str, is_same: bool) -> None:
    via = Via.parse("SIP/2.0/UDP h:5060;branch=1")
    assert via.is_sent_by(Via.parse(f"SIP/2.0/TCP {other}")) is is_same


def test_the_source_is_added_when_it_differs() -> None:
    via = Via.parse("SIP/2.0/UDP phone.local;branch=z9hG4bK1")
    assert str(via.with_received("192.0.2.1", 5060)).endswith(";received=192.0.2.1")
    same = Via.parse("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1")
    assert same.with_received("192.0.2.1", 9999) is same


def test_rport_is_answered_with_the_source_port() -> None:
    via = Via.parse("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1")
    answered = via.with_received("192.0.2.1", 40000)
    assert answered.received == "192.0.2.1"
    assert answered.rport == "40000"
    assert Via.parse("SIP/2.0/UDP h").rport is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SIP/2.0/UDP 192.0.2.15;;,;,,", "SIP/2.0/UDP 192.0.2.15"),
        ("SIP/7.0/UDP c.example.com;branch=z9hG4bKk", "SIP/2.0/UDP c.example.com;branch=z9hG4bKk"),
        ('SIP/2.0/UDP [::1]:5070;x="; branch = b1', "SIP/2.0/UDP [::1]:5070;branch=b1"),
        ("SIP/2.0/UDP h:99999;branch=b", "SIP/2.0/UDP h;branch=b"),
    ],
)
def test_enough_for_an_answer_is_salvaged(text: str, expected: str) -> None:
    assert str(Via.salvage(text)) == expected


def test_nothing_is_salvaged_where_no_host_is() -> None:
    assert Via.salvage("") is None
    assert Via.salvage("SIP/2.0/UDP ;branch=1") is None


@given(st.text(alphabet=st.sampled_from('SIP/2.0UDP h:;=,[]"<>\t1')))
@settings(database=None)
def test_any_text_is_a_via_or_a_parse_error(text: str) -> None:
    try:
        via = Via.parse("SIP/2.0/UDP " + text)
    except ParseError:
        return
    assert Via.parse(str(via)) == via


@given(
    st.sampled_from(["SIP/2.0/UDP h", "SIP/2.0/tcp 192.0.2.1:5060", "SIP / 2.0 / UDP h", ""]),
    st.text(alphabet=':;=0169aA."[]<, \t\r\xe9') | st.text(),
)
@settings(database=None, max_examples=1000)
def test_the_fast_way_finds_what_the_careful_one_finds(start: str, rest: str) -> None:
    assert outcome(Via.parse, start + rest) == outcome(Via.parse_with_care, start + rest)


def outcome(parse: Callable[[str], Via], text: str) -> Via | str:
    try:
        return parse(text)
    except ParseError as error:
        return str(error)
