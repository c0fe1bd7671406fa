"""Calls between phones: a back-to-back user agent with a dialog of its own on each side."""

from sipcore.callcontrol.control import CallControl
from sipcore.callcontrol.probe import OnNews, Probe, ProbeNews, ProbeOrder

__all__ = ["CallControl", "OnNews", "Probe", "ProbeNews", "ProbeOrder"]
