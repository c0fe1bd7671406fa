"""Non-INVITE server transaction: RFC 3261 section 17.2.2, figure 8, with RFC 4320.

RFC 4320 section 4.1 leaves no provisional response but 100, and that only late, and forbids 408.
So this machine sends its 100 by itself, swallows every other provisional response and a 408, and
ends without a word where no answer came while the client could wait for it.

The figure's Completed is not a state here. The answer ends the machine, and the layer repeats its
octets until timer J fires: see `answers`.
"""

from dataclasses import dataclass
from typing import ClassVar

from sipcore.errors import StateError
from sipcore.message import Request, Response, make_response
from sipcore.timers import Timers
from sipcore.transaction.actions import (
    Action,
    Remember,
    Repeat,
    ReportFailure,
    ReportTimeout,
    Send,
    StartTimer,
    StopTimer,
)
from sipcore.values import Enum

S = Enum("S", "TRYING PROCEEDING TERMINATED")
On = Enum(
    "On", "REQUEST PROVISIONAL FINAL REQUEST_TIMEOUT TIMER_TRYING TIMER_UNANSWERED SEND_FAILED"
)


STOP_TRYING = StopTimer(On.TIMER_TRYING)
STOP_UNANSWERED = StopTimer(On.TIMER_UNANSWERED)


@dataclass(slots=True)
class NonInviteServer:
    inputs: ClassVar[type[On]] = On

    request: Request
    timers: Timers
    state: S = S.TRYING

    @property
    def is_over(self) -> bool:
        return self.state is S.TERMINATED

    @staticmethod
    def input_of(status: int) -> On:
        if status == 408:
            return On.REQUEST_TIMEOUT
        return On.PROVISIONAL if status < 200 else On.FINAL

    def start(self) -> list[Action]:
        return [StartTimer(On.TIMER_TRYING, self.timers.late_trying)]

    def step(self, on: On, response: Response | None = None, /) -> list[Action]:
        """Take one input; return what the layer must do, in order."""
        row = TABLE.get((self.state, on))
        if row is None:  # our bug, not the peer's
            raise StateError(f"{on.name} in {self.state.name}")
        self.state, do = row
        return do(self, response)


def absorb(tx: NonInviteServer, response: Response | None) -> list[Action]:
    return []  # legal, and without effect


def repeat(tx: NonInviteServer, response: Response | None) -> list[Action]:
    return [Repeat()]  # a repeated request gets the latest answer again


def answer_trying(tx: NonInviteServer, response: Response | None) -> list[Action]:
    remaining = tx.timers.f - tx.timers.late_trying  # until the client's timer F
    return [
        Send(make_response(tx.request, 100)),
        StartTimer(On.TIMER_UNANSWERED, remaining),
    ]


def finish(tx: NonInviteServer, response: Response | None) -> list[Action]:
    assert response is not None
    return [STOP_TRYING, Send(response), Remember(tx.timers.j)]


def finish_late(tx: NonInviteServer, response: Response | None) -> list[Action]:
    assert response is not None
    return [STOP_UNANSWERED, Send(response), Remember(tx.timers.j)]


def time_out(tx: NonInviteServer, response: Response | None) -> list[Action]:
    # "an element that cannot respond before the transaction expires will not send a final
    # response at all" (RFC 4320 section 4.1)
    return [ReportTimeout()]


def break_off(tx: NonInviteServer, response: Response | None) -> list[Action]:
    return [STOP_UNANSWERED, ReportFailure()]


TABLE = {
    (S.TRYING, On.REQUEST): (S.TRYING, absorb),
    (S.TRYING, On.PROVISIONAL): (S.TRYING, absorb),
    (S.TRYING, On.FINAL): (S.TERMINATED, finish),
    (S.TRYING, On.REQUEST_TIMEOUT): (S.TRYING, absorb),  # "MUST NOT" (RFC 4320 section 4.1)
    (S.TRYING, On.TIMER_TRYING): (S.PROCEEDING, answer_trying),
    (S.TRYING, On.SEND_FAILED): (S.TRYING, absorb),  # nothing was sent yet
    (S.PROCEEDING, On.REQUEST): (S.PROCEEDING, repeat),
    (S.PROCEEDING, On.PROVISIONAL): (S.PROCEEDING, absorb),
    (S.PROCEEDING, On.FINAL): (S.TERMINATED, finish_late),
    (S.PROCEEDING, On.REQUEST_TIMEOUT): (S.PROCEEDING, absorb),
    (S.PROCEEDING, On.TIMER_UNANSWERED): (S.TERMINATED, time_out),
    (S.PROCEEDING, On.SEND_FAILED): (S.TERMINATED, break_off),
} | {(S.TERMINATED, on): (S.TERMINATED, absorb) for on in On}
