from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message.params import format_params, parse_params, parse_with_care


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (";tag=abc", {"tag": "abc"}),
        (" ; TAG = AbC ; lr", {"tag": "AbC", "lr": None}),
        (
            ';+sip.instance="<urn:uuid:1;2>";q=0.5',
            {"+sip.instance": '"<urn:uuid:1;2>"', "q": "0.5"},
        ),
        (";received=[2001:db8::1]", {"received": "[2001:db8::1]"}),
        (";rport=", {"rport": ""}),
        (";lr;", {"lr": None}),
    ],
)
def test_parameters_are_read(text: str, expected: dict[str, str | None]) -> None:
    assert parse_params(text, "To") == expected


@pytest.mark.parametrize(
    "text", ["x", ";;", ";a;;b", ";=1", ";a b", ";a=b c", ';a="b', ';a=b"c"', ";a=1;A=2"]
)
def test_bad_parameters_name_their_header(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_params(text, "Via")
    assert caught.value.header == "Via"
    assert caught.value.status == 400


def test_values_are_printed_as_they_were_written() -> None:
    text = ';a="x y";b;c=;d=1'
    assert format_params(parse_params(text, "To")) == text


@given(st.text(alphabet=';;;===aAbB1.:"\\ \t\r\xe9[]<') | st.text())
@settings(database=None, max_examples=1000)
def test_the_fast_way_finds_what_the_careful_one_finds(text: str) -> None:
    assert outcome(parse_params, text) == outcome(parse_with_care, text)


def outcome(
    parse: Callable[[str, str], dict[str, str | None]], text: str
) -> dict[str, str | None] | str:
    try:
        return parse(text, "To")
    except ParseError as error:
        return str(error)
