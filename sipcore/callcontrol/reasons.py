"""Why a call was not put through, in words for the administrator."""

from collections.abc import Sequence
from dataclasses import dataclass

from sipcore.authentication import shown
from sipcore.callcontrol.causes import SUBSCRIBER_ABSENT, cause_of
from sipcore.callcontrol.lines import Party
from sipcore.ports import Decision, Flow, NumberRecord

REGISTERING = "the page of the phone shows its last REGISTER and what to do about it"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who calls what, and the partitions that it may reach; `dialed` is as it came."""

    caller: str
    dialed: str
    partitions: tuple[str, ...]

    @property
    def number(self) -> str:
        return shown(self.dialed) or "an empty number"

    @property
    def came(self) -> str:
        return f"A call to {self.number} from {self.caller}"

    @property
    def reachable(self) -> str:
        return ", ".join([*self.partitions, "<None>"])


def line_of(party: Party) -> str:
    return f"line {party.number} of {party.phone.name}"


def place_of(number: NumberRecord) -> str:
    return f"{number.number} in partition {number.partition or '<None>'}"


def refused(rule: str, status: int, *texts: str) -> Decision:
    summary, expected, received, advice = texts
    return Decision("refused", rule, status, summary, expected, received, advice)


def cause_of_refusal(decision: Decision) -> int:
    """Return the Q.850 cause of a call that was refused before any phone rang."""
    is_absent = decision.rule == "not-registered"
    return SUBSCRIBER_ABSENT if is_absent else cause_of(decision.status)


# -- who calls ------------------------------------------------------------------------------------


def caller_not_registered(number: str, flow: Flow) -> Decision:
    host, port = flow.remote
    return refused(
        "caller-not-registered",
        403,
        "The caller is not a registered phone",
        f"A phone that is registered from {host}:{port} over {flow.transport}; a call is taken "
        "only from the address that the phone registered from.",
        f"An INVITE from {shown(number) or 'nobody'} at {host}:{port}, where no phone is "
        "registered.",
        "Register the phone before it calls; " + REGISTERING + ". If it is registered, let it "
        "call from the port that it registers from.",
    )


def caller_line(number: str, phones: Sequence[str], flow: Flow) -> Decision:
    names = ", ".join(sorted(set(phones)))
    return refused(
        "caller-line",
        403,
        f"{shown(number) or 'The caller'} is not a line of the phone that calls",
        f"In From a number that is on a line of {names}, registered from {flow.remote[0]}.",
        f"From names {shown(number) or 'no number'}.",
        "On the phone enter the directory number as the SIP user name of the account, or put "
        f"{shown(number) or 'the number'} on a line of {names}.",
    )


def caller_inactive(phone: str, is_known: bool) -> Decision:
    if not is_known:
        return refused(
            "caller-not-registered",
            403,
            f"{phone} is not configured any more",
            f"A phone {phone} in the configuration.",
            f"A call from the registration that {phone} left behind.",
            "Nothing, if the phone was deleted on purpose; its registration ends by itself.",
        )
    return refused(
        "device-inactive",
        403,
        f"{phone} is not active",
        f"Device Is Active checked for {phone}.",
        f"A call from {phone}.",
        f"Open {phone} and check Device Is Active.",
    )


def caller_busy(caller: Party, attempt: Attempt, calls: int) -> Decision:
    return refused(
        "busy",
        486,
        f"Line {caller.number} of {caller.phone.name} has no call left",
        f"Fewer calls than the Maximum Number of Calls of the line, {caller.line.max_calls}.",
        f"{attempt.came}, while the line has {calls}.",
        f"End a call, or raise Maximum Number of Calls of {line_of(caller)}.",
    )


def transport(caller: Party, flow: Flow) -> Decision:
    profile = caller.phone.security_profile
    allowed = "+".join(sorted(profile.transports))
    return refused(
        "transport",
        403,
        f"{caller.phone.name} may not use {flow.transport}",
        f"{allowed}, the Transport Type of the SIP Phone Security Profile {profile.name}.",
        f"An INVITE from {line_of(caller)} over {flow.transport}.",
        f"Set the phone to {allowed}, or give {caller.phone.name} a profile that allows "
        f"{flow.transport}.",
    )


# -- whom it calls --------------------------------------------------------------------------------


def number_not_found(attempt: Attempt) -> Decision:
    return refused(
        "number-not-found",
        404,
        f"No directory number {attempt.number}",
        "A directory number as dialed, digit for digit.",
        f"{attempt.came}; no partition holds that number.",
        f"Add {attempt.number} to a line of a phone, or dial a number that exists.",
    )


def number_not_in_css(attempt: Attempt, holding: Sequence[str]) -> Decision:
    held = ", ".join(name or "<None>" for name in holding)
    return refused(
        "number-not-in-css",
        404,
        f"{attempt.number} exists, but {attempt.caller} cannot reach its partition",
        f"Partition {held} in the Calling Search Space of the line or of the phone.",
        f"{attempt.came}, whose Calling Search Spaces hold {attempt.reachable}.",
        f"Add partition {held} to a Calling Search Space of {attempt.caller}, or move "
        f"{attempt.number} to a partition that it holds.",
    )


def number_inactive(attempt: Attempt, number: NumberRecord) -> Decision:
    return refused(
        "number-not-found",
        404,
        f"Directory number {number.number} is not active",
        f"Active checked for {place_of(number)}.",
        f"{attempt.came}.",
        f"Open {place_of(number)} and check Active.",
    )


def number_on_no_phone(attempt: Attempt, number: NumberRecord) -> Decision:
    return refused(
        "number-not-found",
        404,
        f"Directory number {number.number} is on no phone",
        f"A line of a phone that is {place_of(number)}.",
        f"{attempt.came}.",
        f"Add {place_of(number)} to a line of a phone.",
    )


def not_registered(attempt: Attempt, number: NumberRecord, phones: Sequence[str]) -> Decision:
    names = ", ".join(phones)
    return refused(
        "not-registered",
        480,
        f"No phone with {number.number} is registered",
        f"{place_of(number)} registered by at least one of {names}.",
        f"{attempt.came}, while none of them is.",
        f"Register {names}; " + REGISTERING + ".",
    )


def own_line(attempt: Attempt, number: NumberRecord) -> Decision:
    return refused(
        "busy",
        486,
        f"{number.number} called itself",
        "A call to another line, or another registered phone that shares this one.",
        f"{attempt.came}.",
        "Dial another number.",
    )


def busy(attempt: Attempt, parties: Sequence[Party]) -> Decision:
    lines = ", ".join(
        f"{line_of(party)} (Busy Trigger {party.line.busy_trigger})" for party in parties
    )
    return refused(
        "busy",
        486,
        f"{attempt.number} is busy",
        "A registered phone whose line has fewer calls than its Busy Trigger.",
        f"{attempt.came}, while every line that could ring has that many: {lines}.",
        "Wait until a call ends, or raise Busy Trigger and Maximum Number of Calls of the line.",
    )


def came_back(dialed: str) -> Decision:
    return refused(
        "loop",
        482,
        "The call came back to this server",
        "An INVITE that this server did not send itself.",
        f"An INVITE to {shown(dialed)} with a Via of this server.",
        "Look for a phone or proxy that sends calls back here, and correct its address.",
    )


def loop(attempt: Attempt, received: str) -> Decision:
    return refused(
        "loop",
        482,
        "The call came back to this server",
        "A phone that answers calls, not one that sends them here again.",
        f"{attempt.came}; {received}.",
        "On the phone correct the address that it registers as its Contact: it is this server's.",
    )


def media_not_allowed(attempt: Attempt, phones: Sequence[str]) -> Decision:
    names = " and ".join(phones)
    return refused(
        "media-not-allowed",
        488,
        "The call offers nothing but video",
        f"An audio stream: {names} may not use video.",
        f"{attempt.came}, whose offer holds no other stream, or hides one that cannot be removed.",
        "Call with audio, or use Third-party SIP Device (Advanced) phones on both sides.",
    )


# -- requests that are no calls -----------------------------------------------------------------


def malformed(text: str, status: int) -> Decision:
    return refused(
        "malformed",
        status,
        "The INVITE does not follow RFC 3261",
        "A well-formed INVITE.",
        shown(text),
        "Look at the phone's firmware; this server cannot read what it sends.",
    )


def required(options: Sequence[str]) -> Decision:
    names = ", ".join(shown(option) for option in options)
    return refused(
        "option-required",
        420,
        f"The phone requires {names}, which this server does not have",
        "An INVITE that can do without.",
        f"Require: {names}.",
        f"On the phone make {names} optional, or switch it off.",
    )


def not_acceptable(accepted: str) -> Decision:
    return refused(
        "accept",
        406,
        "The phone takes no session description in the answer to its call",
        "An Accept with application/sdp, or none at all.",
        f"Accept: {shown(accepted) or 'nothing'}.",
        "Look at the phone's firmware: without a session description no call has media.",
    )


def session_too_short(asked_s: int, minimum_s: int) -> Decision:
    return refused(
        "session-interval",
        422,
        f"The phone wants to refresh its calls every {asked_s} seconds",
        f"A Session-Expires of at least {minimum_s} seconds, the SIP Min-SE Value.",
        f"Session-Expires: {asked_s}.",
        "Nothing: the phone was told the smallest value and calls again by itself. If it does "
        f"not, set its session timer to {minimum_s} seconds or more.",
    )


def no_second_call(attempt: Attempt) -> Decision:
    return refused(
        "transfer-unknown-call",
        404,
        "The phone transfers to a call that it does not have",
        "In Replaces a call of the same phone, answered or still ringing at the other end.",
        f"{attempt.came}; Replaces names no such call.",
        "Nothing, if the other phone hung up meanwhile; else look at the phone's firmware.",
    )


def shutting_down() -> Decision:
    return refused(
        "shut-down",
        503,
        "This server is being stopped",
        "The server to run.",
        "A call while it was about to stop.",
        "Nothing: whoever stopped the server knows why.",
    )


def unavailable() -> Decision:
    return refused(
        "unavailable",
        503,
        "The configuration could not be asked",
        "A configuration to look the phones up in.",
        "A call while nothing is loaded.",
        "Look at the log of the SIP process: it says why it cannot load the configuration.",
    )
