"""How a call went that was put through, in words for the administrator."""

from sipcore.authentication import shown
from sipcore.callcontrol.causes import Failure
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.reasons import Attempt, line_of, refused
from sipcore.ports import Decision


def failed(attempt: Attempt, failure: Failure, status: int) -> Decision:
    """Explain the failure that the caller was told of, as `status`."""
    if failure.received:
        return _rejected(attempt, failure, status)
    if failure.status == 486:
        return refused(
            "busy",
            status,
            f"{attempt.number} is busy",
            "A phone that answers, or whose line has fewer calls than its Busy Trigger.",
            f"{attempt.came}; {failure.phone} was not rung because its line is in use.",
            "Wait until a call ends, or raise Busy Trigger of the line.",
        )
    what = "did not answer" if failure.status == 408 else "could not be reached"
    return refused(
        "unreachable",
        status,
        f"{failure.phone} is registered, but {what}",
        f"A response of {failure.phone} to the INVITE.",
        f"{attempt.came}; no response came.",
        f"Check that {failure.phone} is on, and that its network lets packets of this server "
        "through to the address that it registered.",
    )


def _rejected(attempt: Attempt, failure: Failure, status: int) -> Decision:
    if failure.received < 300:
        return _unusable(attempt, failure, status)
    told = f"{failure.received} {shown(failure.reason)}"
    also = "" if status == failure.received else f" The caller was told {status}."
    return refused(
        "rejected-by-phone",
        status,
        f"{failure.phone} rejected the call with {told}",
        f"{failure.phone} to accept the call.",
        f"{attempt.came}; {failure.phone} sent {told}.{also}",
        _ADVICE.get(failure.received, "Look at the phone: it decided so by itself."),
    )


def _unusable(attempt: Attempt, failure: Failure, status: int) -> Decision:
    return refused(
        "rejected-by-phone",
        status,
        f"{failure.phone} answered in a way that cannot be used",
        "A Contact and Record-Route with SIP addresses in the answer.",
        f"{attempt.came}; {failure.phone} sent {failure.received} with others.",
        f"Look at the firmware of {failure.phone}; the call was ended at once.",
    )


_REDIRECTED = (
    "Let the phone forward to a number that is registered and that its Rerouting Calling Search "
    "Space reaches, or remove the forwarding on the phone."
)
_ADVICE = {
    300: _REDIRECTED,
    301: _REDIRECTED,
    302: _REDIRECTED,
    401: "On the phone switch off authentication of incoming calls.",
    404: "On the phone compare the account with the directory number: it does not know it.",
    407: "On the phone switch off authentication of incoming calls.",
    480: "Look at the phone: it may have Do Not Disturb on.",
    486: "Nothing, if somebody pressed the key; else raise the call limit of the phone itself.",
    488: "Give both phones a codec in common.",
    603: "Nothing, if somebody pressed the key; else look for Do Not Disturb on the phone.",
}


def no_answer(attempt: Attempt, seconds: float, status: int) -> Decision:
    return refused(
        "no-answer",
        status,
        f"{attempt.number} did not answer",
        f"An answer within {seconds:.0f} seconds, the alerting timeout.",
        f"{attempt.came}; nobody answered.",
        "Nothing. The timeout is a service parameter.",
    )


def cancelled(attempt: Attempt) -> Decision:
    return refused(
        "cancelled",
        487,
        "The caller hung up before an answer",
        "Nothing else: this is how a caller gives up.",
        f"{attempt.came}, ended by the caller.",
        "Nothing.",
    )


def caller_lost(attempt: Attempt) -> Decision:
    return refused(
        "lost",
        487,
        "The connection to the caller was lost before an answer",
        "The caller's connection to stay until the call is answered.",
        f"{attempt.came}; what was sent to it could not be delivered.",
        "Look at the network between the phone and this server.",
    )


def unacknowledged(attempt: Attempt, caller: Party) -> Decision:
    name = caller.phone.name
    return refused(
        "lost",
        504,
        f"{name} did not acknowledge that the other phone rings",
        "A PRACK for each provisional response, as the phone said that it would send.",
        f"{attempt.came}; what was sent to {name} went unacknowledged.",
        f"Look at {name} and at the network between it and this server, or switch off reliable "
        "provisional responses (100rel) on the phone.",
    )


def shut_down(attempt: Attempt, *, is_answered: bool) -> Decision:
    outcome, status = ("accepted", 200) if is_answered else ("refused", 503)
    return Decision(
        outcome,
        "shut-down",
        status,
        "The call was ended because this server was stopped",
        "The server to run until the call ends.",
        f"{attempt.came}, ended by the server.",
        "Nothing: whoever stopped the server knows why.",
    )


def answered(attempt: Attempt, called: Party) -> Decision:
    return Decision(
        "accepted",
        "answered",
        200,
        f"{called.phone.name} answered",
        received=f"{attempt.came}, answered by {line_of(called)}.",
    )


def transferred(attempt: Attempt, by: Party) -> Decision:
    return Decision(
        "accepted",
        "transferred",
        200,
        f"{by.phone.name} transferred the call",
        received=f"{attempt.came}, answered, then transferred by {line_of(by)}.",
    )


def handed_over(attempt: Attempt, by: Party) -> Decision:
    return Decision(
        "accepted",
        "transferred",
        487,
        f"{by.phone.name} transferred another call to the phone that rang",
        received=f"{attempt.came}, transferred while it rang.",
    )


def taken_over(attempt: Attempt, by: Party) -> Decision:
    return Decision(
        "accepted",
        "taken-over",
        200,
        f"{by.phone.name} took the call over",
        received=f"{attempt.came}, then taken over by {line_of(by)}.",
    )


def not_joined(attempt: Attempt, party: Party, status: int) -> Decision:
    return refused(
        "not-joined",
        status,
        "The two phones could not be joined",
        f"{party.phone.name} and the other phone to agree on their media.",
        f"{attempt.came}; it came to {status}.",
        f"Give both phones a codec in common; look at {party.phone.name}.",
    )


def lost(attempt: Attempt, party: Party, what: str) -> Decision:
    """Explain why an answered call was ended by us; `what` says what `party` did not do."""
    name = party.phone.name
    return Decision(
        "accepted",
        "lost",
        200,
        f"{name} was lost during the call",
        f"{name} to {what}.",
        f"{attempt.came}, answered, then without a sign of {name}.",
        f"Look at {name} and at the network between it and this server.",
    )


def too_long(attempt: Attempt, seconds: float) -> Decision:
    return Decision(
        "accepted",
        "lost",
        200,
        f"The call was ended after {seconds / 3600:.0f} hours",
        "One of the phones to hang up.",
        f"{attempt.came}, answered; neither phone has ended it.",
        "Nothing, if a phone lost power during the call; such a call is ended so.",
    )
