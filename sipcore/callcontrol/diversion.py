"""Who has sent a call on, told to the phone that rings instead: RFC 5806.

CallManager tells forwarding so; `history` tells the same to phones that know RFC 7044.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sipcore.callcontrol.addressing import name_addr
from sipcore.callcontrol.lines import Party
from sipcore.errors import ParseError
from sipcore.message import NameAddr, Response
from sipcore.ports import Flow

UNCONDITIONAL = "unconditional"
REASONS = (UNCONDITIONAL, "user-busy", "no-answer")
"""Those that CallManager sends; a phone's own "deflection" and the like count as the first."""


@dataclass(frozen=True, slots=True)
class Diversion:
    """`status` is the 3xx of the phone that has sent the call on."""

    by: Party
    reason: str = UNCONDITIONAL
    status: int = 302

    def header(self, flow: Flow) -> tuple[str, str]:
        who = name_addr(self.by.name, self.by.number, flow)
        return "Diversion", f"{who};reason={self.reason};privacy=off;screen=yes"


def headers(diversions: Sequence[Diversion], flow: Flow) -> list[tuple[str, str]]:
    """Name the phone that sent the call on last, then the one that was called first."""
    told = [diversions[-1], diversions[0]] if len(diversions) > 1 else diversions
    return [each.header(flow) for each in told]


def reason_of(response: Response) -> str:
    """Return why a phone answered 3xx, as its own Diversion says."""
    try:
        values = response.headers.values("Diversion")
        said = NameAddr.parse(values[0], "Diversion").params.get("reason") if values else None
    except ParseError:
        said = None
    said = (said or "").strip('"').lower()
    return said if said in REASONS else UNCONDITIONAL
