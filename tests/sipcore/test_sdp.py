import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.errors import ParseError
from sipcore.sdp import SILENT_OFFER, Sdp, inactive, reject, remove_video, restore_rejected

SESSION = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
AUDIO = b"m=audio 4000 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=x-unknown:  kept \r\n"
VIDEO = b"m=video 4002/2 RTP/AVP 96  97\r\nb=AS:512\r\na=rtpmap:96 H264/90000\r\n"
TEXT = b"m=text 4004 RTP/AVP 98\r\n"


def kinds(body: bytes) -> list[tuple[str, int]]:
    return [(media.kind, media.port) for media in Sdp.parse(body).media]


def test_a_description_is_taken_apart() -> None:
    description = Sdp.parse(SESSION + AUDIO + b"a=sendonly\r\n" + VIDEO)
    audio, video = description.media
    assert (audio.kind, audio.port, audio.protocol) == ("audio", 4000, "RTP/AVP")
    assert audio.formats == ("0", "8")
    assert description.direction(audio) == "sendonly"
    assert description.direction(video) == "sendrecv"
    assert video.formats == ("96", "97")
    assert description.has("video")
    assert not description.has("image")
    assert not video.is_rejected


def test_a_direction_of_the_session_is_that_of_its_media() -> None:
    description = Sdp.parse(SESSION + b"a=inactive\r\n" + AUDIO)
    assert description.direction(description.media[0]) == "inactive"


@pytest.mark.parametrize(
    "body",
    [
        SESSION + AUDIO + VIDEO,
        SESSION,
        (SESSION + AUDIO).replace(b"\r\n", b"\n"),
        SESSION + AUDIO.rstrip(b"\r\n"),
        SESSION + AUDIO + b"\r\n",
        b"v=0\r\ns=B\xf6b \xff\r\n",
    ],
)
def test_what_is_not_touched_stays_octet_by_octet(body: bytes) -> None:
    assert Sdp.parse(body).to_bytes() == body
    if b"m=video" not in body:
        assert remove_video(body) is body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"s=x\r\nv=0\r\n",
        b"m=audio 1 RTP/AVP 0\r\n",
        SESSION + b"m=audio x\r\n",
        SESSION + b"m=audio 4000 RTP/AVP\r\n",
        SESSION + b"m=audio 4000000 RTP/AVP 0\r\n",
        SESSION + b"--boundary\r\n",
    ],
)
def test_what_is_no_description_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        remove_video(body)


def test_video_sections_are_dropped_and_nothing_else() -> None:
    assert remove_video(SESSION + AUDIO + VIDEO + TEXT + VIDEO) == SESSION + AUDIO + TEXT
    assert remove_video(SESSION + VIDEO) == SESSION


def test_dropped_sections_come_back_with_port_zero() -> None:
    offer = SESSION + VIDEO + AUDIO + VIDEO + TEXT
    answer = SESSION + AUDIO + TEXT
    restored = restore_rejected(answer, offer)
    assert kinds(restored) == [("video", 0), ("audio", 4000), ("video", 0), ("text", 4004)]
    rejected = b"m=video 0 RTP/AVP 96  97\r\n"
    assert restored == SESSION + rejected + AUDIO + rejected + TEXT
    assert Sdp.parse(restored).media[0].is_rejected


def test_an_answer_that_fits_is_passed_on() -> None:
    answer = SESSION + AUDIO + VIDEO
    assert restore_rejected(answer, SESSION + AUDIO + VIDEO) is answer
    audio_only = SESSION + AUDIO
    assert restore_rejected(audio_only, SESSION + AUDIO) is audio_only


def test_an_answer_that_fits_neither_offer_is_passed_on() -> None:
    answer = SESSION + AUDIO + TEXT + TEXT
    assert restore_rejected(answer, SESSION + AUDIO + VIDEO) is answer


def test_a_section_gets_a_connection_when_the_session_has_none() -> None:
    connection = b"c=IN IP4 192.0.2.9\r\n"
    session = SESSION.replace(b"c=IN IP4 192.0.2.1\r\n", b"")
    restored = restore_rejected(session + AUDIO + connection, SESSION + AUDIO + VIDEO)
    assert restored.endswith(b"m=video 0 RTP/AVP 96  97\r\n" + connection)
    bare = restore_rejected(session + AUDIO, SESSION + AUDIO + VIDEO)
    assert bare.endswith(b"m=video 0 RTP/AVP 96  97\r\n")


def test_line_ends_follow_the_answer() -> None:
    answer = (SESSION + AUDIO).replace(b"\r\n", b"\n")
    assert b"\r" not in restore_rejected(answer, SESSION + AUDIO + VIDEO)


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_an_answer_may_end_without_a_line_end_or_with_blank_lines(end: bytes) -> None:
    answer = SESSION + AUDIO.rstrip(b"\r\n") + end
    restored = restore_rejected(answer, SESSION + AUDIO + VIDEO)
    assert kinds(restored) == [("audio", 4000), ("video", 0)]


@given(st.binary(max_size=120))
@settings(database=None)
def test_arbitrary_octets_raise_nothing_but_parse_errors(data: bytes) -> None:
    for body in (data, SESSION + data, SESSION + b"m=" + data):
        try:
            assert Sdp.parse(body).to_bytes() == body
            remove_video(body)
            restore_rejected(SESSION + AUDIO, body)
        except ParseError:
            continue


def test_an_answer_that_rejects_every_stream() -> None:
    offer = (
        b"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
        b"m=audio 4000 RTP/AVP 0 8\r\na=sendrecv\r\nm=video 4002/2 RTP/AVP 96\r\n"
    )
    assert reject(offer) == (
        b"v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
        b"m=audio 0 RTP/AVP 0 8\r\nm=video 0 RTP/AVP 96\r\n"
    )


def test_an_answer_lets_nothing_flow_yet() -> None:
    offer = (
        b"v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
        b"m=audio 4000/2 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
        b"a=sendonly\r\nm=video 0 RTP/AVP 96\r\n"
        b"m=audio 4002 RTP/SAVP 0\r\na=crypto:1 x inline:y\r\n"
    )
    answer = Sdp.parse(inactive(offer))
    assert [(media.kind, media.port) for media in answer.media] == [
        ("audio", 9),
        ("video", 0),
        ("audio", 0),
    ]
    assert answer.media[0].formats == ("0", "101")
    assert answer.direction(answer.media[0]) == "inactive"
    kept = b"".join(answer.media[0].lines)
    assert b"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n" in kept
    assert b"sendonly" not in kept
    with pytest.raises(ParseError):
        inactive(b"x")


def test_an_offer_of_silence_is_a_description() -> None:
    [audio] = Sdp.parse(SILENT_OFFER).media
    assert (audio.kind, audio.direction) == ("audio", "inactive")
