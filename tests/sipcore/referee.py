"""A second opinion on what we send: sipmessage, which shares no line with our parser.

Whatever the engine sends is to be well-formed to somebody else too, and to mean the same.
"""

from collections.abc import Mapping

import sipmessage

from sipcore.message import STAR, NameAddr, Request, Response, SipUri, Via, parse_message

Ours = Request | Response
Theirs = sipmessage.Request | sipmessage.Response
ADDRESSES = ("Remote-Party-ID", "Diversion")
LISTS = ("Route", "Record-Route", "Path")


def check(data: bytes) -> None:
    """Raise AssertionError or ValueError for a message that sipmessage reads otherwise."""
    ours, theirs = parse_message(data), sipmessage.Message.parse(data)
    assert_same_start(ours, theirs)
    assert ours.body == theirs.body
    assert theirs.content_length == len(theirs.body)
    assert_same_headers(ours, theirs)
    assert_same_values(ours, theirs)
    if isinstance(ours, Request):
        assert theirs.max_forwards == ours.max_forwards
        assert theirs.max_forwards is not None


def assert_same_start(ours: Ours, theirs: Theirs) -> None:
    if isinstance(ours, Request):
        assert isinstance(theirs, sipmessage.Request)
        assert ours.method == theirs.method == theirs.cseq.method
        assert_same_uri(ours.request_uri, theirs.uri)
    else:
        assert isinstance(theirs, sipmessage.Response)
        assert (ours.status, ours.reason) == (theirs.code, theirs.phrase)


def assert_same_headers(ours: Ours, theirs: Theirs) -> None:
    names = dict.fromkeys(name for name, _ in ours.headers)
    theirs_names = theirs.headers.keys()
    assert {name.lower() for name in names} == {name.lower() for name in theirs_names}
    for name in names:  # we put each value of a list on a line of its own
        assert ", ".join(ours.headers.get_all(name)) == ", ".join(theirs.headers.getlist(name))


def assert_same_values(ours: Ours, theirs: Theirs) -> None:
    assert ours.call_id == theirs.call_id
    assert (ours.cseq.number, ours.cseq.method) == (theirs.cseq.sequence, theirs.cseq.method)
    assert len(ours.vias) == len(theirs.via)
    for our_via, their_via in zip(ours.vias, theirs.via, strict=True):
        assert_same_via(our_via, their_via)
    assert_same_address(ours.from_, theirs.from_address)
    assert_same_address(ours.to, theirs.to_address)
    contacts = ours.contacts
    if contacts is not STAR:
        for our_contact, their_contact in zip(contacts, theirs.contact, strict=True):
            assert_same_address(our_contact, their_contact)
    for name in (*ADDRESSES, *LISTS):
        for value in ours.headers.values(name):
            assert_same_address(NameAddr.parse(value, name), sipmessage.Address.parse(value))


def assert_same_via(ours: Via, theirs: sipmessage.Via) -> None:
    assert ours.transport == theirs.transport
    assert (bracketed(ours.host), ours.port) == (theirs.host, theirs.port)
    assert_same_params(ours.params, theirs.parameters)


def assert_same_address(ours: NameAddr, theirs: sipmessage.Address) -> None:
    assert (ours.display or "") == (theirs.name or "")
    assert_same_uri(ours.sip_uri, theirs.uri)
    assert_same_params(ours.params, theirs.parameters)


def assert_same_uri(ours: SipUri, theirs: sipmessage.URI) -> None:
    assert (ours.scheme, bracketed(ours.host), ours.port) == (
        theirs.scheme,
        theirs.host,
        theirs.port,
    )
    assert ours.user == (theirs.user or "")
    assert_same_params(ours.params, theirs.parameters)


def assert_same_params(ours: Mapping[str, str | None], theirs: sipmessage.Parameters) -> None:
    assert {name.lower(): value for name, value in ours.items()} == {
        name.lower(): value for name, value in theirs.items()
    }


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
