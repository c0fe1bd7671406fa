"""Ladders that many tests climb: what phones do again and again, with a name for each.

Alice calls Bob, and Carol is the third one. A function is called as what its first phone does.
"""

from urllib.parse import quote

from sipcore.message import Request, Response
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, Handset, Office, hang_up
from tests.sipcore.site import SERVER

CAROLS = AUDIO.replace(b"4000", b"7000").replace(b"100.1", b"100.3")
ALICES = AUDIO.replace(b"4000", b"4400")
CAROL = f"<sip:1003@{SERVER[0]}>"
Three = tuple[Handset, Handset, Handset]


def dial(alice: Handset, bob: Handset, offer: bytes = AUDIO, **headers: str) -> Request:
    alice.dials("1002", offer, **headers)
    alice.expects(100)
    return bob.request("INVITE")


def is_rung(alice: Handset, bob: Handset) -> None:
    """Bob's phone rings, and Alice hears it."""
    dial(alice, bob)
    bob.answers(180)
    alice.expects(180)


def accepts(bob: Handset, alice: Handset, answer: bytes = ANSWER) -> None:
    """Bob answers, and Alice confirms that."""
    bob.answers(200, answer)
    alice.expects(200)
    alice.acks()
    bob.expects("ACK")


def finish(office: Office, alice: Handset, bob: Handset, answer: bytes = b"") -> None:
    accepts(bob, alice, answer)
    hang_up(alice, bob)
    assert office.is_at_rest()


def renegotiates(one: Handset, other: Handset, offer: bytes, answer: bytes) -> None:
    """One phone holds the other, or takes it back."""
    one.sends("INVITE", offer)
    assert other.request("INVITE").body == offer
    other.answers(200, answer)
    assert one.response(200).body == answer
    one.acks()
    other.expects("ACK")


def refuses(handset: Handset, status: int) -> None:
    """A phone refuses the INVITE that came last."""
    handset.answers(status)
    handset.expects("ACK")


def leaves(handset: Handset) -> None:
    handset.answers(200, to=handset.request("BYE"))


# -- session timers, RFC 4028 ---------------------------------------------------------------------

HALF_S = 900.0


def talks_timed(alice: Handset, bob: Handset, **headers: str) -> None:
    """Bring a call up in which Bob refreshes his session himself, and we that of Alice."""
    dial(alice, bob, AUDIO, **headers)
    bob.answers(200, ANSWER, Session_Expires="86400;refresher=uas", Require="timer")
    alice.expects(200)
    alice.acks()
    bob.expects("ACK")


# -- 100rel, RFC 3262 -----------------------------------------------------------------------------


def rings(handset: Handset, rseq: int, body: bytes = b"", status: int = 180) -> Response:
    """A phone says reliably that it rings."""
    return handset.answers(status, body, Require="100rel", RSeq=str(rseq))


def pracks(handset: Handset, ringing: Response, body: bytes = b"") -> Request:
    rack = f"{ringing.headers.get('RSeq')} {ringing.headers.get('CSeq')}"
    return handset.sends("PRACK", body, RAck=rack)


# -- transfers, RFC 3515 --------------------------------------------------------------------------


def refers(handset: Handset, to: str = CAROL, refer_sub: str = "true") -> None:
    handset.sends("REFER", Refer_To=to, Refer_Sub=refer_sub)
    handset.expects(202)


def replacing(handset: Handset) -> str:
    """Return a Refer-To that names a handset's call, as its other end would see it."""
    named = f"{handset.call_id};to-tag={handset.peer_tag};from-tag={handset.tag}"
    return f"<sip:1003@{SERVER[0]}?Replaces={quote(named)}>"


def hears(handset: Handset, status: int) -> str:
    """Let a handset take a NOTIFY with this status; return its Subscription-State."""
    notify = handset.request("NOTIFY")
    assert notify.content_type == "message/sipfrag;version=2.0"
    assert notify.body.startswith(b"SIP/2.0 %d " % status), notify.body
    assert notify.headers.get("Event").startswith("refer")
    handset.answers(200, to=notify)
    return notify.headers.get("Subscription-State")


def is_sent_on(bob: Handset, carol: Handset) -> None:
    """Bob has transferred his call, and Carol's phone is called."""
    refers(bob)
    hears(bob, 100)
    carol.expects("INVITE")


def joins(alice: Handset, carol: Handset) -> None:
    """Alice gets Carol's offer, and Carol Alice's answer."""
    invite = alice.request("INVITE")
    assert invite.body == CAROLS
    assert "1003" in invite.headers.get("Remote-Party-ID")
    alice.answers(200, ALICES)
    assert alice.request("ACK").body == b""
    ack = carol.request("ACK")
    assert ack.body == ALICES


# -- takeovers, RFC 3891 --------------------------------------------------------------------------


def named(handset: Handset, *flags: str) -> str:
    """Return the Replaces that names a handset's call as this server sees it."""
    tags = f"to-tag={handset.peer_tag};from-tag={handset.tag}"
    return ";".join((handset.call_id, tags, *flags))


def takes_over(carol: Handset, bob: Handset, *flags: str, body: bytes = CAROLS) -> None:
    carol.dials("1002", body, Replaces=named(bob, *flags), Require="replaces")


def takes_place(alice: Handset, carol: Handset) -> None:
    """Alice gets Carol's offer and Carol Alice's answer."""
    invite = alice.request("INVITE")
    assert invite.body == CAROLS
    assert "sip:1003@" in invite.headers.get("Remote-Party-ID")
    alice.answers(200, ALICES)
    answer = carol.response(200)
    assert answer.body == ALICES
    assert "sip:1001@" in answer.headers.get("Remote-Party-ID")
    alice.expects("ACK")
    carol.acks()
