"""Bodies pass as they are; video is kept away from Basic phones: RFC 3264."""

import pytest

from sipcore.callcontrol.bodies import (
    NO_BODY,
    Body,
    Exchange,
    MediaNotAllowedError,
    body_of,
    has_media,
    inactive,
)
from sipcore.message import Headers, Request
from sipcore.sdp import SILENT_OFFER
from tests.sipcore.callcontrol.office import (
    ANSWER,
    AUDIO,
    NO_VIDEO,
    VIDEO,
    Handset,
    Office,
    call,
    hang_up,
)

HEAD, MEDIA = AUDIO.partition(b"m=audio")[0], b"m=audio" + AUDIO.partition(b"m=audio")[2]


def sdp(data: bytes) -> Body:
    return Body(data, "application/sdp")


# -- one exchange ---------------------------------------------------------------------------------


def test_everything_passes_between_phones_with_video() -> None:
    exchange = Exchange(allows_video=True)
    offer, odd = sdp(AUDIO + VIDEO), sdp(b"not SDP at all")
    assert exchange.request(offer) is offer
    assert exchange.response(odd) is odd
    assert exchange.ack(odd) is odd


def test_video_is_taken_from_the_offer_and_refused_in_the_answer() -> None:
    exchange = Exchange(allows_video=False)
    assert exchange.request(sdp(HEAD + VIDEO + MEDIA)).data == HEAD + MEDIA
    assert exchange.response(sdp(ANSWER)).data == ANSWER.replace(
        b"m=audio", b"m=video 0 RTP/AVP 96\r\nm=audio"
    )
    assert exchange.ack(sdp(b"x")).data == b"x"


def test_video_is_taken_from_a_delayed_offer_and_refused_in_the_ack() -> None:
    exchange = Exchange(allows_video=False)
    assert exchange.request(Body()) == Body()
    assert exchange.response(sdp(AUDIO + VIDEO)).data == AUDIO
    assert exchange.ack(sdp(ANSWER)).data == ANSWER + NO_VIDEO


def test_offer_without_video_is_not_touched() -> None:
    exchange = Exchange(allows_video=False)
    assert exchange.request(sdp(AUDIO)).data == AUDIO
    assert exchange.response(sdp(ANSWER)).data == ANSWER


def test_offer_of_nothing_but_video_is_not_allowed() -> None:
    with pytest.raises(MediaNotAllowedError):
        Exchange(allows_video=False).request(sdp(HEAD + VIDEO))


def test_video_in_a_body_that_cannot_be_taken_apart_is_not_allowed() -> None:
    multipart = Body(b"--x\r\n" + AUDIO + VIDEO + b"--x--", "multipart/mixed;boundary=x")
    with pytest.raises(MediaNotAllowedError):
        Exchange(allows_video=False).request(multipart)
    with pytest.raises(MediaNotAllowedError):
        Exchange(allows_video=False).request(sdp(b"m=video 1 RTP/AVP"))
    harmless = Body(b"--x\r\n" + AUDIO + b"--x--", "multipart/mixed;boundary=x")
    assert Exchange(allows_video=False).request(harmless) is harmless


def test_answer_that_is_no_session_passes() -> None:
    exchange = Exchange(allows_video=False)
    exchange.request(sdp(AUDIO + VIDEO))
    assert exchange.response(sdp(b"odd")).data == b"odd"
    assert exchange.response(Body(b"<x/>", "text/xml")).data == b"<x/>"


def test_body_keeps_what_describes_it_and_nothing_else() -> None:
    headers = Headers()
    headers.add("Content-Type", "Application/SDP; charset=x")
    headers.add("Content-Disposition", "session")
    headers.add("Subject", "no")
    body = body_of(Request("INVITE", "sip:a@h", headers, AUDIO))
    assert body.content_type == "Application/SDP; charset=x"
    assert body.headers == (("Content-Disposition", "session"),)
    assert body.is_sdp
    assert body_of(Request("INVITE", "sip:a@h", headers, b"")) == Body()


def test_media_is_seen_at_the_start_of_a_line_only() -> None:
    assert has_media(b"m=audio 1 RTP/AVP 0\r\n")
    assert has_media(AUDIO)
    assert not has_media(b"v=0\r\na=m=x\r\n")


# -- in calls -------------------------------------------------------------------------------------


