"""Session descriptions as lines: RFC 8866; what RFC 3264 asks of whoever drops a stream.

A B2BUA passes media on: whatever is not touched here goes through octet by octet.
"""

import re
from dataclasses import dataclass
from itertools import chain

from sipcore.errors import ParseError

_LINE = re.compile(rb"[a-z]=[^\r\n]*")
_MEDIA = re.compile(rb"m=([^ ]+) +([0-9]+)(?:/[0-9]+)? +([^ ]+) +([^\r\n]*[^\r\n ])[^\r\n]*")
_PORT = re.compile(rb"^(m=[^ ]+ +)[0-9]+(?:/[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Media:
    """One m-line and what belongs to it; `lines` keep their line ends."""

    lines: tuple[bytes, ...]
    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]

    @property
    def is_rejected(self) -> bool:
        """Port zero: not offered any more, or refused (RFC 3264 section 6)."""
        return self.port == 0

    @property
    def direction(self) -> str:
        """One of sendrecv, sendonly, recvonly, inactive; "" when only the session says it."""
        return _direction(self.lines)


@dataclass(frozen=True, slots=True)
class Sdp:
    """`session` are the lines before the first m-line."""

    session: tuple[bytes, ...]
    media: tuple[Media, ...]

    @classmethod
    def parse(cls, body: bytes) -> "Sdp":
        """Take a description apart; ParseError (400) when it is none."""
        sections: list[list[bytes]] = [[]]
        for line in body.splitlines(keepends=True):
            text = line.rstrip(b"\r\n")
            if text and _LINE.fullmatch(text) is None:
                raise ParseError("body: not a session description", header="Content-Type")
            if text.startswith(b"m="):
                sections.append([])
            sections[-1].append(line)
        session, *media = sections
        # "v=" is the first line of every description (RFC 8866 section 5)
        if not session or not session[0].startswith(b"v=0"):
            raise ParseError("body: not a session description", header="Content-Type")
        return cls(tuple(session), tuple(_media(lines) for lines in media))

    def to_bytes(self) -> bytes:
        return b"".join(chain(self.session, *(media.lines for media in self.media)))

    def has(self, kind: str) -> bool:
        return any(media.kind == kind for media in self.media)

    def without_media(self, *kinds: str) -> "Sdp":
        """Drop sections; only legal for what the receiver has never seen."""
        return Sdp(self.session, tuple(media for media in self.media if media.kind not in kinds))

    def direction(self, media: Media) -> str:
        """What the section says, else the session, else sendrecv (RFC 8866 section 6.7)."""
        return media.direction or _direction(self.session) or "sendrecv"


def _media(lines: list[bytes]) -> Media:
    match = _MEDIA.fullmatch(lines[0].rstrip(b"\r\n"))
    if match is None or len(match.group(2)) > 5:
        raise ParseError("body: bad m-line in the session description", header="Content-Type")
    kind, port, protocol, formats = (str(part, "utf-8", "replace") for part in match.groups())
    return Media(tuple(lines), kind, int(port), protocol, tuple(formats.split()))


def _direction(lines: tuple[bytes, ...]) -> str:
    for line in lines:
        attribute = line.rstrip()
        if attribute in (b"a=sendrecv", b"a=sendonly", b"a=recvonly", b"a=inactive"):
            return attribute[2:].decode()
    return ""


def remove_video(body: bytes) -> bytes:
    """Drop the video sections of a description; all else stays octet by octet."""
    description = Sdp.parse(body)
    return description.without_media("video").to_bytes() if description.has("video") else body


def restore_rejected(answer: bytes, offer: bytes) -> bytes:
    """Put the video sections of `offer` that were dropped on the way back, with port zero.

    "For each "m=" line in the offer, there MUST be a corresponding "m=" line in the answer", and
    a stream is rejected by port zero (RFC 3264 section 6). An answer that does not fit the
    reduced offer is passed on as it is.
    """
    offered, answered = Sdp.parse(offer), Sdp.parse(answer)
    kept = sum(media.kind != "video" for media in offered.media)
    if len(answered.media) != kept or kept == len(offered.media):
        return answer
    # What is put behind a section must begin on a line of its own, and on the next.
    line_end = b"\r\n" if answered.session[0].endswith(b"\r\n") else b"\n"
    answered = Sdp.parse(answer.rstrip(b"\r\n") + line_end)
    rest = iter(answered.media)
    media = tuple(
        _rejected(media, answered, line_end) if media.kind == "video" else next(rest)
        for media in offered.media
    )
    return Sdp(answered.session, media).to_bytes()


def _rejected(media: Media, answered: Sdp, line_end: bytes) -> Media:
    text = media.lines[0].rstrip(b"\r\n")
    lines = (_PORT.sub(rb"\g<1>0", text) + line_end, *_connection(answered))
    return Media(lines, media.kind, 0, media.protocol, media.formats)


def _connection(description: Sdp) -> tuple[bytes, ...]:
    """A section needs its own c-line when the session has none (RFC 8866 section 5.7)."""
    if any(line.startswith(b"c=") for line in description.session):
        return ()
    for media in description.media:
        for line in media.lines:
            if line.startswith(b"c="):
                return (line,)
    return ()


def reject(offer: bytes) -> bytes:
    """Answer an offer without taking any stream of it: every port is zero (RFC 3264 section 6).

    Raises `ParseError`.
    """
    nowhere = Sdp(_NOWHERE, ())
    media = (_rejected(media, nowhere, b"\r\n") for media in Sdp.parse(offer).media)
    return Sdp(_NOWHERE, tuple(media)).to_bytes()


def inactive(offer: bytes) -> bytes:
    """Answer an offer by taking its streams, though nothing flows yet (RFC 3264 section 6.1).

    A stream whose keys we would have to make is rejected. Raises `ParseError`.
    """
    nowhere = Sdp(_NOWHERE, ())
    media = (
        _rejected(media, nowhere, b"\r\n")
        if media.is_rejected or media.protocol not in _PLAIN
        else _inactive(media)
        for media in Sdp.parse(offer).media
    )
    return Sdp(_NOWHERE, tuple(media)).to_bytes()


def _inactive(media: Media) -> Media:
    text = _PORT.sub(rb"\g<1>9", media.lines[0].rstrip(b"\r\n"))
    kept = (line.rstrip(b"\r\n") for line in media.lines if line.startswith(_CODECS))
    lines = tuple(line + b"\r\n" for line in (text, *kept, b"a=inactive"))
    return Media(lines, media.kind, 9, media.protocol, media.formats)


_PLAIN = ("RTP/AVP", "RTP/AVPF")
_CODECS = (b"a=rtpmap:", b"a=fmtp:")
_NOWHERE = (
    b"v=0\r\n",
    b"o=- 0 0 IN IP4 0.0.0.0\r\n",
    b"s=-\r\n",
    b"c=IN IP4 0.0.0.0\r\n",
    b"t=0 0\r\n",
)
SILENT_OFFER = b"".join(_NOWHERE) + b"m=audio 9 RTP/AVP 0 8\r\na=inactive\r\n"
"""An offer for whoever has to be offered something before anybody is there to talk to."""
