"""Non-INVITE client transaction: RFC 3261 section 17.1.2, figure 6."""

from dataclasses import dataclass
from typing import ClassVar

from sipcore.errors import StateError
from sipcore.message import Request, Response
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

S = Enum("S", "TRYING PROCEEDING COMPLETED TERMINATED")
On = Enum("On", "PROVISIONAL FINAL TIMER_E TIMER_F TIMER_K SEND_FAILED")

STOP_ALL = (StopTimer(On.TIMER_E), StopTimer(On.TIMER_F))


@dataclass(slots=True)
class NonInviteClient:
    inputs: ClassVar[type[On]] = On

    request: Request
    timers: Timers
    state: S = S.TRYING
    interval: float = 0.0  # of timer E, seconds

    @property
    def is_over(self) -> bool:
        return self.state is S.TERMINATED

    @staticmethod
    def input_of(status: int) -> On:
        return On.PROVISIONAL if status < 200 else On.FINAL

    def start(self) -> list[Action]:
        self.interval = self.timers.e
        return [Send(self.request), StartTimer(On.TIMER_F, self.timers.f), *run_timer_e(self)]

    def step(self, on: On, response: Response | None = None, /) -> list[Action]:
        """Take one input; return what the layer must do, in order."""
        row = TABLE.get((self.state, on))
        if row is None:  # our bug, not the peer's
            raise StateError(f"{on.name} in {self.state.name}")
        self.state, do = row
        return do(self, response)


def absorb(tx: NonInviteClient, response: Response | None) -> list[Action]:
    return []  # legal, and without effect


def run_timer_e(tx: NonInviteClient) -> list[Action]:
    return [StartTimer(On.TIMER_E, tx.interval)] if tx.interval else []


def repeat(tx: NonInviteClient, response: Response | None) -> list[Action]:
    tx.interval = min(2 * tx.interval, tx.timers.t2)
    return [Send(tx.request), *run_timer_e(tx)]


def repeat_slowly(tx: NonInviteClient, response: Response | None) -> list[Action]:
    tx.interval = tx.timers.t2
    return [Send(tx.request), *run_timer_e(tx)]


def deliver(tx: NonInviteClient, response: Response | None) -> list[Action]:
    assert response is not None
    return [Deliver(response)]


def finish(tx: NonInviteClient, response: Response | None) -> list[Action]:
    return [*STOP_ALL, *deliver(tx, response), StartTimer(On.TIMER_K, tx.timers.k)]


def time_out(tx: NonInviteClient, response: Response | None) -> list[Action]:
    return [*STOP_ALL, ReportTimeout()]


def break_off(tx: NonInviteClient, response: Response | None) -> list[Action]:
    return [*STOP_ALL, ReportFailure()]


TABLE = {
    (S.TRYING, On.TIMER_E): (S.TRYING, repeat),
    (S.TRYING, On.TIMER_F): (S.TERMINATED, time_out),
    (S.TRYING, On.PROVISIONAL): (S.PROCEEDING, deliver),
    (S.TRYING, On.FINAL): (S.COMPLETED, finish),
    (S.TRYING, On.SEND_FAILED): (S.TERMINATED, break_off),
    (S.PROCEEDING, On.TIMER_E): (S.PROCEEDING, repeat_slowly),
    (S.PROCEEDING, On.TIMER_F): (S.TERMINATED, time_out),
    (S.PROCEEDING, On.PROVISIONAL): (S.PROCEEDING, deliver),
    (S.PROCEEDING, On.FINAL): (S.COMPLETED, finish),
    (S.PROCEEDING, On.SEND_FAILED): (S.TERMINATED, break_off),
    (S.COMPLETED, On.PROVISIONAL): (S.COMPLETED, absorb),
    (S.COMPLETED, On.FINAL): (S.COMPLETED, absorb),
    (S.COMPLETED, On.TIMER_K): (S.TERMINATED, absorb),
    (S.COMPLETED, On.SEND_FAILED): (S.COMPLETED, absorb),  # nothing is sent any more
} | {(S.TERMINATED, on): (S.TERMINATED, absorb) for on in On}
