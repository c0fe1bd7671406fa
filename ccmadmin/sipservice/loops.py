"""Which event loop the SIP process runs on: asyncio's own, or uvloop where that is installed."""

import asyncio
from collections.abc import Callable
from importlib import import_module

NAMES = ("asyncio", "uvloop")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


class LoopError(Exception):
    """The loop that was asked for is not there; says what to do."""


def loop_factory(name: str) -> LoopFactory:
    """Return what makes a loop of that name. Raises LoopError."""
    if name == "asyncio":
        return asyncio.new_event_loop
    if name != "uvloop":
        raise LoopError(f"CCMADMIN_EVENT_LOOP={name}: choose one of {', '.join(NAMES)}")
    try:
        factory: LoopFactory = import_module("uvloop").new_event_loop
    except ImportError as error:
        raise LoopError(
            "CCMADMIN_EVENT_LOOP=uvloop, but uvloop is not installed: run `make extras`, "
            "or leave the variable out"
        ) from error
    return factory
