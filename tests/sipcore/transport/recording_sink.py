"""A sink that keeps what the transports put into it, for tests to wait on."""

import asyncio
from collections.abc import Callable, Sequence

from sipcore.ports import Flow
from sipcore.transport import Received


class RecordingSink:
    def __init__(self) -> None:
        self.batches: list[list[Received]] = []
        self.failures: list[tuple[Flow, str]] = []

    def deliver(self, batch: Sequence[Received]) -> None:
        self.batches.append(list(batch))

    def failed(self, flow: Flow, reason: str) -> None:
        self.failures.append((flow, reason))

    @property
    def received(self) -> list[Received]:
        return [each for batch in self.batches for each in batch]

    @property
    def data(self) -> list[bytes]:
        return [data for data, _ in self.received]


async def until(is_true: Callable[[], object]) -> None:
    """Let the loop run until something holds; fails after two seconds."""
    async with asyncio.timeout(2):
        while not is_true():  # noqa: ASYNC110 - the tests watch from outside
            await asyncio.sleep(0.002)
