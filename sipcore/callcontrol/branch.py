"""The INVITE to one contact of the called number: the UAC side of RFC 3261 section 13.2."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sipcore.callcontrol import diversion, history, reaching
from sipcore.callcontrol.addressing import ALLOW, check_addresses, name_addr
from sipcore.callcontrol.bodies import NO_BODY, Body, Exchange, body_of
from sipcore.callcontrol.causes import Failure, Header, accepted
from sipcore.callcontrol.diversion import Diversion
from sipcore.callcontrol.early import Early, Provisional, is_reliable
from sipcore.callcontrol.leg import Leg, Owner
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.options import TIMER
from sipcore.callcontrol.redirect import numbers_of
from sipcore.callcontrol.routing import Target
from sipcore.callcontrol.session import TOO_SMALL
from sipcore.dialog import MAX_FORWARDS, Dialog
from sipcore.errors import ParseError
from sipcore.message import Headers, Request, Response
from sipcore.ports import Flow
from sipcore.values import Enum

S = Enum("S", "LOCATING INVITED CANCELLED DONE")
"""LOCATING: DNS is asked for the contact's name."""
On = Enum("On", "PROVISIONAL SUCCESS FAILURE UNREACHABLE TOO_BRIEF")
"""UNREACHABLE: the INVITE failed on its way, and there is another way.

TOO_BRIEF: the phone wants longer session intervals, and may have them (422, RFC 4028 section 7.3).
"""
FIRST_CSEQ = 101


class Caller(Protocol):
    """Whoever lets several phones ring, and hears how each of them does."""

    def progress(self, branch: "Branch", provisional: Provisional, now: float) -> None: ...

    def answered(self, branch: "Branch", response: Response, now: float) -> None: ...

    def failed(self, branch: "Branch", failure: Failure, now: float) -> None: ...


@dataclass(slots=True, eq=False)
class Branch:
    call: Caller
    owner: Owner
    leg: Leg
    target: Target
    exchange: Exchange
    diversions: tuple[Diversion, ...] = ()
    max_forwards: int = MAX_FORWARDS
    state: S = S.LOCATING
    key: int = field(default=0, init=False)
    ticket: int = field(default=0, init=False)
    cseq: int = field(default=FIRST_CSEQ, init=False)
    ways: list[Flow] = field(default_factory=list, init=False)
    earlies: dict[str, Early] = field(default_factory=dict, init=False)
    _caller: Party = field(init=False)
    _body: Body = field(default=NO_BODY, init=False)
    _ring_s: float = field(default=0.0, init=False)
    _options: tuple[str, ...] = field(default=(), init=False)

    @property
    def is_ringing(self) -> bool:
        return self.state in (S.LOCATING, S.INVITED)

    @property
    def phone(self) -> str:
        return self.target.party.phone.name

    def start(
        self, body: Body, caller: Party, ring_s: float, options: tuple[str, ...], now: float
    ) -> None:
        """Find the ways and send the INVITE; raises `MediaNotAllowedError` before all that."""
        self._caller, self._body, self._ring_s = caller, self.exchange.request(body), ring_s
        self._options = options
        self.leg.open(self.owner)
        uri = reaching.uri_to_look_up(self.target.binding)
        if uri:
            self.ticket = self.leg.wire.look_up(uri, self._found)
        else:
            self._found((), now)

    def _found(self, flows: Sequence[Flow], now: float) -> None:
        self.state = S.INVITED
        self.ways = reaching.ways(self.target.binding, flows, self.leg.wire.dead, now)
        self.try_next_way(now)

    def try_next_way(self, now: float) -> None:
        self.leg.flow = self.ways.pop(0)
        self.try_again(now)

    def try_again(self, now: float) -> None:
        request = invite(self, self._caller, self._ring_s, self._options)
        self.key = self.leg.wire.send(request, self.leg.flow, now, self._reply)

    @property
    def offer(self) -> Body:
        """Return what the phone was offered."""
        return self._body

    def body_of(self, answer: Response) -> Body:
        """Return the body of a 2xx, or what a reliable provisional response said before it."""
        early = self.earlies.get(answer.to.tag)
        return body_of(answer) if answer.body or early is None else early.answer

    def cancel(self, now: float, reason: Header) -> None:
        """Stop ringing; the branch stays until its INVITE has an answer or times out."""
        if self.state is S.LOCATING:
            self.state = S.DONE
            self.leg.wire.stop_search(self.ticket)
            self.leg.close(now)
        elif self.state is S.INVITED:
            self.state = S.CANCELLED
            self.leg.release_line()
            self.leg.wire.transactions.cancel(self.key, now, (reason,))

    def _reply(self, response: Response, is_received: bool, now: float) -> None:
        on = self._meaning(response, is_received, now)
        step = TABLE.get((self.state, on))
        if step is not None:
            self.state, do = step
            do(self, response, is_received, now)

    def _meaning(self, response: Response, is_received: bool, now: float) -> On:
        # "failure occurs if the transaction layer reports a 503 error response or a transport
        # failure of some sort [...]. Failure also occurs if the transaction layer times out
        # without ever having received any response" (RFC 3263 section 4.3)
        dead = self.leg.wire.dead
        if not is_received or response.status == 503:
            wait_s = reaching.retry_after_s(response.headers.get("Retry-After"))
            dead.failed(reaching.target(self.leg.flow), now, wait_s)
            return On.UNREACHABLE if self.ways else On.FAILURE
        if dead:
            dead.answered(reaching.target(self.leg.flow))
        if response.status < 200:
            return On.PROVISIONAL
        if response.status == TOO_SMALL and self.leg.session.insist(response):
            return On.TOO_BRIEF
        return On.SUCCESS if response.status < 300 else On.FAILURE


