"""What the engine asks its host to do, and what the host reports back.

The host carries out the actions of `Engine.outbox()` in order. Those with a `ticket` are answered
through `Engine.report()` with the same number.
"""

from sipcore.ports import Asked, Binding, CallRecord, Flow, RegistrationAttempt, Renewal
from sipcore.values import dataclass


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send `data` over `flow`; a flow that cannot carry it is reported as `FlowFailed`."""

    flow: Flow
    data: bytes


@dataclass(frozen=True, slots=True)
class SaveBindings:
    """Make a change of bindings durable, then report `Committed` or `CommitFailed`.

    `removed` holds binding keys (phone, number, contact); `renewed` refreshes of bindings that
    were saved before. A ticket of 0 wants no report.
    """

    ticket: int
    saved: tuple[Binding, ...] = ()
    removed: tuple[tuple[str, str, str], ...] = ()
    renewed: tuple[Renewal, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordAttempt:
    attempt: RegistrationAttempt | Asked


@dataclass(frozen=True, slots=True)
class RecordCall:
    call: CallRecord


@dataclass(frozen=True, slots=True)
class Resolve:
    """Find where requests to `uri` go (RFC 3263); then report `Resolved`, whatever is found."""

    ticket: int
    uri: str


Action = Transmit | SaveBindings | RecordAttempt | RecordCall | Resolve


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


@dataclass(frozen=True, slots=True)
class Resolved:
    """The ways to a URI, in the order in which to try them; none if DNS knows none."""

    ticket: int
    flows: tuple[Flow, ...] = ()


Report = Committed | CommitFailed | FlowFailed | Resolved
