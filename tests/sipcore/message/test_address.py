from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message import STAR, NameAddr


@pytest.mark.parametrize(
    ("text", "display", "uri", "params"),
    [
        ("<sip:a@h>", "", "sip:a@h", {}),
        ("sip:a@h;tag=1", "", "sip:a@h", {"tag": "1"}),
        ("<sip:a@h;lr>;tag=1", "", "sip:a@h;lr", {"tag": "1"}),
        ('"A, \\"B\\"" <sip:a@h> ; tag = 1', 'A, "B"', "sip:a@h", {"tag": "1"}),
        ("A. Bell <sip:a@h>", "A. Bell", "sip:a@h", {}),
        ("caller<sip:a@h>", "caller", "sip:a@h", {}),
        ('"Watson, Thomas" < sip:t@h >', "Watson, Thomas", "sip:t@h", {}),
        ('"" <sip:a@h>', "", "sip:a@h", {}),
        ("<urn:uuid:1-2>;tag=x", "", "urn:uuid:1-2", {"tag": "x"}),
        ("sip:[2001:db8::1]", "", "sip:[2001:db8::1]", {}),
        ('"<sip:x>" <sip:a@h>', "<sip:x>", "sip:a@h", {}),
    ],
)
def test_addresses_are_read(text: str, display: str, uri: str, params: dict[str, str]) -> None:
    assert NameAddr.parse(text, "To") == NameAddr(display, uri, params)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "<>",
        "<sip:a@h",
        '"open <sip:a@h>',
        '"A" sip:a@h',
        "<sip:a@h>, <sip:b@h>",
        "<sip:a@h> x",
        "<sip:a@h>;;x",
        "sip:a@h?Route=%3Csip:b%3E",
        "sip:a b@h",
        "Bell, A sip:a@h",
        "<not a uri>",
        "<sip:a b@h>",
    ],
)
def test_bad_addresses_name_their_header(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        NameAddr.parse(text, "From")
    assert caught.value.header == "From"


def test_printing_quotes_the_display_name() -> None:
    text = 'A "B" <sip:a@h>;tag=1'
    assert str(NameAddr.parse(text, "To")) == '"A \\"B\\"" <sip:a@h>;tag=1'
    assert str(NameAddr("", "sip:a@h")) == "<sip:a@h>"


def test_tags_come_and_go() -> None:
    to = NameAddr.parse("<sip:a@h>;x=y", "To")
    assert to.tag == ""
    assert str(to.with_tag("t")) == "<sip:a@h>;x=y;tag=t"
    assert to.with_tag("t").tag == "t"
    assert str(to.with_tag("t").without_params()) == "<sip:a@h>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("3600", 3600),
        ("0060", 60),
        ("4294967295", 4294967295),
        ("4294967296", 3600),
        ("99999999999999999999", 3600),
        ("-1", 3600),
        ("soon", 3600),
        ("", 3600),
    ],
)
def test_a_malformed_interval_is_an_hour(text: str, expected: int) -> None:
    assert NameAddr.parse(f"<sip:a@h>;expires={text}").expires == expected


def test_an_absent_interval_is_none() -> None:
    assert NameAddr.parse("<sip:a@h>").expires is None


@pytest.mark.parametrize(
    ("text", "q"), [("", 1.0), (";q=0.7", 0.7), (";q=1.000", 1.0), (";q=0", 0.0)]
)
def test_preferences_are_read(text: str, q: float) -> None:
    assert NameAddr.parse("<sip:a@h>" + text).q == q


@pytest.mark.parametrize("text", ["2", "nan", "-1", "0.1234", "1.5", "inf"])
def test_a_bad_preference_is_an_error(text: str) -> None:
    with pytest.raises(ParseError):
        _ = NameAddr.parse(f"<sip:a@h>;q={text}").q


def test_the_uri_is_taken_apart_on_demand() -> None:
    assert NameAddr.parse("<sip:1001@h:5070>").sip_uri.port == 5070
    with pytest.raises(ParseError) as caught:
        _ = NameAddr.parse("<tel:+1408>").sip_uri
    assert caught.value.status == 416


def test_the_star_prints_as_it_came() -> None:
    assert str(STAR) == "*"


@given(st.text())
@settings(database=None)
def test_any_display_name_survives_a_round_trip(display: str) -> None:
    address = NameAddr(display, "sip:a@h", {"tag": "1"})
    assert NameAddr.parse(str(address)) == address


@given(st.text())
@settings(database=None)
def test_any_text_is_an_address_or_a_parse_error(text: str) -> None:
    try:
        address = NameAddr.parse(text)
    except ParseError:
        return
    assert NameAddr.parse(str(address)) == address


@given(
    st.text(alphabet='"\\<> \taA;') | st.text(),
    st.sampled_from(["<sip:a@h>", "<sip:a@h;lr>", "sip:a@h", "< sip:a@h >", "<sip:>", ""]),
    st.text(alphabet=';=tT1,?">< \t\r\xe9') | st.text(),
)
@settings(database=None, max_examples=1000)
def test_the_fast_way_finds_what_the_careful_one_finds(
    before: str, address: str, rest: str
) -> None:
    text = before + address + rest
    assert outcome(NameAddr.parse, text) == outcome(NameAddr.parse_with_care, text)


def outcome(parse: Callable[[str, str], NameAddr], text: str) -> NameAddr | tuple[str, str]:
    try:
        return parse(text, "To")
    except ParseError as error:
        return str(error), error.header
