"""An endpoint between fakes, and a phone that speaks to it."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from sipcore.endpoint import Endpoint
from sipcore.transport import Listen
from tests.sipcore.host import FakeEngine, FakeLocator, FakeStore


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def locator() -> FakeLocator:
    return FakeLocator()


@pytest.fixture
async def endpoint(
    engine: FakeEngine, store: FakeStore, locator: FakeLocator
) -> AsyncIterator[Endpoint]:
    listen = [Listen("UDP", "127.0.0.1", 0), Listen("TCP", "127.0.0.1", 0)]
    made = Endpoint(engine, store, listen, locator=locator)
    await made.open()
    yield made
    await made.close(0.1)


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made
