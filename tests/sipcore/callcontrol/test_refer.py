"""What is read of a REFER: RFC 3515, RFC 3891 and RFC 4488."""

import pytest

from sipcore.callcontrol.refer import read_refer
from sipcore.callcontrol.replaces import Replaces
from sipcore.errors import ParseError
from sipcore.message import Headers, Request


def refer(*refer_to: str, **more: str) -> Request:
    headers = Headers(("Refer-To", value) for value in refer_to)
    for name, value in more.items():
        headers.add(name.replace("_", "-"), value)
    return Request("REFER", "sip:x", headers)


@pytest.mark.parametrize("value", ["<sip:1003@h>", "sip:1003@h", '"C" <sip:1003@h;method=INVITE>'])
def test_number_is_the_user_part(value: str) -> None:
    asked = read_refer(refer(value))
    assert (asked.number, asked.replaces, asked.wants_news) == ("1003", None, True)


def test_replaces_is_unescaped() -> None:
    asked = read_refer(
        refer("<sip:1003@h?x=1&Replaces=a%40b%3Bto-tag%3D7743%3Bfrom-tag%3D6472%3Bearly-only>")
    )
    assert asked.replaces == Replaces("a@b", "7743", "6472", early_only=True)


@pytest.mark.parametrize(
    ("value", "wants"), [("false", False), ("False;x", False), ("true", True)]
)
def test_refer_sub_says_whether_news_are_wanted(value: str, wants: bool) -> None:
    assert read_refer(refer("<sip:1003@h>", Refer_Sub=value)).wants_news is wants


@pytest.mark.parametrize("values", [(), ("<sip:1@h>", "<sip:2@h>"), ("<nothing>",)])
def test_exactly_one_address_is_needed(values: tuple[str, ...]) -> None:
    with pytest.raises(ParseError) as caught:
        read_refer(refer(*values))
    assert caught.value.status == 400
