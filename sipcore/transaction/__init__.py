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
from sipcore.transaction.key import stateless_tag
from sipcore.transaction.layer import Transactions

__all__ = [
    "AckArrived",
    "CancelArrived",
    "Event",
    "RequestArrived",
    "ResponseArrived",
    "SendFailed",
    "TimedOut",
    "Transactions",
    "stateless_tag",
]
