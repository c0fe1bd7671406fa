"""What the transaction layer tells its user (RFC 3261's TU). `key` names the transaction."""

from sipcore.message import Request, Response
from sipcore.ports import Flow
from sipcore.values import dataclass


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A new request other than ACK and CANCEL; `respond(key, ...)` answers it.

    Its top Via already says where it came from (18.2.1, RFC 3581). It `is_merged` when it came
    before by another path (8.2.2.2).
    """

    key: int
    request: Request
    flow: Flow
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class AckArrived:
    """An ACK that belongs to no failure response: it is for a 2xx, or stray."""

    request: Request
    flow: Flow


@dataclass(frozen=True, slots=True)
class CancelArrived:
    """The INVITE `key`, not finally answered yet, is cancelled; the CANCEL has got its 200."""

    key: int
    request: Request
    flow: Flow


@dataclass(frozen=True, slots=True)
class ResponseArrived:
    """A response to `key`: 1xx, the final one, and to an INVITE every 2xx, repeated or not."""

    key: int
    response: Response
    flow: Flow


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The transaction `key` is over without what it waited for.

    A client got no final response (timers B and F, or 64*T1 after a CANCEL). A server got no ACK
    (timer H), or its user did not answer before the client must have given up.
    """

    key: int


@dataclass(frozen=True, slots=True)
class SendFailed:
    """A message of `key` could not be sent.

    A client transaction is over. So is a server transaction, except for an INVITE: "the server
    transaction [...] MUST remain in the current state" (RFC 6026 section 8.8), and one that has
    had no final response still wants it.
    """

    key: int


Event = RequestArrived | AckArrived | CancelArrived | ResponseArrived | TimedOut | SendFailed
