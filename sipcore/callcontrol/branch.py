"""The INVITE to one contact of the called number: the UAC side of RFC 3261 section 13.2."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from sipcore.callcontrol.addressing import ALLOW, check_addresses, name_addr
from sipcore.callcontrol.bodies import Body, Exchange
from sipcore.callcontrol.causes import Failure
from sipcore.callcontrol.leg import Leg, Owner
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.routing import Target
from sipcore.dialog import Dialog
from sipcore.errors import ParseError
from sipcore.message import Headers, Request, Response

S = Enum("S", "INVITED CANCELLED DONE")
On = Enum("On", "PROVISIONAL SUCCESS FAILURE")
FIRST_CSEQ = 101


class Caller(Owner, Protocol):
    """The call that the branch belongs to."""

    def progress(self, branch: "Branch", response: Response, now: float) -> None: ...

    def answered(self, branch: "Branch", response: Response, now: float) -> None: ...

    def failed(self, branch: "Branch", failure: Failure, now: float) -> None: ...


@dataclass(slots=True, eq=False)
class Branch:
    call: Caller
    leg: Leg
    target: Target
    exchange: Exchange
    state: S = S.INVITED
    key: int = field(default=0, init=False)

    @property
    def is_ringing(self) -> bool:
        return self.state is S.INVITED

    @property
    def phone(self) -> str:
        return self.target.party.phone.name

    def start(self, body: Body, caller: Party, ring_s: float, now: float) -> None:
        """Send the INVITE; raises `MediaNotAllowedError` before anything is sent."""
        body = self.exchange.request(body)
        self.leg.open(self.call)
        request = invite(self.leg, self.target, caller, body, ring_s)
        self.key = self.leg.wire.send(request, self.leg.flow, now, self._reply)

    def cancel(self, now: float) -> None:
        """Stop ringing; the branch stays until its INVITE has an answer or times out."""
        if self.state is S.INVITED:
            self.state = S.CANCELLED
            self.leg.release_line()
            self.leg.wire.transactions.cancel(self.key, now)

    def _reply(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 200:
            on = On.PROVISIONAL
        else:
            on = On.SUCCESS if response.status < 300 else On.FAILURE
        step = TABLE.get((self.state, on))
        if step is not None:
            self.state, do = step
            do(self, response, is_received, now)


def ring(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    if response.to.tag and branch.leg.dialog is None:
        branch.leg.dialog = _dialog(branch, response)
    branch.call.progress(branch, response, now)


def answer(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    if _confirm(branch, response):
        branch.call.answered(branch, response, now)
        return
    branch.leg.hang_up(now)
    branch.call.failed(branch, Failure(500, branch.phone, response.status), now)


def answer_late(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    """Another phone was faster, or the caller has hung up: 15.1.1 asks for ACK, then BYE."""
    _confirm(branch, response)
    branch.leg.hang_up(now)


def fail(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    branch.leg.close(now)
    branch.call.failed(branch, _failure(branch, response, is_received), now)


def fail_late(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    branch.leg.close(now)


def ignore(branch: Branch, response: Response, is_received: bool, now: float) -> None:
    pass


TABLE = {
    (S.INVITED, On.PROVISIONAL): (S.INVITED, ring),
    (S.INVITED, On.SUCCESS): (S.DONE, answer),
    (S.INVITED, On.FAILURE): (S.DONE, fail),
    (S.CANCELLED, On.PROVISIONAL): (S.CANCELLED, ignore),
    (S.CANCELLED, On.SUCCESS): (S.DONE, answer_late),
    (S.CANCELLED, On.FAILURE): (S.DONE, fail_late),
}
"""What comes to a branch that is done is of its leg's dialog."""


def _confirm(branch: Branch, response: Response) -> bool:
    """Make the dialog of the 2xx (12.1.2); False when its addresses cannot be used.

    Then the registered contact still serves for the ACK and the BYE.
    """
    dialog = _dialog(branch, response)
    branch.leg.state = LegState.UP
    branch.leg.is_confirmed = True
    branch.leg.owes_ack = response.cseq.number
    branch.leg.dialog = dialog or _dialog(branch, _without_addresses(response))
    return dialog is not None


def _without_addresses(response: Response) -> Response:
    headers = response.headers.copy()
    headers.remove("Contact")
    headers.remove("Record-Route")
    return Response(response.status, response.reason, headers)


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
    )


def invite(leg: Leg, target: Target, caller: Party, body: Body, ring_s: float) -> Request:
    """Build the INVITE to a registered contact: calls.md section 4.

    The Request-URI is the contact as registered, the Route the path of its REGISTER (RFC 3327).
    """
    flow = leg.flow
    headers = Headers(("Route", hop) for hop in target.binding.path)
    headers.add("Max-Forwards", "70")
    headers.add("From", name_addr(caller.name, caller.number, flow, leg.local_tag))
    headers.add("To", name_addr("", target.party.number, flow))
    headers.add("Call-ID", leg.call_id)
    headers.add("CSeq", f"{FIRST_CSEQ} INVITE")
    headers.add("Contact", leg.contact)
    headers.add(*leg.identity(caller.name, "calling"))
    headers.add("Expires", f"{ring_s:.0f}")
    headers.add(*ALLOW)
    if body.data:
        headers.add("Content-Type", body.content_type)
        for name, value in body.headers:
            headers.add(name, value)
    return Request("INVITE", target.binding.contact, headers, body.data)
