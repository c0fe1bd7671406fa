import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.message import grammar
from sipcore.message.grammar import (
    canonical,
    excerpt,
    is_digits,
    is_token,
    printable,
    quote,
    read_quoted,
    split_list,
    split_params,
    unquote,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("via", "Via"),
        ("v", "Via"),
        ("V", "Via"),
        ("cALL-iD", "Call-ID"),
        ("i", "Call-ID"),
        ("cseq", "CSeq"),
        ("www-authenticate", "WWW-Authenticate"),
        ("l", "Content-Length"),
        ("Expires ", "Expires"),
        ("x-OUR-own", "X-Our-Own"),
        ("extensionHeader-!.%*+_`'~", "Extensionheader-!.%*+_`'~"),
    ],
)
def test_a_header_name_has_one_spelling(name: str, expected: str) -> None:
    assert canonical(name) == expected


@pytest.mark.parametrize("name", ["", " ", "Fo o", "Na\u00efve", "Via;x", " Via"])
def test_what_is_no_token_is_no_header_name(name: str) -> None:
    with pytest.raises(ParseError):
        canonical(name)


def test_only_so_many_names_are_remembered() -> None:
    for number in range(3000):
        canonical(f"X-Flood-{number}")
    assert len(grammar.KNOWN_NAMES) <= grammar._INTERNED_NAMES
    long = "X-" + "a" * 5000
    canonical(long)
    assert long not in grammar.KNOWN_NAMES
    assert canonical("v") == "Via"


def test_digits_are_ascii_digits() -> None:
    assert is_digits("0070")
    assert not is_digits("")
    assert not is_digits("-1")
    assert not is_digits("\u0663")
    assert not is_digits("\u00b2")


def test_tokens_take_the_marks_of_the_grammar() -> None:
    assert is_token("!interesting-Method0123456789_*+`.%indeed'~")
    assert not is_token("")
    assert not is_token("a b")
    assert not is_token('"a"')


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        ("a, b ,c", ["a", "b", "c"]),
        ('"a, b" <sip:a@b>, <sip:c,d@e>', ['"a, b" <sip:a@b>', "<sip:c,d@e>"]),
        (r'"a\", b", c', [r'"a\", b"', "c"]),
        ("a,,b,", ["a", "", "b", ""]),
        ('"never closed, b', ['"never closed, b']),
        ("<never closed, b", ["<never closed, b"]),
    ],
)
def test_commas_separate_outside_of_quotes_and_brackets(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_semicolons_separate_outside_of_quotes() -> None:
    assert split_params(';a="x;y" ; b=<c;d') == ["", 'a="x;y"', "b=<c", "d"]


@pytest.mark.parametrize(
    "text", ['"\\' * 4000, '"' + '\\"' * 4000 + "\\", "<," * 4000, '",' * 4001]
)
def test_no_input_makes_splitting_slow(text: str) -> None:
    start = time.perf_counter()
    split_list(text)
    split_params(text)
    assert time.perf_counter() - start < 0.25


@given(st.text())
@settings(database=None)
def test_quoting_is_undone_by_unquoting(text: str) -> None:
    quoted = quote(text)
    assert unquote(quoted) == text
    assert read_quoted(quoted + " rest", "To") == (text, " rest")


def test_what_is_not_quoted_stays() -> None:
    assert unquote("abc") == "abc"
    assert unquote('"') == '"'
    assert unquote("") == ""


def test_an_open_quote_is_an_error_that_names_the_header() -> None:
    with pytest.raises(ParseError, match="To: unterminated") as caught:
        read_quoted('"abc', "To")
    assert caught.value.header == "To"


def test_an_excerpt_is_short_and_quoted() -> None:
    assert excerpt("a\nb") == "'a\ufffdb'"
    assert len(excerpt("x" * 9000)) < 100


def test_printable_text_can_be_stored_and_shown() -> None:
    text = str(b"B\xf6b\x00\r\n\xc3\xb6", "utf-8", "surrogateescape")
    assert printable(text) == "B\ufffdb\ufffd\ufffd\ufffd\u00f6"
    printable(text).encode()
