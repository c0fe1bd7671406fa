"""By which numbers a call came to the phone that rings: History-Info, RFC 7044.

It tells the whole way, where Diversion tells its first and its last step. Like Diversion it is
sent where the call was sent on, and made by us alone: what a caller brings would name hosts.
"""

from collections.abc import Sequence

from sipcore.callcontrol.addressing import address
from sipcore.callcontrol.diversion import Diversion
from sipcore.ports import Flow


def headers(diversions: Sequence[Diversion], number: str, flow: Flow) -> list[tuple[str, str]]:
    """Name every number that was tried one after the other, and `number`, which rings now.

    Each is a step below the one before it, which it was mapped from (`mp`, sections 5 and 10.3).
    """
    if not diversions:
        return []
    entries = [
        _entry(each.by.number, flow, depth, each.status) for depth, each in enumerate(diversions)
    ]
    entries.append(_entry(number, flow, len(diversions)))
    return [("History-Info", entry) for entry in entries]


def _entry(number: str, flow: Flow, depth: int, status: int = 0) -> str:
    """`status` is how the phone sent the call on; it stands in the URI, escaped (10.2)."""
    reason = f"?Reason=SIP%3Bcause%3D{status}" if status else ""
    mapped = f";mp={_index(depth - 1)}" if depth else ""
    return f"<{address(number, flow)}{reason}>;index={_index(depth)}{mapped}"


def _index(depth: int) -> str:
    return ".".join(["1"] * (depth + 1))
