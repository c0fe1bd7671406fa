"""INVITE client transaction: RFC 3261 section 17.1.1, figure 5, with RFC 6026's Accepted state."""

from dataclasses import dataclass
from typing import ClassVar

from sipcore.errors import StateError
from sipcore.message import Headers, Request, Response
from sipcore.timers import Timers
from sipcore.transaction.actions import (
    Action,
    Deliver,
    ReportFailure,
    ReportTimeout,
    Send,
    SendCancel,
    StartTimer,
    StopTimer,
)
from sipcore.values import Enum

S = Enum("S", "CALLING PROCEEDING COMPLETED ACCEPTED TERMINATED")
On = Enum(
    "On",
    "PROVISIONAL SUCCESS FAILURE CANCEL TIMER_A TIMER_B TIMER_D TIMER_M TIMER_CANCELLED"
    " SEND_FAILED",
)

STOP_CALLING = (StopTimer(On.TIMER_A), StopTimer(On.TIMER_B))
STOP_ALL = (*STOP_CALLING, StopTimer(On.TIMER_CANCELLED))


@dataclass(slots=True)
class InviteClient:
    """`request` already carries our Via: the ACK and the CANCEL are made from it."""

    inputs: ClassVar[type[On]] = On

    request: Request
    timers: Timers
    state: S = S.CALLING
    interval: float = 0.0  # of timer A, seconds
    is_cancelled: bool = False
    cancel_headers: tuple[tuple[str, str], ...] = ()  # what the CANCEL will say besides

    @property
    def is_over(self) -> bool:
        return self.state is S.TERMINATED

    @staticmethod
    def input_of(status: int) -> On:
        if status < 200:
            return On.PROVISIONAL
        return On.SUCCESS if status < 300 else On.FAILURE

    def start(self) -> list[Action]:
        self.interval = self.timers.a
        return [Send(self.request), StartTimer(On.TIMER_B, self.timers.b), *run_timer_a(self)]

    def step(self, on: On, response: Response | None = None, /) -> list[Action]:
        """Take one input; return what the layer must do, in order."""
        row = TABLE.get((self.state, on))
        if row is None:  # our bug, not the peer's
            raise StateError(f"{on.name} in {self.state.name}")
        self.state, do = row
        return do(self, response)


def absorb(tx: InviteClient, response: Response | None) -> list[Action]:
    return []  # legal, and without effect


def run_timer_a(tx: InviteClient) -> list[Action]:
    return [StartTimer(On.TIMER_A, tx.interval)] if tx.interval else []


def repeat(tx: InviteClient, response: Response | None) -> list[Action]:
    tx.interval *= 2  # without a cap, unlike timer E (17.1.1.2)
    return [Send(tx.request), *run_timer_a(tx)]


def deliver(tx: InviteClient, response: Response | None) -> list[Action]:
    assert response is not None
    return [Deliver(response)]


def proceed(tx: InviteClient, response: Response | None) -> list[Action]:
    actions = [*STOP_CALLING, *deliver(tx, response)]
    return [*actions, *cancel(tx, None)] if tx.is_cancelled else actions


def hold_cancel(tx: InviteClient, response: Response | None) -> list[Action]:
    # "If no provisional response has been received, the CANCEL request MUST NOT be sent" (9.1)
    tx.is_cancelled = True
    return []


def cancel(tx: InviteClient, response: Response | None) -> list[Action]:
    # "If there is no final response for the original request in 64*T1 seconds, the client SHOULD
    # then consider the original transaction cancelled" (9.1)
    tx.is_cancelled = True
    return [
        SendCancel(cancel_of(tx.request, tx.cancel_headers)),
        StartTimer(On.TIMER_CANCELLED, tx.timers.cancelled),
    ]


def cancel_again(tx: InviteClient, response: Response | None) -> list[Action]:
    return [] if tx.is_cancelled else cancel(tx, response)


def succeed(tx: InviteClient, response: Response | None) -> list[Action]:
    return [*STOP_ALL, *deliver(tx, response), StartTimer(On.TIMER_M, tx.timers.m)]


def fail(tx: InviteClient, response: Response | None) -> list[Action]:
    return [
        *STOP_ALL,
        *acknowledge(tx, response),
        *deliver(tx, response),
        StartTimer(On.TIMER_D, tx.timers.d),
    ]


