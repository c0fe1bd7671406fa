"""Properties of the parser: hypothesis makes messages, sipmessage reads the well-formed too."""

import sipmessage
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.message import NameAddr, Request, SipUri, Via, make_response, parse_message
from tests.fuzz.reading import read
from tests.sipcore import referee
from tests.sipcore.message.test_torture import VERDICTS, load

TOKEN = st.text("abcXYZ019-.!*_+`'~", min_size=1, max_size=12)
USER = st.text("abcXYZ019-_.!~*'()&=+$,;?/", min_size=1, max_size=12)
HOST = st.sampled_from(["example.com", "192.0.2.7", "a.b-c.example", "[2001:db8::1]"])
PORT = st.none() | st.integers(1, 65535)
# sipmessage takes any space of Unicode for a blank; to us it is part of the name.
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P")) | st.just(" ")
DISPLAY = st.text(LETTERS, max_size=20).map(str.strip)
PARAMS = st.dictionaries(TOKEN.map(lambda t: "x" + t.lower()), st.none() | TOKEN, max_size=3)
PARAM_TEXT = st.text("abcXYZ019-.!*_+'~", min_size=1, max_size=12)
URI_PARAMS = st.dictionaries(
    PARAM_TEXT.map(lambda t: "x" + t.lower()), st.none() | PARAM_TEXT, max_size=3
)
METHOD = st.sampled_from(["INVITE", "REGISTER", "OPTIONS", "BYE", "MESSAGE", "x-Y.z"])
REASON = st.sampled_from(["OK", "", "Nicht gefunden", "\u30c6\u30b9\u30c8", "Moved  Temporarily"])
COMPACT = {"Via": "v", "From": "f", "To": "t", "Call-ID": "i", "Contact": "m", "Supported": "k"}
JUNK = st.binary(max_size=60)
SEEDS = [load(file) for file in VERDICTS]


def text_of(params: dict[str, str | None]) -> str:
    return "".join(f";{n}" if v is None else f";{n}={v}" for n, v in params.items())


@st.composite
def places(draw: st.DrawFn) -> str:
    port = draw(PORT)
    return draw(HOST) + (f":{port}" if port else "")


@st.composite
def uris(draw: st.DrawFn) -> str:
    return f"sip:{draw(USER)}@{draw(places())}"


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Make a name-addr with display name, URI and parameters of both."""
    display = draw(DISPLAY).replace("\\", "").replace('"', "")
    quoted = f'"{display}" ' if display else ""
    return f"{quoted}<{draw(uris())}{text_of(draw(URI_PARAMS))}>{text_of(draw(PARAMS))}"


@st.composite
def vias(draw: st.DrawFn) -> str:
    transport = draw(st.sampled_from(["UDP", "TCP", "TLS"]))
    params = text_of(draw(PARAMS)) + draw(st.sampled_from(["", ";rport", ";received=192.0.2.9"]))
    return f"SIP/2.0/{transport} {draw(places())};branch=z9hG4bK{draw(TOKEN)}{params}"


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Make a well-formed request or response: lists on one line or several, names of any form."""
    method, body = draw(METHOD), draw(st.binary(max_size=40))
    start = draw(
        st.just(f"{method} {draw(uris())} SIP/2.0")
        | st.builds("SIP/2.0 {} {}".format, st.integers(100, 699), REASON)
    )
    fields = [("Via", via) for via in draw(st.lists(vias(), min_size=1, max_size=3))]
    fields += [
        ("Max-Forwards", str(draw(st.integers(0, 255)))),
        ("From", f"{draw(addresses())};tag={draw(TOKEN)}"),
        ("To", draw(addresses())),
        ("Call-ID", f"{draw(TOKEN)}@{draw(HOST)}"),
        ("CSeq", f"{draw(st.integers(0, 2**32 - 1))} {method}"),
        ("Supported", ", ".join(draw(st.lists(TOKEN, min_size=1, max_size=3)))),
        ("Content-Length", str(len(body))),
    ]
    for name in ("Contact", "Route", "Record-Route", "Path"):
        fields += [(name, value) for value in draw(st.lists(addresses(), max_size=2))]
        # of several display names on one line sipmessage makes one
        several = draw(st.lists(addresses().map(lambda a: a[a.index("<") :]), max_size=3))
        fields += [(name, ", ".join(several))] if several else []
    lines = [f"{draw(names(name))}: {value}" for name, value in fields]
    return "\r\n".join([start, *lines, "", ""]).encode() + body


def names(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name, name.upper(), name.lower(), COMPACT.get(name, name)])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Cut, double and fill a message of the RFCs."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        upto = draw(st.integers(at, min(at + 40, len(data))))
        data = data[:at] + draw(JUNK | st.just(data[at:upto] * 2)) + data[upto:]
    return data


@given(st.binary(max_size=400) | damaged() | messages())
@settings(max_examples=150, deadline=None)
def test_no_octets_upset_a_reader(data: bytes) -> None:
    read(data)


@given(messages())
@settings(max_examples=150, deadline=None)
def test_a_well_formed_message_means_to_us_what_it_means_to_sipmessage(data: bytes) -> None:
    ours, theirs = parse_message(data), sipmessage.Message.parse(data)
    assert ours.body == theirs.body
    referee.assert_same_start(ours, theirs)
    referee.assert_same_headers(ours, theirs)
    referee.assert_same_values(ours, theirs)
    assert ours.headers.values("Supported") == theirs.supported
    if isinstance(ours, Request):
        assert ours.max_forwards == theirs.max_forwards


@given(messages())
@settings(max_examples=150, deadline=None)
def test_what_we_write_sipmessage_reads_as_the_same(data: bytes) -> None:
    message = parse_message(data)
    written = sipmessage.Message.parse(message.to_bytes())
    referee.assert_same_headers(message, written)
    referee.assert_same_values(message, written)
    assert written.body == message.body


@given(messages())
@settings(max_examples=100, deadline=None)
def test_answers_to_a_well_formed_request_pass_the_referee(data: bytes) -> None:
    message = parse_message(data)
    if isinstance(message, Request):
        referee.check(make_response(message, 404, to_tag="t").to_bytes())


@given(addresses(), vias(), uris())
@settings(max_examples=150, deadline=None)
def test_values_that_we_write_sipmessage_reads_as_the_same(
    address: str, via: str, uri: str
) -> None:
    theirs = sipmessage.Address.parse(str(NameAddr.parse(address)))
    referee.assert_same_address(NameAddr.parse(address), theirs)
    referee.assert_same_via(Via.parse(via), sipmessage.Via.parse(str(Via.parse(via))))
    referee.assert_same_uri(SipUri.parse(uri), sipmessage.URI.parse(str(SipUri.parse(uri))))
