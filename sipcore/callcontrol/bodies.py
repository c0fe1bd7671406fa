"""Bodies pass from leg to leg byte for byte; only video is kept away from Basic phones.

RFC 3264: an offer may be in an INVITE, a re-INVITE or an UPDATE and its answer in the 2xx, or
the offer in the 2xx to an INVITE without one and the answer in the ACK. A provisional response
previews what its 2xx will hold.
"""

from dataclasses import dataclass, field

from sipcore import sdp
from sipcore.errors import ParseError
from sipcore.message import Headers, Request, Response

BODY_HEADERS = (
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "MIME-Version",
    "Info-Package",
)
"""What describes a body, and so passes with it; Content-Type has its own argument."""
_BODY_HEADERS = frozenset(BODY_HEADERS)
SDP = "application/sdp"
VIDEO = b"m=video"


class MediaNotAllowedError(Exception):
    """Nothing is left of the offer without video, or the video cannot be taken out of it."""


@dataclass(frozen=True, slots=True)
class Body:
    data: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_sdp(self) -> bool:
        return self.content_type.partition(";")[0].strip().lower() == SDP


NO_BODY = Body()


def body_of(message: Request | Response) -> Body:
    if not message.body:
        return NO_BODY
    return Body(message.body, message.content_type, _described(message.headers))


def _described(headers: Headers) -> tuple[tuple[str, str], ...]:
    if _BODY_HEADERS.isdisjoint([name for name, _ in headers]):
        return ()  # nearly always
    return tuple((name, headers.get(name)) for name in BODY_HEADERS if name in headers)


@dataclass(slots=True)
class Exchange:
    """One offer and its answer between two phones; `offer` is what the offerer sent.

    `request`, `response` and `ack` take a body as one phone sent it and return it as the other
    phone may see it.
    """

    allows_video: bool
    offer: bytes = b""
    is_offered: bool = field(default=False, init=False)

    def request(self, body: Body) -> Body:
        """Pass the offer of an INVITE or UPDATE; raises `MediaNotAllowedError`."""
        if not body.data:
            return body
        self.is_offered = True
        return self._offer(body)

    def response(self, body: Body) -> Body:
        """Pass the answer in a response, or a delayed offer; raises `MediaNotAllowedError`."""
        return self._answer(body) if self.is_offered else self._offer(body)

    def ack(self, body: Body) -> Body:
        """Pass the answer to a delayed offer."""
        return body if self.is_offered else self._answer(body)

    def _offer(self, body: Body) -> Body:
        if self.allows_video or VIDEO not in body.data:
            return body
        if not body.is_sdp:
            raise MediaNotAllowedError  # one hides in it (multipart)
        try:
            left = sdp.remove_video(body.data)
        except ParseError:
            raise MediaNotAllowedError from None
        self.offer = body.data
        if left != body.data and not has_media(left):
            raise MediaNotAllowedError
        return Body(left, body.content_type, body.headers)

    def _answer(self, body: Body) -> Body:
        """Give the offerer an m-line for each of its own: RFC 3264 section 6."""
        if not self.offer or not body.is_sdp:
            return body
        try:
            data = sdp.restore_rejected(body.data, self.offer)
        except ParseError:
            return body  # the offerer will see for itself
        return Body(data, body.content_type, body.headers)


def inactive(offer: Body) -> Body:
    """Answer an offer so that nothing flows yet; without an offer, make one of that kind."""
    if not offer.data:
        return Body(sdp.SILENT_OFFER, SDP)
    try:
        return Body(sdp.inactive(offer.data), SDP) if offer.is_sdp else NO_BODY
    except ParseError:
        return NO_BODY


def has_media(data: bytes) -> bool:
    return data.startswith(b"m=") or b"\nm=" in data
