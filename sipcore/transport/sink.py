"""Where the transports put what came in, and what went wrong."""

import os
from collections.abc import Sequence
from typing import Protocol

from sipcore.ports import Flow

Received = tuple[bytes, Flow]


class Sink(Protocol):
    def deliver(self, batch: Sequence[Received]) -> None:
        """Take whole messages in the order they came; one call for each wake-up of a socket."""
        ...

    def failed(self, flow: Flow, reason: str) -> None:
        """Hear that nothing more can be sent over `flow`; may be called from within a send."""
        ...


class ListenError(Exception):
    """An address cannot be listened on; the text names it and says why."""


def cause_of(error: OSError) -> str:
    """Name the cause in the system's words; asyncio's own texts leave it out."""
    return os.strerror(error.errno) if error.errno else str(error)