def test_video_call_to_a_basic_phone_becomes_an_audio_call(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002", AUDIO + VIDEO)
    alice.expects(100)
    assert bob.request("INVITE").body == AUDIO
    bob.answers(183, ANSWER)
    assert alice.response(183).body == ANSWER + NO_VIDEO
    bob.answers(200, ANSWER)
    assert alice.response(200).body == ANSWER + NO_VIDEO
    alice.acks()
    bob.expects("ACK")
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_video_call_from_a_basic_phone_becomes_an_audio_call(alice: Handset, bob: Handset) -> None:
    bob.dials("1001", AUDIO + VIDEO)
    bob.expects(100)
    assert alice.request("INVITE").body == AUDIO
    alice.answers(200, ANSWER)
    assert bob.response(200).body == ANSWER + NO_VIDEO


def test_video_call_between_advanced_phones_stays_one(alice: Handset, carol: Handset) -> None:
    call(alice, carol, AUDIO + VIDEO, ANSWER + VIDEO)
    alice.sends("INVITE", AUDIO + VIDEO + VIDEO)
    assert carol.request("INVITE").body == AUDIO + VIDEO + VIDEO


def test_delayed_offer_of_a_call_loses_its_video(alice: Handset, bob: Handset) -> None:
    bob.dials("1001", b"")
    bob.expects(100)
    assert alice.request("INVITE").body == b""
    alice.answers(200, AUDIO + VIDEO)
    assert bob.response(200).body == AUDIO
    bob.acks(ANSWER)
    assert alice.request("ACK").body == ANSWER + NO_VIDEO


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_video_cannot_be_added_during_a_call(
    office: Office, alice: Handset, bob: Handset, method: str
) -> None:
    call(alice, bob)
    alice.sends(method, AUDIO + VIDEO)
    request = bob.request(method)
    assert request.body == AUDIO
    bob.answers(200, ANSWER, to=request)
    assert alice.response(200).body == ANSWER + NO_VIDEO


def test_delayed_offer_during_a_call_loses_its_video(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    bob.sends("INVITE")
    alice.expects("INVITE")
    alice.answers(200, AUDIO + VIDEO)
    assert bob.response(200).body == AUDIO
    bob.acks(ANSWER)
    assert alice.request("ACK").body == ANSWER + NO_VIDEO
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_call_with_nothing_but_video_to_a_basic_phone_is_refused(
    office: Office, alice: Handset, bob: Handset
) -> None:
    alice.dials("1002", HEAD + VIDEO)
    alice.expects(100)
    alice.expects(488)
    assert bob.hears_nothing()
    record = office.record()
    assert (record.decision.rule, record.cause, record.ended_by) == (
        "media-not-allowed",
        88,
        "system",
    )
    assert "SEP000000001002" in record.decision.expected
    assert office.is_at_rest()


def test_answer_whose_video_cannot_be_removed_ends_the_call(
    office: Office, alice: Handset, bob: Handset
) -> None:
    bob.dials("1001", b"")
    bob.expects(100)
    alice.expects("INVITE")
    alice.answers(200, HEAD + VIDEO)
    alice.expects("ACK")
    bye = alice.request("BYE")
    alice.answers(200, to=bye)
    bob.expects(488)
    assert office.record().status == 488
    assert office.is_at_rest()


def test_video_only_reinvite_is_refused_and_the_call_goes_on(
    office: Office, alice: Handset, bob: Handset
) -> None:
    call(alice, bob)
    alice.sends("INVITE", HEAD + VIDEO)
    alice.expects(488)
    assert bob.hears_nothing()
    bob.sends("INVITE")
    alice.expects("INVITE")
    alice.answers(200, HEAD + VIDEO)
    alice.expects("ACK")
    bob.expects(488)
    hang_up(alice, bob)
    assert office.is_at_rest()


def test_early_media_whose_video_cannot_be_removed_is_dropped(
    alice: Handset, bob: Handset
) -> None:
    bob.dials("1001", b"")
    bob.expects(100)
    alice.expects("INVITE")
    alice.answers(183, HEAD + VIDEO)
    assert bob.response(183).body == b""


def test_body_with_hidden_video_in_a_response_is_dropped(alice: Handset, bob: Handset) -> None:
    call(alice, bob)
    alice.sends("UPDATE")
    update = bob.request("UPDATE")
    bob.answers(200, HEAD + VIDEO, to=update)
    assert alice.response(200).body == b""


def test_invite_keeps_what_describes_its_body(alice: Handset, bob: Handset) -> None:
    alice.dials("1002", AUDIO, Content_Disposition="session", Content_Language="de")
    invite = bob.request("INVITE")
    assert invite.headers.get("Content-Disposition") == "session"
    assert invite.headers.get("Content-Language") == "de"


def test_offer_is_answered_so_that_nothing_flows_yet() -> None:
    assert b"a=inactive" in inactive(Body(AUDIO, "application/sdp")).data
    assert inactive(NO_BODY).data == SILENT_OFFER
    assert inactive(Body(b"x", "application/sdp")) == NO_BODY
    assert inactive(Body(b"x", "text/plain")) == NO_BODY
