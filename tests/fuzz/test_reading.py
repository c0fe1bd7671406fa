"""Properties of the parser: hypothesis makes messages, sipmessage reads the well-formed too."""

import sipmessage
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.message import NameAddr, Request, SipUri, parse_message
from tests.fuzz.reading import read
from tests.sipcore.message.test_torture import VERDICTS, load

TOKEN = st.text("abcXYZ019-.!%*_+`'~", min_size=1, max_size=12)
USER = st.text("abcXYZ019-_.!~*'()&=+$,;?/", min_size=1, max_size=12)
HOST = st.sampled_from(["example.com", "192.0.2.7", "a.b-c.example", "[2001:db8::1]"])
PORT = st.none() | st.integers(1, 65535)
# sipmessage takes any space of Unicode for a blank; to us it is part of the name.
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P")) | st.just(" ")
DISPLAY = st.text(LETTERS, max_size=20).map(str.strip)
PARAMS = st.dictionaries(TOKEN.map(lambda t: "x" + t.lower().replace("%", "")), TOKEN, max_size=3)
JUNK = st.binary(max_size=60)
SEEDS = [load(file) for file in VERDICTS]


@st.composite
def uris(draw: st.DrawFn) -> str:
    port = draw(PORT)
    tail = f":{port}" if port else ""
    return f"sip:{draw(USER)}@{draw(HOST)}{tail}"


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Make a name-addr with display name, URI and parameters."""
    display = draw(DISPLAY).replace("\\", "").replace('"', "")
    quoted = f'"{display}" ' if display else ""
    params = "".join(f";{name}={value}" for name, value in draw(PARAMS).items())
    return f"{quoted}<{draw(uris())}>{params}"


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    method = draw(st.sampled_from(["INVITE", "REGISTER", "OPTIONS", "BYE", "MESSAGE"]))
    body = draw(st.binary(max_size=40))
    lines = [
        f"{method} {draw(uris())} SIP/2.0",
        f"Via: SIP/2.0/{draw(st.sampled_from(['UDP', 'TCP']))} {draw(HOST)};branch=z9hG4bK1",
        f"Max-Forwards: {draw(st.integers(0, 255))}",
        f"From: {draw(addresses())};tag={draw(TOKEN)}",
        f"To: {draw(addresses())}",
        f"Call-ID: {draw(TOKEN)}@{draw(HOST)}",
        f"CSeq: {draw(st.integers(0, 2**32 - 1))} {method}",
        f"Contact: {draw(addresses())}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Cut, double and fill a message of the RFCs."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        upto = draw(st.integers(at, min(at + 40, len(data))))
        data = data[:at] + draw(JUNK | st.just(data[at:upto] * 2)) + data[upto:]
    return data


@given(st.binary(max_size=400) | damaged() | requests())
@settings(max_examples=150, deadline=None)
def test_no_octets_upset_a_reader(data: bytes) -> None:
    read(data)


@given(requests())
@settings(max_examples=100, deadline=None)
def test_a_well_formed_request_means_to_us_what_it_means_to_sipmessage(data: bytes) -> None:
    ours, theirs = parse_message(data), sipmessage.Message.parse(data)
    assert isinstance(ours, Request)
    assert isinstance(theirs, sipmessage.Request)
    assert (ours.method, ours.body) == (theirs.method, theirs.body)
    assert_same_uri(ours.request_uri, theirs.uri)
    assert ours.call_id == theirs.call_id
    assert (ours.cseq.number, ours.cseq.method) == (theirs.cseq.sequence, theirs.cseq.method)
    assert ours.max_forwards == theirs.max_forwards
    assert (ours.via.transport, ours.via.branch) == (theirs.via[0].transport, "z9hG4bK1")
    assert_same_address(ours.from_, theirs.from_address)
    assert_same_address(ours.to, theirs.to_address)
    assert_same_address(ours.contact, theirs.contact[0])


@given(requests())
@settings(max_examples=100, deadline=None)
def test_what_we_write_sipmessage_reads_as_the_same(data: bytes) -> None:
    written = sipmessage.Message.parse(parse_message(data).to_bytes())
    assert bytes(written) == bytes(sipmessage.Message.parse(data))


def assert_same_uri(ours: SipUri, theirs: sipmessage.URI) -> None:
    host = f"[{ours.host}]" if ":" in ours.host else ours.host
    assert (ours.scheme, host, ours.port) == (theirs.scheme, theirs.host, theirs.port)


def assert_same_address(ours: NameAddr, theirs: sipmessage.Address) -> None:
    assert (ours.display or None) == (theirs.name or None)
    assert_same_uri(ours.sip_uri, theirs.uri)
    assert {name.lower() for name in ours.params} == {name.lower() for name in theirs.parameters}
