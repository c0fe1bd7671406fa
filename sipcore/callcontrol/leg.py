"""One phone's side of a call: its dialog, and what is open in it."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from sipcore.callcontrol.addressing import ALLOW, SUPPORTED, contact, remote_party_id
from sipcore.callcontrol.answer import OnAck, PendingAnswer
from sipcore.callcontrol.bodies import NO_BODY, Body
from sipcore.callcontrol.causes import NORMAL_CLEARING
from sipcore.callcontrol.early import Early, answer_alone
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.options import allows
from sipcore.callcontrol.session import METHODS, TOO_SMALL, SessionTimer, Terms
from sipcore.callcontrol.wire import OnReply, Wire, retry_after
from sipcore.dialog import TARGET_REFRESH, Dialog
from sipcore.errors import ParseError
from sipcore.message import Request, Response, SipUri, make_response
from sipcore.ports import Flow
from sipcore.transaction import AckArrived, RequestArrived
from sipcore.values import Enum

DEFAULT_TERMS = Terms()

S = Enum("S", "OPENING UP LEAVING GONE")
"""OPENING: no 2xx yet. UP: confirmed, or about to be. LEAVING: our BYE waits. GONE: nothing is."""


class Owner(Protocol):
    """The call that a leg is a side of."""

    def request(self, leg: "Leg", event: RequestArrived, now: float) -> None:
        """Take a request of the phone inside its dialog; its CSeq has been checked."""
        ...

    def refresh(self, leg: "Leg", now: float) -> None:
        """It is our turn to refresh the session of the leg."""
        ...

    def expired(self, leg: "Leg", now: float) -> None:
        """The phone has not refreshed its session."""
        ...

    def silent(self, leg: "Leg", now: float) -> None:
        """The phone did not confirm a 2xx."""
        ...

    def opened(self, leg: "Leg") -> None: ...

    def gone(self, leg: "Leg", now: float) -> None: ...


class Subscribed(Protocol):
    """Sends the phone NOTIFYs of what has become of its last REFER."""

    def subscribe(self, event: RequestArrived, now: float) -> None:
        """Take a SUBSCRIBE that refreshes or ends that."""
        ...


@dataclass(slots=True, eq=False)
class Leg:
    """`number` is the call's, `local_number` what this phone is shown of the other one.

    `is_called` says that we made the dialog; `described` is the session that we last told this
    phone of and that is in force, `can_update` that the phone takes UPDATE. `early` is the
    dialog while it is one, `beside` those of further phones behind the contact, by their tags.
    """

    wire: Wire
    number: int
    party: Party
    flow: Flow
    call_id: str
    local_tag: str
    local_number: str
    terms: Terms = DEFAULT_TERMS
    is_called: bool = False
    owner: Owner = field(init=False)
    dialog: Dialog | None = None
    early: Early | None = None
    beside: dict[str, Early] = field(default_factory=dict)
    state: S = S.OPENING
    answer: PendingAnswer | None = None
    is_confirmed: bool = False
    owes_ack: int | None = None
    last_ack: Request | None = None
    described: Body = NO_BODY
    can_update: bool = False
    refers: int = 0
    subscription: Subscribed | None = None
    session: SessionTimer = field(init=False)
    _wants_bye: int | None = None
    _holds_line: bool = field(default=False)

    def __post_init__(self) -> None:
        self.session = SessionTimer(self.wire, self.terms, self._refresh, self._expired)

    def _refresh(self, now: float) -> None:
        self.owner.refresh(self, now)

    def _expired(self, now: float) -> None:
        self.owner.expired(self, now)

    def open(self, owner: Owner) -> None:
        """Let requests of this dialog find the leg, and count the call on its line."""
        self.join(owner)
        self.wire.dialogs[self.call_id, self.local_tag] = self
        self.wire.lines.take(self.party.key, self.number)
        self._holds_line = True

    def join(self, owner: Owner) -> None:
        """Become a side of a call, or of another one."""
        self.owner = owner
        owner.opened(self)

    @property
    def is_up(self) -> bool:
        return self.state is S.UP

    def release_line(self) -> None:
        if self._holds_line:
            self._holds_line = False
            self.wire.lines.release(self.party.key, self.number)

    @property
    def remote_tag(self) -> str:
        return self.dialog.remote_tag if self.dialog is not None else ""

    @property
    def contact(self) -> str:
        """Return the value of our Contact header."""
        return f"<{contact(self.local_number, self.flow)}>"

    def identity(self, name: str, party: str) -> tuple[str, str]:
        return remote_party_id(name, self.local_number, self.flow, party)

    # -- what comes from the phone ----------------------------------------------------------------

    def request(self, event: RequestArrived, now: float) -> None:
        """Take a request inside the dialog: RFC 3261 section 12.2.2."""
        tag = event.request.from_.tag
        beside = None if tag == self.remote_tag else self.beside.get(tag)
        dialog = beside.dialog if beside is not None else self._dialog_with(tag)
        if dialog is None:
            self.wire.settle(event.key, make_response(event.request, 481), now)
            return
        try:
            dialog.accept(event.request)
            if event.request.method in TARGET_REFRESH:
                _refresh_target(dialog, event.request, event.flow)
        except ParseError as error:
            self.respond(event, error.status, now)
            return
        if beside is not None:
            self.answer_alone(event, beside, now)
            return
        if event.request.method in METHODS:
            self.hear(event.request)
            if self.terms.is_too_small(event.request):
                self.respond(event, TOO_SMALL, now, headers=(self.terms.min_se,))
                return
        if event.flow.is_reliable:
            # the phone may have opened a new connection since
            dialog.flow = event.flow
        self.owner.request(self, event, now)

    def _dialog_with(self, tag: str) -> Dialog | None:
        return self.dialog if tag == self.remote_tag else None

    def answer_alone(self, event: RequestArrived, early: Early | None, now: float) -> None:
        """Answer a request while there is nobody to pass it to."""
        status, headers = answer_alone(event.request, early)
        self.respond(event, status, now, headers=(*headers, *retry_after(self.wire, status)))

    def is_with(self, tag: str) -> bool:
        """Say whether a dialog with this tag is the leg's, or one beside it."""
        return self.remote_tag == tag or tag in self.beside

    def hear(self, message: Request | Response) -> None:
        """Note which methods the phone takes."""
        if "Allow" in message.headers:
            self.can_update = allows(message, "UPDATE")

    def follow(self, response: Response, now: float) -> None:
        """Take what a 2xx to an INVITE or UPDATE says; a bad Contact changes nothing."""
        self.agree(response, now)
        if self.dialog is not None:
            with suppress(ParseError):
                _refresh_target(self.dialog, response, self.dialog.flow)

    def agree(self, response: Response, now: float) -> None:
        """Take what it says of the session alone."""
        self.hear(response)
        self.session.agree(response)
        self._start_session(now)

    def ack(self, event: AckArrived, now: float) -> None:
        answer = self.answer
        if answer is None or event.request.cseq.number != answer.cseq:
            return  # a repeated ACK, or one for an older 2xx
        self._stop_answer()
        self.is_confirmed = True
        answer.on_ack(event.request, now)
        if self._wants_bye is not None:
            self._bye(self._wants_bye, now)

    def repeated_answer(self, response: Response, now: float) -> bool:
        """Acknowledge a 2xx that came again: section 13.2.2.4; before our ACK it just waits."""
        dialog = self.dialog
        if dialog is None or response.to.tag != dialog.remote_tag:
            return False
        ack, number = self.last_ack, response.cseq.number
        if ack is not None and ack.cseq.number == number:
            self.wire.transactions.send_ack(ack, dialog.flow)
        elif self.state is S.LEAVING or self.owes_ack is None:
            # the answer to a re-INVITE that a BYE, or our CANCEL, has overtaken
            self.send_ack(number, NO_BODY)
        return True

    # -- what goes to the phone -------------------------------------------------------------------

    def respond(
        self,
        event: RequestArrived,
        status: int,
        now: float,
        *,
        reason: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        body: Body = NO_BODY,
    ) -> None:
        """Answer a request inside the dialog, with a final response unless it is an INVITE's."""
        response = self.response(event.request, status, reason=reason, headers=headers, body=body)
        if event.request.method in METHODS and 200 <= status < 300:
            self._start_session(now)
        if status >= 200:
            self.wire.settle(event.key, response, now)
        else:
            self.wire.transactions.respond(event.key, response, now)

    def response(
        self,
        request: Request,
        status: int,
        *,
        reason: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        body: Body = NO_BODY,
    ) -> Response:
        assert self.dialog is not None
        if status < 300:
            headers = (*headers, ALLOW, SUPPORTED)
        if 200 <= status < 300:
            if request.method in METHODS:
                headers = (*headers, *self.session.answer(request))
            self.tell(body)
        return self.dialog.respond(
            request,
            status,
            reason,
            headers=(*headers, *body.headers),
            body=body.data,
            content_type=body.content_type,
        )

    def accept(self, key: int, response: Response, on_ack: OnAck, now: float) -> None:
        """Answer an INVITE with a 2xx, again and again until the phone confirms it."""
        self._stop_answer()
        self._start_session(now)
        self.answer = PendingAnswer(self.wire, key, response, on_ack, self._silence)
        self.answer.start(now)

    def send(
        self,
        method: str,
        now: float,
        on_reply: OnReply,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        body: Body = NO_BODY,
    ) -> int:
        assert self.dialog is not None
        if method in METHODS:
            headers = (*headers, SUPPORTED, *self.session.ask())
        request = self.dialog.new_request(
            method,
            headers=(*headers, *body.headers),
            body=body.data,
            content_type=body.content_type,
        )
        return self.wire.send(request, self.dialog.flow, now, on_reply)

    def has_moved(self) -> bool:
        """Turn to where the phone has registered from since we last reached it.

        A phone behind NAT that lost its connection, or its port, is reached by its new one. False
        when there is no other way.
        """
        dialog = self.dialog
        elsewhere = self.wire.way_to(self.party, dialog.flow) if dialog is not None else None
        if dialog is None or elsewhere is None:
            return False
        dialog.flow = elsewhere
        return True

    def send_ack(self, cseq: int, body: Body) -> None:
        """Confirm a 2xx; kept, because "the ACK MUST be passed each time a 2xx arrives"."""
        assert self.dialog is not None
        self.owes_ack = None
        self.tell(body)
        self.last_ack = self.dialog.ack(cseq, body=body.data, content_type=body.content_type)
        for name, value in body.headers:
            self.last_ack.headers.add(name, value)
        self.wire.transactions.send_ack(self.last_ack, self.dialog.flow)

    def _start_session(self, now: float) -> None:
        if self.is_up:  # a session begins with the answer, whatever an UPDATE before it said
            self.session.start(now)

    def tell(self, body: Body) -> None:
        """Remember what this phone was told of the session; a refresh repeats it."""
        if body.is_sdp and body.data:
            self.described = body

    # -- the end ----------------------------------------------------------------------------------

    def hang_up(self, now: float, cause: int = NORMAL_CLEARING) -> None:
        """End a leg that is up; a 2xx that we owe an ACK gets it first.

        "The callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK
        for its 2xx response or until the server transaction times out" (section 15).
        """
        self.release_line()
        self.session.stop()
        if self.state is not S.UP:
            return
        if self.answer is not None and not self.is_confirmed:
            self._wants_bye = cause
            return
        self._stop_answer()
        if self.owes_ack is not None:
            self.send_ack(self.owes_ack, NO_BODY)
        self._bye(cause, now)

    def close(self, now: float) -> None:
        """Forget the dialog: the phone has ended it, or never had it."""
        if self.state is S.GONE:
            return
        self.state = S.GONE
        self.release_line()
        self.session.end()
        self._stop_answer()
        self.wire.dialogs.pop((self.call_id, self.local_tag), None)
        self.owner.gone(self, now)
        del self.owner  # who holds its legs: the circle would wait for the cycle collector

    def _bye(self, cause: int, now: float) -> None:
        self.state = S.LEAVING
        reason = ("Reason", f"Q.850;cause={cause}")

        def answered(response: Response, is_received: bool, now: float) -> None:
            if not is_received and self.has_moved():
                self._bye(cause, now)
            else:
                self._bye_answered(response, now)

        self.send("BYE", now, answered, headers=(reason,))

    def _bye_answered(self, response: Response, now: float) -> None:
        # "If the response for the BYE is a 481 or a 408 or no response at all is received, the UAC
        # MUST consider the session and the dialog terminated" (15.1.1); so does any other.
        if response.status >= 200:
            self.close(now)

    def _silence(self, now: float) -> None:
        """The phone never confirmed: 13.3.1.4 lets the BYE go now."""
        self._stop_answer()
        if self._wants_bye is not None:
            self._bye(self._wants_bye, now)
        else:
            self.owner.silent(self, now)

    def _stop_answer(self) -> None:
        if self.answer is not None:
            self.answer.stop()
            self.answer = None


def _refresh_target(dialog: Dialog, message: Request | Response, flow: Flow) -> None:
    """Follow the phone to the address in its Contact; raises `ParseError`."""
    if "Contact" not in message.headers:
        return
    target = str(message.contact.sip_uri)
    if SipUri.parse(dialog.remote_target).equivalent(SipUri.parse(target)):
        return
    dialog.refresh_target(message)
    dialog.flow = flow
