import socket

import pytest

from sipcore.transport.listen import Listen, address_of, is_numeric, parse_listen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("udp:192.0.2.1:5060", [Listen("UDP", "192.0.2.1", 5060)]),
        ("TCP:192.0.2.1:5060", [Listen("TCP", "192.0.2.1", 5060)]),
        ("0.0.0.0:5060", [Listen("UDP", "0.0.0.0", 5060), Listen("TCP", "0.0.0.0", 5060)]),
        ("tcp:[::1]:0", [Listen("TCP", "::1", 0)]),
        ("[::]:5060", [Listen("UDP", "::", 5060), Listen("TCP", "::", 5060)]),
    ],
)
def test_an_option_names_a_transport_or_stands_for_both(text: str, expected: list[Listen]) -> None:
    assert list(parse_listen(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "5060", "192.0.2.1", "tls:192.0.2.1:5061", "udp:phone.example:5060", "192.0.2.1:x",
     "192.0.2.1:65536", "udp::5060", "192.0.2.1:٣"],
)  # fmt: skip
def test_what_cannot_be_listened_on_is_refused_with_the_text_that_was_given(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text.split(":", maxsplit=1)[0]):
        parse_listen(text)


def test_a_listen_address_reads_as_it_is_written() -> None:
    for text in ("udp:192.0.2.1:5060", "tcp:[::1]:5060"):
        assert str(parse_listen(text)[0]) == text


def test_a_wildcard_is_told_from_an_address() -> None:
    assert [each.is_wildcard for each in (*parse_listen("[::]:1"), *parse_listen("[::1]:1"))] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_family_follows_the_address() -> None:
    assert Listen("UDP", "::1", 0).family == socket.AF_INET6
    assert Listen("UDP", "127.0.0.1", 0).family == socket.AF_INET


def test_only_numeric_hosts_can_be_sent_to_without_a_name_look_up() -> None:
    assert is_numeric("192.0.2.1")
    assert is_numeric("fe80::1%2")
    assert not is_numeric("phone.example")
    assert not is_numeric("192.0.2.1\0")
    assert not is_numeric("")


def test_a_link_local_address_keeps_its_zone() -> None:
    assert address_of(("fe80::1", 5060, 0, 2)) == ("fe80::1%2", 5060)
    assert address_of(("fe80::1%2", 5060, 0, 2)) == ("fe80::1%2", 5060)
    assert address_of(("::1", 5060, 0, 0)) == ("::1", 5060)
    assert address_of(("192.0.2.1", 5060)) == ("192.0.2.1", 5060)
