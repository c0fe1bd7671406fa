import pytest

from sipcore.ports import Flow
from sipcore.transaction.routing import answer_flow, fallback_flow, own_via, stamp_via
from tests.sipcore.transaction.ladder import request

US = ("192.0.2.1", 5060)
NAT = Flow("UDP", US, ("203.0.113.9", 40001))
CONNECTION = Flow("TCP", US, ("203.0.113.9", 40001), 3)


@pytest.mark.parametrize(
    ("via", "stamped"),
    [
        ("203.0.113.9:5060;branch=z9hG4bK1", "203.0.113.9:5060;branch=z9hG4bK1"),
        ("10.0.0.1:5060;branch=z9hG4bK1", "10.0.0.1:5060;branch=z9hG4bK1;received=203.0.113.9"),
        ("phone.invalid;branch=z9hG4bK1", "phone.invalid;branch=z9hG4bK1;received=203.0.113.9"),
        (
            "203.0.113.9;rport;branch=z9hG4bK1",
            "203.0.113.9;rport=40001;branch=z9hG4bK1;received=203.0.113.9",
        ),
        (
            "10.0.0.1;branch=z9hG4bK1;received=1.2.3.4",
            "10.0.0.1;branch=z9hG4bK1;received=203.0.113.9",
        ),
        (
            "203.0.113.9;rport=1;branch=z9hG4bK1",
            "203.0.113.9;rport=40001;branch=z9hG4bK1;received=203.0.113.9",
        ),
    ],
)
def test_the_top_via_says_where_the_request_came_from(via: str, stamped: str) -> None:
    message = request(via="SIP/2.0/UDP " + via)
    stamp_via(message, NAT)
    assert str(message.via) == "SIP/2.0/UDP " + stamped


def test_only_the_top_via_is_touched() -> None:
    below = "SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK2"
    last = "SIP/2.0/UDP 10.0.0.3;branch=z9hG4bK3"
    message = request(via=f"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1, {below}")
    message.headers.add("Via", last)
    stamp_via(message, NAT)
    assert [str(via) for via in message.vias] == [
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=203.0.113.9",
        below,
        last,
    ]


@pytest.mark.parametrize(
    ("via", "port"),
    [("10.0.0.1", 5060), ("10.0.0.1:5070", 5070), ("10.0.0.1:5070;rport", 40001)],
)
def test_over_udp_answers_go_to_the_source_and_the_port_that_the_via_names(
    via: str, port: int
) -> None:
    message = request(via=f"SIP/2.0/UDP {via};branch=z9hG4bK1")
    stamp_via(message, NAT)
    assert answer_flow(message, NAT) == Flow("UDP", US, ("203.0.113.9", port))


def test_maddr_does_not_send_our_answers_elsewhere() -> None:
    message = request(via="SIP/2.0/UDP 10.0.0.1;maddr=198.51.100.1;branch=z9hG4bK1")
    assert answer_flow(message, NAT).remote == ("203.0.113.9", 5060)


def test_over_a_connection_answers_go_back_on_it() -> None:
    message = request(via="SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bK1")
    assert answer_flow(message, CONNECTION) == CONNECTION


@pytest.mark.parametrize(("via", "port"), [("10.0.0.1", 5060), ("10.0.0.1:5070;rport", 5070)])
def test_behind_a_lost_connection_is_the_address_with_the_port_of_sent_by(
    via: str, port: int
) -> None:
    message = request(via=f"SIP/2.0/TCP {via};branch=z9hG4bK1")
    assert fallback_flow(message, CONNECTION) == Flow("TCP", US, ("203.0.113.9", port))


def test_where_there_is_no_connection_there_is_nothing_behind_it() -> None:
    assert fallback_flow(request(), NAT) is None


def test_our_via_names_our_address_and_asks_for_rport_over_udp_only() -> None:
    assert str(own_via(NAT, "z9hG4bK1")) == "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport"
    assert str(own_via(CONNECTION, "z9hG4bK1")) == "SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK1"


def test_our_via_puts_brackets_round_ipv6() -> None:
    flow = Flow("UDP", ("2001:db8::1", 5060), ("2001:db8::2", 5060))
    assert own_via(flow, "z9hG4bK1").sent_by == "[2001:db8::1]:5060"
