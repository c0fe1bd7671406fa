"""Diversion on the way to the phone that a call was sent on to: RFC 5806."""

import pytest

from sipcore.callcontrol.diversion import Diversion, headers, reason_of
from sipcore.callcontrol.lines import Party
from sipcore.message import Headers, Response
from tests.sipcore.callcontrol.ladders import dial
from tests.sipcore.callcontrol.office import Handset, Office
from tests.sipcore.site import SERVER, flow, phone

TAIL = "privacy=off;screen=yes"


def party(number: str) -> Party:
    record = phone(f"SEP00000000{number}", "", number)
    return Party(record, record.lines[0])


def test_last_and_first_are_told() -> None:
    way = flow("198.51.100.3")
    chain = [Diversion(party(number)) for number in ("1001", "1002", "1003")]
    assert headers([], way) == []
    [(name, value)] = headers(chain[:1], way)
    assert (name, value) == ("Diversion", f"<sip:1001@{SERVER[0]}>;reason=unconditional;{TAIL}")
    told = [value for _, value in headers(chain, way)]
    assert [value[5:9] for value in told] == ["1003", "1001"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), "unconditional"),
        (("<sip:1@h>;reason=user-busy",), "user-busy"),
        (('<sip:1@h>;reason="no-answer", <sip:2@h>;reason=user-busy',), "no-answer"),
        (("<sip:1@h>;reason=deflection",), "unconditional"),
        (("<sip:1@h>",), "unconditional"),
        (("<broken",), "unconditional"),
    ],
)
def test_reason_is_the_phones_own(lines: tuple[str, ...], reason: str) -> None:
    response = Response(302, "", Headers(("Diversion", line) for line in lines))
    assert reason_of(response) == reason


def test_phone_that_rings_instead_is_told_who_sent_the_call_on(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    assert "Diversion" not in dial(alice, bob).headers
    busy = f"<sip:1002@{SERVER[0]}>;reason=user-busy"
    bob.answers(302, Contact=f"<sip:1003@{SERVER[0]}>", Diversion=busy)
    told = carol.request("INVITE").headers.get_all("Diversion")
    assert told == [f"<sip:1002@{SERVER[0]}>;reason=user-busy;{TAIL}"]
