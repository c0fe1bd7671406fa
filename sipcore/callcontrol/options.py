"""What a phone can do and insists on: Supported, Require and Allow (RFC 3261 section 20)."""

from sipcore.message import Request, Response

RELIABLE = "100rel"
TIMER = "timer"
UNDERSTOOD = (RELIABLE, TIMER, "replaces", "norefersub")
"""The extensions of calls that we have, and that a phone may require."""
ACCEPTABLE = ("application/sdp", "application/*", "*/*")


def requires(message: Request | Response, tag: str) -> bool:
    return _names(message, "Require", tag)


def supports(message: Request | Response, tag: str) -> bool:
    """Say whether the sender has an extension: who requires it has it."""
    return _names(message, "Supported", tag) or requires(message, tag)


def allows(message: Request | Response, method: str) -> bool:
    """Say whether the sender takes requests with this method; one that does not tell does not."""
    return method in message.headers.values("Allow")


def unknown(message: Request) -> list[str]:
    """Return what the sender requires of us and we do not have.

    We stand where a proxy stands, so what must be had by proxies must be had by us (20.29).
    """
    tags = [*message.headers.values("Require"), *message.headers.values("Proxy-Require")]
    return [tag for tag in tags if tag.lower() not in UNDERSTOOD]


def accepts_sdp(message: Request) -> bool:
    """Say whether an INVITE may be answered with a session description: section 20.1.

    "If no Accept header field is present, the server SHOULD assume a default value of
    application/sdp"; "an empty Accept header field means that no formats are acceptable".
    """
    if "Accept" not in message.headers:
        return True
    ranges = (value.partition(";")[0] for value in message.headers.values("Accept"))
    return any(each.replace(" ", "").lower() in ACCEPTABLE for each in ranges)


def _names(message: Request | Response, header: str, tag: str) -> bool:
    values = message.headers.values(header)
    return bool(values) and tag in [value.lower() for value in values]
