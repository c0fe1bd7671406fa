from dataclasses import replace

import pytest

from sipcore.errors import ParseError
from sipcore.message import Request, SipUri, parse_message
from sipcore.ports import Binding
from sipcore.registrar.contacts import OutOfOrderError, Wanted, clear, read_contacts, update
from tests.sipcore.site import binding, flow, handsets

FLOW = flow("198.51.100.1")
HELD = binding("SEP1", "1001", FLOW, contact="sip:1001@198.51.100.1", call_id="a", cseq=5)


def contacts(*values: str, expires: object = 3600) -> list[Wanted] | None:
    data = handsets()["1001"].register(Contact=list(values), Expires=expires)
    message = parse_message(data)
    assert isinstance(message, Request)
    return read_contacts(message)


def wanted(uri: str, expires_s: int | None = 3600) -> Wanted:
    return Wanted(uri, SipUri.parse(uri), expires_s)


def asked(
    uri: str, expires_s: int | None = 3600, call_id: str = "a", cseq: int = 6
) -> tuple[Wanted, Binding]:
    made = replace(HELD, contact=uri, call_id=call_id, cseq=cseq, registered_at=100.0)
    return wanted(uri, expires_s), made


# -- reading ------------------------------------------------------------------------------------


def test_a_contacts_own_expires_goes_before_the_header():
    found = contacts("<sip:1001@a.example>;expires=500", "<sip:1001@b.example>")
    assert found == [wanted("sip:1001@a.example", 500), wanted("sip:1001@b.example", 3600)]


def test_without_any_expires_no_time_is_asked():
    assert contacts("<sip:1001@a.example>", expires="") == [wanted("sip:1001@a.example", None)]


def test_a_malformed_expires_is_an_hour():
    assert contacts("<sip:1001@a.example>;expires=soon") == [wanted("sip:1001@a.example", 3600)]


def test_no_contact_is_a_query():
    assert contacts() == []


def test_star_with_expires_zero_stands_for_all():
    assert contacts("*", expires=0) is None


@pytest.mark.parametrize(
    ("values", "expires"),
    [
        (["*"], 3600),
        (["*"], ""),
        (["*", "<sip:1001@a.example>"], 0),
        (["<tel:1001>"], 60),
        (["<sips:1001@a.example>"], 3600),
        (["<sip:1001@a.example;transport=tls>"], 3600),
        (["<sip:1001@a.example>;q=2"], 3600),
        (["<sip:1001@a.example"], 3600),
        (["<sip:1001@224.0.0.1>"], 3600),
        (["<sip:1001@255.255.255.255>"], 3600),
        (["<sip:1001@0.0.0.0>"], 3600),
        (["<sip:1001@[::]>"], 3600),
        (["<sip:caf\u00e9@a.example>"], 3600),
        ([f"<sip:{'1' * 300}@a.example>"], 3600),
    ],
)
def test_a_contact_that_cannot_be_called_is_an_error(values: list[str], expires: object):
    with pytest.raises(ParseError) as raised:
        contacts(*values, expires=expires)
    assert raised.value.header == "Contact"


def test_the_same_address_twice_is_one_contact_and_the_last_one_counts():
    found = contacts("<sip:1001@a.example>;expires=500", "<sip:1001@A.EXAMPLE>;expires=0")
    assert found == [wanted("sip:1001@A.EXAMPLE", 0)]


def test_only_a_short_time_above_zero_is_too_brief():
    assert wanted("sip:a@b", 119).is_too_brief(120)
    assert not any(wanted("sip:a@b", s).is_too_brief(120) for s in (None, 0, 120, 3600))
    assert not wanted("sip:a@b", 3600).is_too_brief(7200)


# -- updating -----------------------------------------------------------------------------------


def test_a_new_contact_is_added():
    change, made = update([], [asked("sip:1001@a.example")]), asked("sip:1001@a.example")[1]
    assert change.saved == change.after == (made,)
    assert change.removed == ()
    assert not change.is_refresh


def test_a_known_contact_is_refreshed_and_keeps_the_time_it_was_first_seen():
    change = update([HELD], [asked(HELD.contact)])
    assert change.is_refresh
    assert change.saved[0].cseq == 6
    assert change.saved[0].registered_at == HELD.registered_at
    assert change.removed == ()


def test_the_same_contact_over_another_flow_is_a_new_registration():
    one, made = asked(HELD.contact)
    change = update([HELD], [(one, replace(made, flow=flow("198.51.100.1", 5062)))])
    assert not change.is_refresh
    assert change.saved[0].registered_at == 100.0


def test_an_address_written_in_another_way_replaces_the_first_spelling():
    change = update([HELD], [asked("sip:1001@198.51.100.1;x=y")])
    assert change.removed == (HELD.key,)
    assert [each.contact for each in change.after] == ["sip:1001@198.51.100.1;x=y"]


def test_a_second_contact_of_the_same_call_id_stands_beside_the_first():
    change = update([HELD], [asked("sip:1001@b.example")])
    assert len(change.after) == 2
    assert change.removed == ()


def test_a_new_call_id_replaces_what_the_phone_had_before():
    change = update([HELD], [asked("sip:1001@b.example", call_id="b", cseq=1)])
    assert change.removed == (HELD.key,)
    assert [each.contact for each in change.after] == ["sip:1001@b.example"]


def test_a_new_call_id_takes_over_the_same_contact_whatever_its_cseq():
    change = update([HELD], [asked(HELD.contact, call_id="b", cseq=1)])
    assert change.removed == ()
    assert change.after[0].call_id == "b"
    assert not change.is_refresh


def test_expires_zero_removes_that_contact_only_even_with_a_new_call_id():
    other = replace(HELD, contact="sip:1001@b.example")
    change = update([HELD, other], [asked(HELD.contact, 0, call_id="b", cseq=1)])
    assert change.removed == (HELD.key,)
    assert change.after == (other,)


def test_removing_what_is_not_bound_changes_nothing():
    change = update([HELD], [asked("sip:1001@b.example", 0)])
    assert change.saved == change.removed == ()
    assert change.after == (HELD,)


def test_one_request_may_move_a_phone():
    change = update([HELD], [asked(HELD.contact, 0), asked("sip:1001@b.example")])
    assert change.removed == (HELD.key,)
    assert [each.contact for each in change.after] == ["sip:1001@b.example"]


@pytest.mark.parametrize("cseq", [4, 5])
def test_an_old_cseq_aborts_all_of_it(cseq: int):
    old = [asked("sip:1001@b.example", cseq=cseq), asked(HELD.contact, cseq=cseq)]
    with pytest.raises(OutOfOrderError) as raised:
        update([HELD], old)
    assert raised.value.binding == HELD
    with pytest.raises(OutOfOrderError):
        update([HELD], [asked(HELD.contact, 0, cseq=cseq)])


def test_star_removes_everything_unless_it_is_out_of_order():
    other = replace(HELD, contact="sip:1001@b.example", call_id="b", cseq=9)
    assert clear([HELD, other], "a", 6).removed == (HELD.key, other.key)
    assert clear([HELD, other], "c", 1).removed == (HELD.key, other.key)
    with pytest.raises(OutOfOrderError):
        clear([HELD, other], "b", 9)
