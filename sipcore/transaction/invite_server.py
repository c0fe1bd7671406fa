"""INVITE server transaction: RFC 3261 section 17.2.1, figure 7, as RFC 6026 corrects it."""

from dataclasses import dataclass
from typing import ClassVar

from sipcore.errors import StateError
from sipcore.message import Request, Response, make_response
from sipcore.timers import Timers
from sipcore.transaction.actions import (
    Action,
    Deliver,
    ReportFailure,
    ReportTimeout,
    Send,
    StartTimer,
    StopTimer,
)
from sipcore.values import Enum

S = Enum("S", "PROCEEDING COMPLETED CONFIRMED ACCEPTED TERMINATED")
On = Enum(
    "On",
    "REQUEST ACK CANCEL PROVISIONAL SUCCESS FAILURE"
    " TIMER_TRYING TIMER_G TIMER_H TIMER_I TIMER_L SEND_FAILED",
)

STOP_TRYING = StopTimer(On.TIMER_TRYING)


@dataclass(slots=True)
class InviteServer:
    inputs: ClassVar[type[On]] = On

    request: Request
    timers: Timers
    state: S = S.PROCEEDING
    interval: float = 0.0  # of timer G, seconds
    last: Response | None = None

    @property
    def is_over(self) -> bool:
        return self.state is S.TERMINATED

    @property
    def to_tag(self) -> str:
        """The tag of the latest answer, "" while there is none."""
        return self.last.to.tag if self.last else ""

    @staticmethod
    def input_of(status: int) -> On:
        if status < 200:
            return On.PROVISIONAL
        return On.SUCCESS if status < 300 else On.FAILURE

    def start(self) -> list[Action]:
        return [StartTimer(On.TIMER_TRYING, self.timers.trying)]

    def step(self, on: On, message: Request | Response | None = None, /) -> list[Action]:
        """Take one input; return what the layer must do, in order."""
        row = TABLE.get((self.state, on))
        if row is None:  # our bug, not the peer's
            raise StateError(f"{on.name} in {self.state.name}")
        self.state, do = row
        return do(self, message)


def absorb(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    return []  # legal, and without effect


def answer(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    assert isinstance(message, Response)
    tx.last = message
    return [STOP_TRYING, Send(message)]


def answer_trying(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    return answer(tx, make_response(tx.request, 100))


def repeat(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    return [Send(tx.last)] if tx.last else []


def deliver(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    assert message is not None
    return [Deliver(message)]


def accept(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    return [*answer(tx, message), StartTimer(On.TIMER_L, tx.timers.l)]


def refuse(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    tx.interval = tx.timers.g
    return [*answer(tx, message), StartTimer(On.TIMER_H, tx.timers.h), *run_timer_g(tx)]


def run_timer_g(tx: InviteServer) -> list[Action]:
    return [StartTimer(On.TIMER_G, tx.interval)] if tx.interval else []


def repeat_refusal(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    tx.interval = min(2 * tx.interval, tx.timers.t2)
    return [*repeat(tx, None), *run_timer_g(tx)]


def confirm(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    return [
        StopTimer(On.TIMER_G),
        StopTimer(On.TIMER_H),
        StartTimer(On.TIMER_I, tx.timers.i),
    ]


def time_out(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    return [StopTimer(On.TIMER_G), ReportTimeout()]


def report(tx: InviteServer, message: Request | Response | None) -> list[Action]:
    # "SHOULD inform the TU that a failure has occurred, and MUST remain in the current state"
    # (RFC 6026 section 8.8)
    return [ReportFailure()]


TABLE = {
    (S.PROCEEDING, On.REQUEST): (S.PROCEEDING, repeat),
    (S.PROCEEDING, On.ACK): (S.PROCEEDING, absorb),  # the peer's mistake: nothing to confirm
    (S.PROCEEDING, On.CANCEL): (S.PROCEEDING, deliver),
    (S.PROCEEDING, On.PROVISIONAL): (S.PROCEEDING, answer),
    (S.PROCEEDING, On.SUCCESS): (S.ACCEPTED, accept),
    (S.PROCEEDING, On.FAILURE): (S.COMPLETED, refuse),
    (S.PROCEEDING, On.TIMER_TRYING): (S.PROCEEDING, answer_trying),
    (S.PROCEEDING, On.SEND_FAILED): (S.PROCEEDING, report),
    (S.COMPLETED, On.REQUEST): (S.COMPLETED, repeat),
    (S.COMPLETED, On.ACK): (S.CONFIRMED, confirm),
    (S.COMPLETED, On.CANCEL): (S.COMPLETED, absorb),  # "no effect" after a final response (9.2)
    (S.COMPLETED, On.PROVISIONAL): (S.COMPLETED, absorb),
    (S.COMPLETED, On.SUCCESS): (S.COMPLETED, absorb),
    (S.COMPLETED, On.FAILURE): (S.COMPLETED, absorb),
    (S.COMPLETED, On.TIMER_G): (S.COMPLETED, repeat_refusal),
    (S.COMPLETED, On.TIMER_H): (S.TERMINATED, time_out),
    (S.COMPLETED, On.SEND_FAILED): (S.COMPLETED, report),
    (S.CONFIRMED, On.REQUEST): (S.CONFIRMED, absorb),
    (S.CONFIRMED, On.ACK): (S.CONFIRMED, absorb),
    (S.CONFIRMED, On.CANCEL): (S.CONFIRMED, absorb),
    (S.CONFIRMED, On.PROVISIONAL): (S.CONFIRMED, absorb),
    (S.CONFIRMED, On.SUCCESS): (S.CONFIRMED, absorb),
    (S.CONFIRMED, On.FAILURE): (S.CONFIRMED, absorb),
    (S.CONFIRMED, On.TIMER_I): (S.TERMINATED, absorb),
    (S.CONFIRMED, On.SEND_FAILED): (S.CONFIRMED, absorb),  # nothing is sent any more
    (S.ACCEPTED, On.REQUEST): (S.ACCEPTED, absorb),  # the TU repeats the 2xx (13.3.1.4)
    (S.ACCEPTED, On.ACK): (S.ACCEPTED, deliver),
    (S.ACCEPTED, On.CANCEL): (S.ACCEPTED, absorb),
    (S.ACCEPTED, On.PROVISIONAL): (S.ACCEPTED, absorb),
    (S.ACCEPTED, On.SUCCESS): (S.ACCEPTED, answer),
    (S.ACCEPTED, On.FAILURE): (S.ACCEPTED, absorb),
    (S.ACCEPTED, On.TIMER_L): (S.TERMINATED, absorb),
    (S.ACCEPTED, On.SEND_FAILED): (S.ACCEPTED, report),
} | {(S.TERMINATED, on): (S.TERMINATED, absorb) for on in On}
