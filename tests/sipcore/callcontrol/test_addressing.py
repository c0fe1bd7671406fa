import pytest

from sipcore.callcontrol.addressing import (
    address,
    check_addresses,
    contact,
    name_addr,
    number_of,
    remote_party_id,
)
from sipcore.dialog import Dialog
from sipcore.errors import ParseError
from sipcore.ports import Flow
from tests.sipcore.site import flow

PHONE = flow("198.51.100.1")
TCP = flow("198.51.100.1", 40001, "TCP", 1)
V6 = Flow("UDP", ("2001:db8::1", 5070), ("2001:db8::2", 5060))


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("sip:1002@h", "1002"),
        ("sip:%2360@h;user=phone", "#60"),
        ("sip:*99@h", "*99"),
        ("sip:1002;phone-context=x@h", "1002"),
        ("sip:h", ""),
        ("SIP:+492211@h:5070", "+492211"),
    ],
)
def test_number_is_the_user_part(uri: str, number: str) -> None:
    assert number_of(uri, "To") == number


@pytest.mark.parametrize("uri", ["sips:1@h", "tel:1", "mailto:a@b"])
def test_other_schemes_hold_no_number(uri: str) -> None:
    with pytest.raises(ParseError) as caught:
        number_of(uri, "Request-URI")
    assert caught.value.status == 416


def test_addresses_are_ours() -> None:
    assert str(address("1001", PHONE)) == "sip:1001@192.0.2.1"
    assert str(address("#60", PHONE)) == "sip:%2360@192.0.2.1"
    assert str(address("1001", V6)) == "sip:1001@[2001:db8::1]:5070"


def test_contact_names_port_and_transport() -> None:
    assert contact("1001", PHONE) == "sip:1001@192.0.2.1:5060"
    assert contact("1001", TCP) == "sip:1001@192.0.2.1:5060;transport=tcp"
    assert contact("1001", V6) == "sip:1001@[2001:db8::1]:5070"


def test_names_are_quoted() -> None:
    assert name_addr("", "1001", PHONE) == "<sip:1001@192.0.2.1>"
    assert name_addr('Sam "S" White', "1001", PHONE, "t") == (
        '"Sam \\"S\\" White" <sip:1001@192.0.2.1>;tag=t'
    )


def test_remote_party_id_names_the_other_side() -> None:
    name, value = remote_party_id("Sam", "1001", PHONE, "calling")
    assert name == "Remote-Party-ID"
    assert value == '"Sam" <sip:1001@192.0.2.1>;party=calling;screen=yes;privacy=off'


@pytest.mark.parametrize(
    ("target", "routes"),
    [("mailto:x", ()), ("sip:[x", ()), ("sip:a@h", ("<mailto:x@h>",)), ("sip:a@h", ("x",))],
)
def test_unusable_addresses_of_a_dialog_are_found_at_once(
    target: str, routes: tuple[str, ...]
) -> None:
    dialog = Dialog("c", "a", "b", "<sip:a@h>", "<sip:b@h>", target, routes, 1, 1, PHONE, "<x>")
    with pytest.raises(ParseError) as caught:
        check_addresses(dialog)
    assert caught.value.status == 400
