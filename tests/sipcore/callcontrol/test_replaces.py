"""What a Replaces says, and which dialog it names: RFC 3891 sections 3 and 6.1."""

import pytest

from sipcore.callcontrol.replaces import Replaces, find_leg, parse_replaces, read_replaces
from sipcore.errors import ParseError
from sipcore.message import Headers, Request
from tests.sipcore.callcontrol.ladders import dial
from tests.sipcore.callcontrol.office import Handset, Office, call


def invite(*lines: tuple[str, str]) -> Request:
    return Request("INVITE", "sip:x", Headers(lines))


def test_tags_are_found_in_any_order_and_among_others() -> None:
    value = "a@b ; From-Tag=6472;x=1; to-tag=7743;early-only"
    assert parse_replaces(value, "Replaces") == Replaces("a@b", "7743", "6472", early_only=True)


@pytest.mark.parametrize("value", ["", "x", "x;to-tag=a", "x;from-tag=a;to-tag=", ";to-tag=a"])
def test_replaces_needs_all_of_a_dialog(value: str) -> None:
    with pytest.raises(ParseError, match="Replaces"):
        parse_replaces(value, "Replaces")


def test_invite_without_replaces_replaces_nothing() -> None:
    assert read_replaces(invite()) is None


@pytest.mark.parametrize(
    "lines",
    [
        [("Replaces", "a;to-tag=1;from-tag=2"), ("Replaces", "b;to-tag=1;from-tag=2")],
        [("Replaces", "a;to-tag=1;from-tag=2"), ("Join", "b;to-tag=1;from-tag=2")],
        [("Replaces", "a")],
    ],
)
def test_invite_replaces_one_call_and_joins_none(lines: list[tuple[str, str]]) -> None:
    with pytest.raises(ParseError) as caught:
        read_replaces(invite(*lines))
    assert caught.value.status == 400


def test_a_dialog_is_named_by_both_tags(office: Office, alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    dialogs = office.control._wire.dialogs
    ours, theirs = bob.peer_tag, bob.tag
    for tags in ((ours, theirs), (theirs, ours)):
        leg = find_leg(Replaces(bob.call_id, *tags), dialogs)
        assert leg is not None
        assert leg.party.number == "1002"
    for other in (("x", theirs), (ours, "x"), (ours, "0"), (ours, ours)):
        assert find_leg(Replaces(bob.call_id, *other), dialogs) is None
    assert find_leg(Replaces("other", ours, theirs), dialogs) is None


def test_zero_stands_for_no_tag(office: Office, alice: Handset, bob: Handset) -> None:
    dial(alice, bob, From="<sip:1001@192.0.2.1>")
    bob.answers(180)
    replaces = Replaces(alice.call_id, alice.response(180).to.tag, "0")
    leg = find_leg(replaces, office.control._wire.dialogs)
    assert leg is not None
    assert leg.party.number == "1001"
