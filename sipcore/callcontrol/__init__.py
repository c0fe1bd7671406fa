"""Calls between phones: a back-to-back user agent with a dialog of its own on each side."""

from sipcore.callcontrol.control import CallControl

__all__ = ["CallControl"]
