"""What is the same in each REGISTER of a phone, and when nothing may be concluded from that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipcore.message import Request, parse_message
from sipcore.registrar.outline import LONGEST, Outline, outline_of
from sipcore.transaction.routing import stamp_via
from tests.sipcore.site import Handset, flow

HOME = flow("198.51.100.1", 5060)
CHALLENGE = 'Digest realm="ccmsipline", nonce="{}", algorithm=MD5, qop="auth"'


def handset(nonce: str = "bm9uY2U=") -> Handset:
    white = Handset("1001", "swhite", "secret1", HOME)
    white.challenge = CHALLENGE.format(nonce) if nonce else ""
    return white


def outline(data: bytes) -> Outline:
    found = outline_of(data, HOME)
    assert found is not None
    return found


def read(data: bytes) -> Request:
    request = parse_message(data)
    assert isinstance(request, Request)
    stamp_via(request, HOME)
    return request


def test_what_is_new_each_time_is_told_apart_from_what_is_the_same() -> None:
    white = handset()
    first, second = outline(white.register()), outline(white.register())
    assert first.fingerprint == second.fingerprint
    assert first.said == second.said
    assert (first.cseq + 1, first.branch != second.branch) == (second.cseq, True)
    assert first.credentials is not None
    assert second.credentials is not None
    assert first.credentials.nc != second.credentials.nc


def test_a_request_without_credentials_says_the_same_but_for_them() -> None:
    with_them, without = outline(handset().register()), outline(handset("").register())
    assert with_them.fingerprint == without.fingerprint
    assert (without.credentials, without.said) == (None, 0)


def test_a_new_from_tag_or_nonce_changes_nothing() -> None:
    white = handset()
    first = outline(white.register())
    tagged = white.register(From="<sip:1001@192.0.2.1>;tag=another")
    white.challenge = CHALLENGE.format("b3RoZXI=")
    other = outline(white.register())
    assert (other.fingerprint, other.said) == (first.fingerprint, first.said)
    assert outline(tagged).fingerprint == first.fingerprint
    assert outline(tagged).tag == "another"


@pytest.mark.parametrize(
    "changed",
    [
        {"Contact": "<sip:1001@198.51.100.1:5080>"},
        {"Contact": "<sip:1001@198.51.100.1:5060>;q=0.5"},
        {"Expires": 0},
        {"Call_ID": "another"},
        {"To": "<sip:1009@192.0.2.1>"},
        {"From": "<sip:1009@192.0.2.1>;tag=f1001"},
        {"Max_Forwards": 0},
        {"Require": "100rel"},
        {"User_Agent": "other"},
        {"Path": "<sip:192.0.2.9;lr>"},
        {"Via": "SIP/2.0/UDP 198.51.100.1:5061;branch=z9hG4bK-1;rport"},
        {"Via": "SIP/2.0/TCP 198.51.100.1:5060;branch=z9hG4bK-1;rport"},
    ],
)
def test_everything_else_that_changes_is_seen(changed: dict[str, object]) -> None:
    white = handset()
    assert outline(white.register(**changed)).fingerprint != outline(white.register()).fingerprint


LINPHONE = """\
REGISTER sip:192.0.2.1 SIP/2.0
Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK.{branch};rport
From: <sip:1001@192.0.2.1>;tag=uymivPeCj
To: sip:1001@192.0.2.1
CSeq: {cseq} REGISTER
Call-ID: Oq6SFlgs2U
Accept: application/sdp
Accept: {accepted}
Contact: <sip:1001@198.51.100.1:5060;transport=udp>;+sip.instance="<urn:uuid:62cb3355>"
Authorization:  Digest realm="ccmsipline", nonce="AAAA", username="swhite",  \
uri="sip:192.0.2.1", response="{branch}", cnonce="{branch}", nc=0000000{branch}, qop=auth

