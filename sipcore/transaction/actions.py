"""What a transaction machine asks of the layer that holds it, to be done in order."""

from enum import Enum
from typing import Any, ClassVar, Protocol

from sipcore.message import Request, Response
from sipcore.timers import Timers
from sipcore.values import dataclass


@dataclass(frozen=True, slots=True)
class Send:
    message: Request | Response


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send once more, octet by octet, what was sent last."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Send once more what was sent last whenever the request is repeated in the next `seconds`.

    That is all that is left to do; nothing when it is 0.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class SendCancel:
    """Send this CANCEL as a transaction of its own (9.1)."""

    request: Request


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Give the machine `on` after `seconds`; at once, as the last action, when that is 0."""

    on: Enum
    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    on: Enum


@dataclass(frozen=True, slots=True)
class Deliver:
    """Pass the message to the transaction user."""

    message: Request | Response


@dataclass(frozen=True, slots=True)
class ReportTimeout:
    """Tell the transaction user that the other side did not answer in time."""


@dataclass(frozen=True, slots=True)
class ReportFailure:
    """Tell the transaction user that the transport could not carry a message."""


Action = (
    Send
    | Repeat
    | Remember
    | SendCancel
    | StartTimer
    | StopTimer
    | Deliver
    | ReportTimeout
    | ReportFailure
)


class Machine(Protocol):
    """What the layer knows of every machine; each has an `On` of its own, hence the Any."""

    inputs: ClassVar[Any]
    timers: Timers

    @property
    def is_over(self) -> bool: ...

    @staticmethod
    def input_of(status: int) -> Any:
        """Name the input that a response with this status is."""
        ...

    def start(self) -> list[Action]:
        """Follow the arrow that enters the figure."""
        ...

    def step(self, on: Any, message: Any = None, /) -> list[Action]:
        """Take one input; return what the layer must do, in order."""
        ...
