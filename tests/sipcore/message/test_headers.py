import pytest

from sipcore.errors import ParseError, StateError
from sipcore.message import Headers

ITEMS = [("Via", "a, b"), ("To", "t"), ("Via", "c"), ("Route", '<sip:x;lr>, "q,q" <sip:y;lr>')]


@pytest.fixture
def headers() -> Headers:
    return Headers(ITEMS)


def test_names_are_found_in_any_spelling(headers: Headers) -> None:
    assert headers.get("v") == headers.get("VIA") == "a, b"
    assert "t" in headers
    assert "From" not in headers
    assert headers.get("From") == ""
    assert headers.get("From", "x") == "x"


def test_order_is_kept(headers: Headers) -> None:
    assert list(headers) == ITEMS
    assert len(headers) == 4


def test_lines_and_values_are_two_things(headers: Headers) -> None:
    assert headers.get_all("Via") == ["a, b", "c"]
    assert headers.values("Via") == ["a", "b", "c"]
    assert headers.values("Route") == ["<sip:x;lr>", '"q,q" <sip:y;lr>']
    assert headers.values("Path") == []


def test_blank_values_are_left_out() -> None:
    assert Headers([("Supported", ""), ("Allow", "INVITE,, ACK,")]).values("Allow") == [
        "INVITE",
        "ACK",
    ]


def test_insert_goes_in_front_of_its_kind(headers: Headers) -> None:
    headers.insert("Route", "<sip:w>")
    headers.insert("v", "z")
    headers.insert("Max-Forwards", "70")
    names = [name for name, _ in headers]
    assert names == ["Max-Forwards", "Via", "Via", "To", "Via", "Route", "Route"]
    assert headers.values("Via")[0] == "z"
    assert headers.get("Route") == "<sip:w>"


def test_set_replaces_all_in_the_place_of_the_first(headers: Headers) -> None:
    headers.set("VIA", "z")
    assert list(headers)[:2] == [("Via", "z"), ("To", "t")]
    headers.set("Subject", "s")
    assert list(headers)[-1] == ("Subject", "s")


def test_remove_first_removes_one_value(headers: Headers) -> None:
    headers.remove_first("Via")
    assert headers.get_all("Via") == ["b", "c"]
    headers.remove_first("Via")
    headers.remove_first("Via")
    headers.remove_first("Via")
    assert "Via" not in headers
    headers.remove_first("To")
    assert "To" not in headers


def test_replace_first_replaces_one_value(headers: Headers) -> None:
    headers.replace_first("Via", "z")
    assert headers.values("Via") == ["z", "b", "c"]


def test_remove_takes_every_line(headers: Headers) -> None:
    headers.remove("v")
    headers.remove("Path")
    assert [name for name, _ in headers] == ["To", "Route"]


def test_a_copy_is_independent(headers: Headers) -> None:
    copy = headers.copy()
    assert copy == headers
    copy.add("Subject", " s ")
    assert copy.get("Subject") == "s"
    assert "Subject" not in headers
    assert copy != headers
    assert headers != ITEMS


@pytest.mark.parametrize("value", ["a\r\nVia: b", "a\nb", "a\rb"])
def test_our_own_text_cannot_become_another_field(value: str) -> None:
    headers = Headers()
    for change in (headers.add, headers.insert, headers.set):
        with pytest.raises(StateError):
            change("Subject", value)


def test_our_own_names_are_tokens() -> None:
    with pytest.raises(ParseError):
        Headers([("Not a name", "x")])


def test_a_read_is_kept_until_the_lines_of_its_name_change(headers: Headers) -> None:
    calls = []

    def reader(source: Headers) -> int:
        calls.append(1)
        return len(source)

    assert [headers.read("Subject", reader) for _ in range(3)] == [4, 4, 4]
    headers.set("Organization", "o")
    assert headers.read("Subject", reader) == 4
    assert len(calls) == 1
    headers.remove("o")
    headers.remove("Organization")
    headers.add("s", "s")
    assert headers.read("Subject", reader) == 5
    for change in (headers.remove, headers.remove_first):
        change("subject")
        assert headers.read("Subject", reader) == 4
    headers.set("Subject", "s")
    assert headers.read("Subject", reader) == 5
    headers.insert("Subject", "s")
    assert headers.read("Subject", reader) == 6


def test_a_copy_does_not_share_what_was_read(headers: Headers) -> None:
    assert headers.read("n", len) == 4
    copy = headers.copy()
    copy.add("Subject", "s")
    assert copy.read("n", len) == 5
    assert headers.read("n", len) == 4


def test_headers_are_not_a_key(headers: Headers) -> None:
    with pytest.raises(TypeError):
        hash(headers)
    assert "('To', 't')" in repr(headers)


def test_a_field_that_must_be_there_once_is_there_once() -> None:
    headers = Headers([("To", "<sip:a@h>"), ("From", ""), ("CSeq", "1 A"), ("CSeq", "2 A")])
    assert headers.required("To") == "<sip:a@h>"
    for name in ("From", "Call-ID", "CSeq"):
        with pytest.raises(ParseError, match=name):
            headers.required(name)


def test_values_stand_alone_when_no_name_is_there_twice() -> None:
    headers = Headers([("To", "<sip:a@h>"), ("CSeq", "1 A")])
    assert headers.lone() == {"To": "<sip:a@h>", "CSeq": "1 A"}
    headers.add("Via", "SIP/2.0/UDP h")
    assert headers.lone()["Via"] == "SIP/2.0/UDP h"
    headers.add("Via", "SIP/2.0/UDP i")
    assert headers.lone() == {}