"""


def linphone(branch: int, accepted: str = "text/plain") -> Outline:
    """Linphone repeats a field, and its credentials have blanks to spare."""
    text = LINPHONE.format(branch=branch, cseq=20 + branch, accepted=accepted)
    return outline(text.replace("\n", "\r\n").encode())


def test_fields_that_appear_several_times_are_the_same_or_not_like_all_others() -> None:
    assert linphone(1).fingerprint == linphone(2).fingerprint
    assert linphone(1).said == linphone(2).said
    assert linphone(1).fingerprint != linphone(2, accepted="text/html").fingerprint


def test_the_way_that_a_request_comes_counts() -> None:
    data = handset().register()
    elsewhere = outline_of(data, flow("198.51.100.2", 5060))
    assert elsewhere is not None
    assert elsewhere.fingerprint != outline(data).fingerprint


def test_another_user_realm_or_algorithm_is_seen() -> None:
    white, stranger = handset(), handset()
    stranger.userid = "mgreen"
    headers = [
        phone.credentials("REGISTER", "sip:192.0.2.1", **changed)
        for phone, changed in (
            (white, {}),
            (white, {"realm": "elsewhere"}),
            (white, {"algorithm": "SHA-256"}),
            (stranger, {}),
        )
    ]
    said = {outline(white.register(Authorization=each)).said for each in headers}
    assert len(said) == 4


ODD = {
    "another method": (b"REGISTER sip:", b"OPTIONS sip:"),
    "a compact form": (b"Via: ", b"v: "),
    "a blank before the colon": (b"CSeq: ", b"CSeq : "),
    "no blank behind it": (b"CSeq: ", b"CSeq:"),
    "a From twice": (b"From: ", b"From: <sip:x@h>;tag=1\r\nFrom: "),
    "a CSeq twice": (b"CSeq: ", b"CSeq: 1 REGISTER\r\nCSeq: "),
    "credentials twice": (b"Authorization: ", b"Authorization: Digest a=b\r\nAuthorization: "),
    "a folded line": (b"\r\nMax-Forwards", b"\r\n Max-Forwards"),
    "no branch": (b";branch=", b";bronch="),
    "a branch of RFC 2543": (b"branch=z9hG4bK", b"branch=1"),
    "a branch with a blank": (b"branch=z9hG4bK", b"branch=z9hG4bK "),
    "a second Via on the line": (
        b"branch=z9hG4bK",
        b"branch=z9hG4bK,SIP/2.0/UDP h;branch=z9hG4bK",
    ),
    "no From tag": (b";tag=", b";tog="),
    "more behind the tag": (b";tag=f", b";tag=x;y=f"),
    "another method in CSeq": (b" REGISTER\r\n", b" INVITE\r\n"),
    "a CSeq that is no number": (b"CSeq: ", b"CSeq: x"),
    "a CSeq with blanks": (b" REGISTER\r\nContact", b"  REGISTER\r\nContact"),
    "a huge CSeq": (b"CSeq: ", b"CSeq: 999999999"),
    "a body": (b"\r\n\r\n", b"\r\n\r\nx"),
    "no end": (b"\r\n\r\n", b"\r\n"),
    "octets that are no text": (b"Expires: ", b"X: \xff\r\nExpires: "),
    "too much": (b"Expires: ", b"X: " + LONGEST * b"x" + b"\r\nExpires: "),
    "another scheme": (b"Digest ", b"Basic "),
    "no nonce": (b"nonce=", b"nince="),
    "an unquoted nonce": (b'nonce="bm9uY2U="', b"nonce=bm9uY2U"),
    "a short count": (b"nc=0000", b"nc="),
    "a count of other signs": (b"nc=0000", b"nc=-00+"),
    "a quote inside": (b'cnonce="', b'cnonce="\\"'),
    "a control character": (b'cnonce="', b'cnonce="\x07'),
    "a line feed": (b'cnonce="', b'cnonce="\n'),
    "a parameter twice": (b"nc=", b"nc=00000001, nc="),
    "no qop": (b"qop=auth, ", b""),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_written_in_another_way_is_left_to_be_read_with_care(name: str) -> None:
    old, new = ODD[name]
    data = handset().register()
    assert old in data
    odd = outline_of(data.replace(old, new, 1), HOME)
    usual = outline(data)
    assert odd is None or odd.fingerprint != usual.fingerprint or odd.cseq != usual.cseq


def test_its_via_says_where_the_request_came_from() -> None:
    data = handset().register()
    assert outline(data).stamped_via(HOME) == str(read(data).via)


def test_it_agrees_with_what_the_grammar_reads() -> None:
    for white in (handset(), handset("")):
        data = white.register()
        assert outline(data).agrees(read(data), HOME)


@pytest.mark.parametrize(
    "via",
    [
        "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK-1",
        "SIP/2.0/UDP phone.example:5060;branch=z9hG4bK-1",
        "SIP/2.0/UDP 198.51.100.1:05060;branch=z9hG4bK-1;rport",
        "SIP/2.0/UDP phone.example:5060;branch=z9hG4bK-1;received=192.0.2.9;rport",
        "SIP / 2.0 / UDP 198.51.100.1:5060;branch=z9hG4bK-1;rport",
        "SIP/2.0/UDP 198.51.100.1:5060;Branch=z9hG4bK-0;branch=z9hG4bK-1;rport",
        "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK-1;rporty;rport",
    ],
)
def test_it_does_not_agree_where_the_answer_would_be_another(via: str) -> None:
    data = handset().register(Via=via)
    found = outline_of(data, HOME)
    if found is None:
        return
    try:
        request = read(data)
    except ValueError:
        return
    assert not found.agrees(request, HOME)


@given(st.integers(0, 600), st.binary(max_size=3))
def test_nothing_that_comes_is_an_error(place: int, noise: bytes) -> None:
    data = handset().register()
    outline_of(data[:place] + noise + data[place + len(noise) :], HOME)