def acknowledge(tx: InviteClient, response: Response | None) -> list[Action]:
    assert response is not None
    return [Send(ack_of(tx.request, response))]


def time_out(tx: InviteClient, response: Response | None) -> list[Action]:
    return [*STOP_ALL, ReportTimeout()]


def break_off(tx: InviteClient, response: Response | None) -> list[Action]:
    return [*STOP_ALL, StopTimer(On.TIMER_D), ReportFailure()]


TABLE = {
    (S.CALLING, On.TIMER_A): (S.CALLING, repeat),
    (S.CALLING, On.TIMER_B): (S.TERMINATED, time_out),
    (S.CALLING, On.CANCEL): (S.CALLING, hold_cancel),
    (S.CALLING, On.PROVISIONAL): (S.PROCEEDING, proceed),
    (S.CALLING, On.SUCCESS): (S.ACCEPTED, succeed),
    (S.CALLING, On.FAILURE): (S.COMPLETED, fail),
    (S.CALLING, On.SEND_FAILED): (S.TERMINATED, break_off),
    (S.PROCEEDING, On.CANCEL): (S.PROCEEDING, cancel_again),
    (S.PROCEEDING, On.TIMER_CANCELLED): (S.TERMINATED, time_out),
    (S.PROCEEDING, On.PROVISIONAL): (S.PROCEEDING, deliver),
    (S.PROCEEDING, On.SUCCESS): (S.ACCEPTED, succeed),
    (S.PROCEEDING, On.FAILURE): (S.COMPLETED, fail),
    # Not in the figure: with its flow gone, the phone that rang is gone as well.
    (S.PROCEEDING, On.SEND_FAILED): (S.TERMINATED, break_off),
    (S.COMPLETED, On.CANCEL): (S.COMPLETED, absorb),
    (S.COMPLETED, On.PROVISIONAL): (S.COMPLETED, absorb),
    (S.COMPLETED, On.SUCCESS): (S.COMPLETED, absorb),
    (S.COMPLETED, On.FAILURE): (S.COMPLETED, acknowledge),
    (S.COMPLETED, On.TIMER_D): (S.TERMINATED, absorb),
    (S.COMPLETED, On.SEND_FAILED): (S.TERMINATED, break_off),
    (S.ACCEPTED, On.CANCEL): (S.ACCEPTED, absorb),
    (S.ACCEPTED, On.PROVISIONAL): (S.ACCEPTED, absorb),
    (S.ACCEPTED, On.SUCCESS): (S.ACCEPTED, deliver),
    (S.ACCEPTED, On.FAILURE): (S.ACCEPTED, absorb),
    (S.ACCEPTED, On.TIMER_M): (S.TERMINATED, absorb),
    (S.ACCEPTED, On.SEND_FAILED): (S.ACCEPTED, absorb),  # nothing is sent any more
} | {(S.TERMINATED, on): (S.TERMINATED, absorb) for on in On}


def ack_of(invite: Request, response: Response) -> Request:
    """Make the ACK for a failure response: 17.1.1.3."""
    headers = _copied_headers(invite, "ACK")
    # "The To header field in the ACK MUST equal the To header field in the response"
    headers.set("To", response.headers.get("To"))
    return Request("ACK", invite.uri, headers, b"")


def cancel_of(invite: Request, more: tuple[tuple[str, str], ...] = ()) -> Request:
    """Make the CANCEL: 9.1.

    "The Request-URI, Call-ID, To, the numeric part of CSeq, and From header fields in the CANCEL
    request MUST be identical to those in the request being cancelled, including tags. A CANCEL
    constructed by a client MUST have only a single Via header field value matching the top Via
    value in the request being cancelled."
    """
    headers = _copied_headers(invite, "CANCEL")
    for name, value in more:
        headers.add(name, value)
    return Request("CANCEL", invite.uri, headers, b"")


def _copied_headers(invite: Request, method: str) -> Headers:
    headers = Headers()
    headers.add("Via", str(invite.via))
    for route in invite.headers.get_all("Route"):
        headers.add("Route", route)
    headers.add("Max-Forwards", "70")
    for name in ("From", "To", "Call-ID"):
        headers.add(name, invite.headers.get(name))
    headers.add("CSeq", f"{invite.cseq.number} {method}")
    return headers
