"""What a phone can do and insists on: Supported, Require and Allow (RFC 3261 section 20)."""

from sipcore.message import Request, Response

RELIABLE = "100rel"
TIMER = "timer"
UNDERSTOOD = (RELIABLE, TIMER, "replaces", "norefersub")
"""The extensions of calls that we have; a phone may require those that concern an INVITE.

`replaces` is told because phones ask for it before they send a REFER with Replaces.
"""
REQUIRABLE = (RELIABLE, TIMER, "norefersub")


def requires(message: Request | Response, tag: str) -> bool:
    return _names(message, "Require", tag)


def supports(message: Request | Response, tag: str) -> bool:
    """Say whether the sender has an extension: who requires it has it."""
    return _names(message, "Supported", tag) or requires(message, tag)


def allows(message: Request | Response, method: str) -> bool:
    """Say whether the sender takes requests with this method; one that does not tell does not."""
    return method in message.headers.values("Allow")


def unknown(message: Request) -> list[str]:
    """Return what the sender requires of us and we do not have."""
    return [tag for tag in message.headers.values("Require") if tag.lower() not in REQUIRABLE]


def _names(message: Request | Response, header: str, tag: str) -> bool:
    return tag in (value.lower() for value in message.headers.values(header))
