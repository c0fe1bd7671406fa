"""The messages of RFC 4475 and RFC 5118 against the verdicts in torture/verdicts.json."""

import json
from pathlib import Path
from typing import Any

import pytest

from sipcore.errors import ParseError
from sipcore.message import (
    NameAddr,
    Request,
    Response,
    make_response,
    parse_leniently,
    parse_message,
)

FOLDER = Path(__file__).parent.parent / "torture"
VERDICTS: dict[str, dict[str, Any]] = json.loads((FOLDER / "verdicts.json").read_text())[
    "messages"
]


def load(file: str) -> bytes:
    """Return the message; the archive of RFC 5118 has it with LF and without the empty line."""
    data = (FOLDER / file).read_bytes()
    if not file.startswith("rfc5118"):
        return data
    data = data.replace(b"\n", b"\r\n")
    return data if b"\r\n\r\n" in data else data + b"\r\n"


def judge(data: bytes) -> str | int:
    try:
        message = parse_message(data)
        message.check()
        _ = message.contacts
    except ParseError as error:
        return error.status
    return "accept"


def parsed(name: str) -> Request:
    message = parse_message(load(f"rfc4475/{name}.dat"))
    assert isinstance(message, Request)
    return message


def test_every_message_has_a_verdict() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("rfc*/*.dat")}
    assert files == set(VERDICTS)


@pytest.mark.parametrize("file", VERDICTS)
def test_the_verdict_is_kept(file: str) -> None:
    assert judge(load(file)) == VERDICTS[file]["verdict"]


@pytest.mark.parametrize("file", [file for file in VERDICTS if "answerable" in VERDICTS[file]])
def test_a_refused_message_is_answered_where_somebody_waits(file: str) -> None:
    salvaged = parse_leniently(load(file))
    assert (salvaged is not None) == VERDICTS[file]["answerable"]
    if salvaged is not None:
        answer = parse_message(make_response(salvaged, 400, to_tag="t").to_bytes())
        assert isinstance(answer, Response)


@pytest.mark.parametrize(
    "file", [file for file in VERDICTS if VERDICTS[file]["verdict"] == "accept"]
)
def test_an_accepted_message_is_the_same_after_a_round_trip(file: str) -> None:
    message = parse_message(load(file))
    message.headers.remove("Content-Length")
    again = parse_message(message.to_bytes())
    again.headers.remove("Content-Length")
    assert again == message


def test_the_tortuous_invite_is_read_in_all_its_parts() -> None:
    message = parsed("wsinv")
    assert message.call_id == "wsinv.ndaksdj@192.0.2.1"
    assert message.max_forwards == 68
    assert (message.cseq.number, message.cseq.method) == (9, "INVITE")
    assert [via.transport for via in message.vias] == ["UDP", "TCP", "UDP"]
    assert message.vias[1].sent_by == "spindle.example.com"
    assert message.from_.display == 'J Rosenberg \\"'
    assert message.to.tag == "1918181833n"
    assert len(message.routes) == 1
    assert message.body.startswith(b"v=0")


def test_wide_characters_are_kept() -> None:
    message = parsed("intmeth")
    assert message.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert message.to.display == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert message.from_.tag == "_token~1'+`*%!-."
    assert message.request_uri.host == "example.com"


def test_escapes_are_undone_once() -> None:
    assert parsed("esc01").request_uri.user == "sips:user@example.com"
    users = [contact.sip_uri.user for contact in addresses(parsed("escnull"))]
    assert users == ["\0", "\0\0"]
    assert "Contact" in parsed("esc02").headers
    assert "C%6Fntact" in parsed("esc02").headers


def addresses(message: Request) -> list[NameAddr]:
    contacts = message.contacts
    assert isinstance(contacts, list)
    return contacts


def test_the_request_behind_the_first_is_cut_off() -> None:
    assert parsed("dblreq").method == "REGISTER"
    assert parsed("dblreq").body == b""


def test_a_user_part_may_hold_semicolons() -> None:
    assert parsed("semiuri").request_uri.user == "user;par=u@example.net"


def test_contact_parameters_belong_to_header_or_uri() -> None:
    header, uri = parsed("cparam01").contact, parsed("cparam02").contact
    assert "unknownparam" in header.params
    assert "unknownparam" in uri.sip_uri.params
    assert not uri.params
    assert parsed("regescrt").contact.sip_uri.headers == "Route=%3Csip:sip.example.com%3E"


def test_overlarge_intervals_are_an_hour() -> None:
    message = parsed("scalar02")
    assert message.max_forwards is None
    assert message.expires == 3600
    assert message.contact.expires == 3600


def test_reason_phrases_are_kept() -> None:
    noreason = parse_message(load("rfc4475/noreason.dat"))
    unreason = parse_message(load("rfc4475/unreason.dat"))
    assert isinstance(noreason, Response)
    assert isinstance(unreason, Response)
    assert noreason.reason == ""
    assert unreason.reason.startswith("= 2**3 * 5**2 ")
    assert unreason.to_bytes().startswith(load("rfc4475/unreason.dat").partition(b"\r\n")[0])


def test_the_port_of_an_ipv6_reference_is_behind_the_brackets() -> None:
    ambiguous = parse_message(load("rfc5118/port-ambiguous.dat"))
    clear = parse_message(load("rfc5118/port-unambiguous.dat"))
    assert isinstance(ambiguous, Request)
    assert isinstance(clear, Request)
    assert ambiguous.request_uri.port is None
    assert clear.request_uri.port == 5070


@pytest.mark.parametrize("kind", ["with", "no"])
def test_received_is_read_with_delimiters_and_without(kind: str) -> None:
    message = parse_message(load(f"rfc5118/via-received-param-{kind}-delim.dat"))
    assert message.via.received == "2001:db8::9:255"


def test_the_session_with_addresses_of_ipv6_is_good_but_for_its_length() -> None:
    data = load("rfc5118/ipv6-in-sdp.dat").replace(b"Content-Length: 268", b"Content-Length: 251")
    assert judge(data) == "accept"
