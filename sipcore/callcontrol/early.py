"""Early dialogs of an INVITE of ours: RFC 3261 section 12.1, and RFC 3262 as the UAC.

A contact may be a proxy with several phones behind it: each that rings has a dialog of its own.
"""

from dataclasses import dataclass, field

from sipcore import sdp
from sipcore.callcontrol.addressing import ACCEPTED, ALLOW
from sipcore.callcontrol.bodies import NO_BODY, Body, body_of
from sipcore.callcontrol.causes import GLARE, NOT_ACCEPTABLE
from sipcore.callcontrol.options import RELIABLE, requires
from sipcore.callcontrol.wire import Wire
from sipcore.dialog import Dialog
from sipcore.errors import ParseError
from sipcore.message import Request, Response


@dataclass(slots=True, eq=False)
class Early:
    """One dialog; `is_offered` says whether the INVITE held an offer.

    `answer` came reliably while the caller could not be told so. The 2xx need not repeat it, so it
    is kept for ours.
    """

    dialog: Dialog
    is_first: bool
    is_offered: bool = True
    rseq: int = 0
    answer: Body = field(default=NO_BODY)

    @property
    def awaits_answer(self) -> bool:
        """Say whether this phone has not answered yet what the INVITE offered it."""
        return self.is_offered and not self.answer.data

    def is_next(self, response: Response) -> bool:
        """Take the RSeq of a reliable response; False when the response is not the next one.

        "If the UAC receives another reliable provisional response [...], and its RSeq value is
        not one higher than the value of the sequence number, that response MUST NOT be
        acknowledged with a PRACK, and MUST NOT be processed further" (RFC 3262 section 4).
        """
        number = rseq_of(response)
        if self.rseq and number != self.rseq + 1:
            return False
        self.rseq = number
        return True


@dataclass(frozen=True, slots=True)
class Provisional:
    """A provisional response; `offered` says whether the INVITE held an offer."""

    wire: Wire
    response: Response
    early: Early | None
    offered: bool

    @property
    def is_first(self) -> bool:
        return self.early is None or self.early.is_first

    @property
    def is_reliable(self) -> bool:
        return self.early is not None and is_reliable(self.response)

    @property
    def rack(self) -> tuple[str, str]:
        headers = self.response.headers
        return "RAck", f"{rseq_of(self.response)} {headers.get('CSeq')}"

    def acknowledge(self, now: float) -> None:
        """Send the PRACK ourselves, if one is wanted; an offer nobody can answer is declined."""
        if self.early is None or not self.is_reliable:
            return
        body = body_of(self.response)
        if self.offered and body.data:
            self.early.answer = body
        declined = NO_BODY if self.offered else decline(body)
        prack = self.early.dialog.new_request(
            "PRACK",
            headers=(self.rack,),
            body=declined.data,
            content_type=declined.content_type,
        )
        self.wire.send(prack, self.early.dialog.flow, now, _ignore)


def is_reliable(response: Response) -> bool:
    return requires(response, RELIABLE) and rseq_of(response) > 0


def rseq_of(response: Response) -> int:
    """Return the RSeq, 0 when there is none that can be read."""
    text = response.headers.get("RSeq")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0


def decline(offer: Body) -> Body:
    """Answer an offer by rejecting every stream of it (RFC 3264 section 6)."""
    if not offer.is_sdp:
        return NO_BODY
    try:
        return Body(sdp.reject(offer.data), offer.content_type)
    except ParseError:
        return NO_BODY


def _ignore(response: Response, is_received: bool, now: float) -> None:
    """Whether the phone took our PRACK shows in what it sends next."""


def answer_alone(request: Request, early: Early | None) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Say how a request of a phone that talks to nobody yet is answered: status and headers.

    It is in an `early` dialog of ours, or in that of a caller's INVITE. There is nobody who could
    answer an offer; what is none is served.
    """
    match request.method:
        case "OPTIONS":
            return 200, ACCEPTED
        case "INVITE":
            return _another_invite(early), ()
        case "UPDATE" if request.body:
            return _offer(early), ()
        case "UPDATE" | "INFO" if not request.body:
            return 200, ()
        case "INFO":
            return 500, ()  # there will be somebody to pass it to
        case "REFER" | "SUBSCRIBE":
            return 403, ()
        case "BYE" | "PRACK":
            # "the callee's UA MUST NOT send a BYE on early dialogs" (15); we ring for nobody here
            return 481, ()
        case _:
            return 405, (ALLOW,)


def _another_invite(early: Early | None) -> int:
    """Refuse a second INVITE as section 14.2 wants.

    "A UAS that receives a second INVITE before it sends the final response to a first INVITE [...]
    MUST return a 500", and "a UAS that receives an INVITE on a dialog while an INVITE it had sent
    on that dialog is in progress MUST return a 491".
    """
    return 500 if early is None else GLARE


def _offer(early: Early | None) -> int:
    """Refuse an UPDATE with an offer as RFC 3311 section 5.2 wants.

    500 when the caller's own offer has no answer yet, 491 when ours has none. Else nothing is
    pending: 488 leaves the session as it is, and does not ask to try again.
    """
    if early is None:
        return 500
    return GLARE if early.awaits_answer else NOT_ACCEPTABLE
