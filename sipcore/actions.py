"""What the engine asks its host to do, and what the host reports back.

The host carries out the actions of `Engine.outbox()` in order. Those with a `ticket` are answered
through `Engine.report()` with the same number.
"""

from dataclasses import dataclass

from sipcore.ports import Binding, CallRecord, Flow, RegistrationAttempt


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send `data` over `flow`; a flow that cannot carry it is reported as `FlowFailed`."""

    flow: Flow
    data: bytes


@dataclass(frozen=True, slots=True)
class SaveBindings:
    """Make a change of bindings durable, then report `Committed` or `CommitFailed`.

    `removed` holds binding keys (phone, number, contact). A ticket of 0 wants no report.
    """

    ticket: int
    saved: tuple[Binding, ...] = ()
    removed: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordAttempt:
    attempt: RegistrationAttempt


@dataclass(frozen=True, slots=True)
class RecordCall:
    call: CallRecord


Action = Transmit | SaveBindings | RecordAttempt | RecordCall


@dataclass(frozen=True, slots=True)
class Committed:
    ticket: int


@dataclass(frozen=True, slots=True)
class CommitFailed:
    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class FlowFailed:
    """Nothing more can be sent over `flow`: connection closed or refused, address unreachable."""

    flow: Flow
    reason: str


Report = Committed | CommitFailed | FlowFailed
