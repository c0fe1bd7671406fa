"""Transactions of RFC 3261 section 17: `Transactions` and the events it returns."""

from sipcore.transaction.events import (
    AckArrived,
    CancelArrived,
    Event,
    RequestArrived,
    ResponseArrived,
    SendFailed,
    TimedOut,
)
from sipcore.transaction.key import (
    Key,
    merge_name,
    server_name,
    stateless_tag,
    stateless_tag_of,
)
from sipcore.transaction.layer import Transactions

__all__ = [
    "AckArrived",
    "CancelArrived",
    "Event",
    "Key",
    "RequestArrived",
    "ResponseArrived",
    "SendFailed",
    "TimedOut",
    "Transactions",
    "merge_name",
    "server_name",
    "stateless_tag",
    "stateless_tag_of",
]