def ring(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    early = _early(branch, response)
    if early is not None and is_reliable(response) and not early.is_next(response):
        return  # repeated, or out of order
    offered = branch.exchange.is_offered
    branch.call.progress(branch, Provisional(branch.leg.wire, response, early, offered), now)


def answer(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    if _confirm(branch, response, now):
        branch.call.answered(branch, response, now)
        return
    branch.leg.hang_up(now)
    branch.call.failed(branch, Failure(500, branch.phone, response.status), now)


def answer_late(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    """Another phone was faster, or the caller has hung up: 15.1.1 asks for ACK, then BYE."""
    _confirm(branch, response, now)
    branch.leg.hang_up(now)


def fail(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    branch.leg.close(now)
    branch.call.failed(branch, _failure(branch, response, is_received), now)


def go_on(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    """Send the request "to the next element in the list" (RFC 3263 section 4.3)."""
    _forget_dialogs(branch)  # those of the way that failed
    branch.try_next_way(now)


def ask_again(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    """Send the request again with the next CSeq number (8.1.3.5)."""
    _forget_dialogs(branch)
    branch.cseq += 1
    branch.try_again(now)


def _forget_dialogs(branch: Branch) -> None:
    branch.leg.dialog = branch.leg.early = None
    branch.leg.beside.clear()
    branch.earlies.clear()


def fail_late(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    branch.leg.close(now)


def ignore(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    pass


TABLE = {
    (S.INVITED, On.PROVISIONAL): (S.INVITED, ring),
    (S.INVITED, On.SUCCESS): (S.DONE, answer),
    (S.INVITED, On.FAILURE): (S.DONE, fail),
    (S.INVITED, On.UNREACHABLE): (S.INVITED, go_on),
    (S.INVITED, On.TOO_BRIEF): (S.INVITED, ask_again),
    (S.CANCELLED, On.PROVISIONAL): (S.CANCELLED, ignore),
    (S.CANCELLED, On.SUCCESS): (S.DONE, answer_late),
    (S.CANCELLED, On.FAILURE): (S.DONE, fail_late),
    (S.CANCELLED, On.UNREACHABLE): (S.DONE, fail_late),
    (S.CANCELLED, On.TOO_BRIEF): (S.DONE, fail_late),
}
"""What comes to a branch that is done is of its leg's dialog."""


def _early(branch: Branch, response: Response) -> Early | None:
    """Return the early dialog of a provisional response, a new one if its To tag is new."""
    tag = response.to.tag
    if tag and tag not in branch.earlies:
        dialog = _dialog(branch, response)
        if dialog is None:
            return None
        early = Early(dialog, not branch.earlies, branch.exchange.is_offered)
        branch.earlies[tag] = early
        if branch.leg.dialog is None:
            branch.leg.dialog, branch.leg.early = dialog, early
        else:
            branch.leg.beside[tag] = early
    return branch.earlies.get(tag)


def _confirm(branch: Branch, response: Response, now: float) -> bool:
    """Make the dialog of the 2xx (12.1.2); False when its addresses cannot be used.

    Then the registered contact still serves for the ACK and the BYE.
    """
    early = branch.earlies.get(response.to.tag)
    dialog = _still(branch, early, response) or _dialog(branch, response)
    branch.leg.state = LegState.UP
    branch.leg.is_confirmed = True
    branch.leg.owes_ack = response.cseq.number
    branch.leg.tell(branch.offer)
    confirmed = dialog or _dialog(branch, _without_addresses(response))
    if confirmed is not None and early is not None:
        # "the dialog MUST be transitioned to the confirmed state": the numbers go on (13.2.2.4)
        confirmed.local_seq = early.dialog.local_seq
        confirmed.remote_seq = early.dialog.remote_seq
    branch.leg.dialog, branch.leg.early = confirmed, None
    branch.leg.beside.clear()  # whoever rings besides is told by whoever forked
    if dialog is None:
        branch.leg.follow(response, now)
        return False
    branch.leg.agree(response, now)  # the dialog has just been made of its Contact
    return True


def _without_addresses(response: Response) -> Response:
    headers = response.headers.copy()
    headers.remove("Contact")
    headers.remove("Record-Route")
    return Response(response.status, response.reason, headers)


def _still(branch: Branch, early: Early | None, response: Response) -> Dialog | None:
    """Return the early dialog, if its 2xx makes the same one once more, as it nearly always does.

    To make it anew, and to look at its addresses again, would change nothing.
    """
    if early is None or not early.dialog.is_made_by(response):
        return None
    dialog, flow = early.dialog, branch.leg.wire.transactions.flow_of(branch.key)
    if dialog.flow is not flow or dialog.local_contact != branch.leg.contact:
        return None
    dialog.is_confirmed = True
    return dialog


def _dialog(branch: Branch, response: Response) -> Dialog | None:
    transactions = branch.leg.wire.transactions
    try:
        dialog = Dialog.as_uac(
            transactions.request_of(branch.key),
            response,
            # over TCP the connection that was opened for the INVITE, if there was none
            flow=transactions.flow_of(branch.key),
            local_contact=branch.leg.contact,
        )
        check_addresses(dialog)
    except ParseError:
        return None
    return dialog


def _failure(branch: Branch, response: Response, is_received: bool) -> Failure:
    if not is_received:
        # a contact whose connection is gone is as good as not registered
        return Failure(408 if response.status == 408 else 480, branch.phone)
    return Failure(
        response.status,
        branch.phone,
        response.status,
        response.reason,
        response.headers.get("Retry-After"),
        numbers_of(response) if response.status < 400 else (),
        diversion.reason_of(response) if response.status < 400 else "",
        accepted(response),
    )


def invite(branch: Branch, caller: Party, ring_s: float, options: tuple[str, ...]) -> Request:
    """Build the INVITE to a registered contact.

    The Request-URI is the contact as registered, the Route the path of its REGISTER (RFC 3327).
    """
    leg, target, body = branch.leg, branch.target, branch.offer
    flow = leg.flow
    headers = Headers(("Route", hop) for hop in target.binding.path)
    headers.extend(
        (
            ("Max-Forwards", str(branch.max_forwards)),
            ("From", name_addr(caller.name, caller.number, flow, leg.local_tag)),
            ("To", name_addr("", target.party.number, flow)),
            ("Call-ID", leg.call_id),
            ("CSeq", f"{branch.cseq} INVITE"),
            ("Contact", leg.contact),
            leg.identity(caller.name, "calling"),
            *diversion.headers(branch.diversions, flow),
            *history.headers(branch.diversions, target.party.number, flow),
            ("Expires", f"{ring_s:.0f}"),
            ALLOW,
            ("Supported", ", ".join((*options, TIMER, "replaces", "norefersub"))),
            *leg.session.ask(),
        )
    )
    if body.data:
        headers.extend((("Content-Type", body.content_type), *body.headers))
    return Request("INVITE", target.binding.contact, headers, body.data)
