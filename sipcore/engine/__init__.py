"""All of SIP as one object without a clock or a socket."""

from sipcore.engine.engine import Engine

__all__ = ["Engine"]
