"""The dialog that a Replaces names: RFC 3891 sections 3 and 6.1, in an INVITE or a Refer-To."""

from collections.abc import Mapping
from dataclasses import dataclass

from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.reasons import Attempt, line_of, refused
from sipcore.callcontrol.wire import DialogKey, Listener
from sipcore.errors import ParseError
from sipcore.message import Request
from sipcore.ports import Decision

EARLY_ONLY = "early-only"


@dataclass(frozen=True, slots=True)
class Replaces:
    """A dialog as its other end sees it: `to_tag` is the tag of whoever reads this."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False


def read_replaces(request: Request) -> Replaces | None:
    """Return what an INVITE replaces, None when it has no Replaces; raises `ParseError`."""
    values = request.headers.get_all("Replaces")
    if not values:
        return None
    # "If more than one Replaces header field is present in an INVITE [...] the UAS MUST reject
    # the request with a 400", and so with "another header field with contradictory semantics"
    if len(values) > 1 or "Join" in request.headers:
        raise ParseError("Replaces: more than one call is named", header="Replaces")
    return parse_replaces(values[0], "Replaces")


def parse_replaces(value: str, header: str) -> Replaces:
    """Read a Replaces value, found in `header`; raises `ParseError`."""
    call_id, *params = (part.strip() for part in value.split(";"))
    tags: dict[str, str] = {}
    for param in params:
        name, _, tag = param.partition("=")
        tags[name.strip().lower()] = tag.strip()
    to_tag, from_tag = tags.get("to-tag", ""), tags.get("from-tag", "")
    if not call_id or not to_tag or not from_tag:
        raise ParseError("Replaces: without Call-ID, to-tag and from-tag", header=header)
    return Replaces(call_id, to_tag, from_tag, EARLY_ONLY in tags)


def find_leg(replaces: Replaces, dialogs: Mapping[DialogKey, Listener]) -> Leg | None:
    """Find our side of the dialog; there are phones that name the two tags the wrong way."""
    for ours, theirs in (
        (replaces.to_tag, replaces.from_tag),
        (replaces.from_tag, replaces.to_tag),
    ):
        leg = dialogs.get((replaces.call_id, ours))
        # "from-tag=0" is the tag of a phone that has none (RFC 3891 section 6.1)
        if isinstance(leg, Leg) and leg.is_with("" if theirs == "0" else theirs):
            return leg
    return None


# -- why an INVITE replaces nothing ---------------------------------------------------------------


def no_such_call(attempt: Attempt) -> Decision:
    return refused(
        "replaces-unknown-call",
        481,
        "The phone wants to take over a call that is not there",
        "In Replaces a call that this server has with a phone, ringing there or answered.",
        f"{attempt.came}; Replaces names no such call.",
        "Nothing, if that call ended meanwhile; else look at the phone's firmware.",
    )


def already_over(attempt: Attempt) -> Decision:
    return refused(
        "replaces-ended-call",
        603,
        "The call that the phone wants to take over has just ended",
        "In Replaces a call that goes on.",
        f"{attempt.came}; the call that Replaces names was over.",
        "Nothing: somebody hung up at that moment.",
    )


def answered_already(attempt: Attempt) -> Decision:
    return refused(
        "replaces-answered-call",
        486,
        "The phone wants to take over a call only while it rings",
        "A call that nobody has answered yet, as the phone said with early-only.",
        f"{attempt.came}; the call that Replaces names was answered.",
        "Nothing: somebody was faster.",
    )


def not_now(attempt: Attempt) -> Decision:
    return refused(
        "replaces-busy-call",
        480,
        "The parties of the call that the phone wants to take over are just changing",
        "In Replaces a call that nobody answers, transfers or takes over at this moment.",
        f"{attempt.came}; the call that Replaces names is about to change its parties.",
        "Try again a moment later.",
    )


def not_allowed(attempt: Attempt, party: Party) -> Decision:
    return refused(
        "replaces-not-allowed",
        403,
        f"The phone may not take over a call with {line_of(party)}",
        f"A phone that shares the line it takes the call from, or that may call "
        f"{party.number} itself.",
        f"{attempt.came}, whose Calling Search Spaces hold {attempt.reachable}.",
        f"Add partition {party.line.number.partition or '<None>'} to a Calling Search Space "
        f"of the phone.",
    )
