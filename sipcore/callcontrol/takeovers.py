"""Whether a phone may take the place of another one in a call: RFC 3891 section 3."""

from collections.abc import Mapping
from dataclasses import dataclass

from sipcore.callcontrol import replaces as reasons
from sipcore.callcontrol.call import Call
from sipcore.callcontrol.call import S as CallState
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.leg import S as LegState
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.reasons import Attempt, own_line
from sipcore.callcontrol.replaces import Replaces, find_leg
from sipcore.callcontrol.wire import DialogKey, Listener
from sipcore.ports import Configuration, Decision


@dataclass(frozen=True, slots=True)
class Place:
    """`leg` is that of the phone that has to go, `stays` that of the other one in the call."""

    call: Call
    leg: Leg
    stays: Leg
    early_only: bool


def find_place(
    replaces: Replaces,
    attempt: Attempt,
    newcomer: Party,
    dialogs: Mapping[DialogKey, Listener],
    configuration: Configuration,
) -> Place | Decision:
    """Find the call that `newcomer` wants to take over; raises `UnavailableError`."""
    leg = find_leg(replaces, dialogs)
    if leg is None or not isinstance(leg.owner, Call):
        return reasons.no_such_call(attempt)
    call = leg.owner
    if call.state is CallState.OVER or leg.state in (LegState.LEAVING, LegState.GONE):
        return reasons.already_over(attempt)
    if call.transfer is not None or (leg.is_up and call.state is CallState.RINGING):
        return reasons.not_now(attempt)
    stays = _other(call, leg)
    if stays is None:
        return reasons.no_such_call(attempt)
    # "If the Replaces header field matches a confirmed dialog", and it "contains the 'early-only'
    # flag", the UA "MUST reject the request with a 486"
    if replaces.early_only and leg.is_up:
        return reasons.answered_already(attempt)
    if newcomer.key == stays.party.key:
        return own_line(attempt, stays.party.line.number)
    if not _may_replace(newcomer, leg.party, stays.party, attempt, configuration):
        return reasons.not_allowed(attempt, stays.party)
    return Place(call, leg, stays, replaces.early_only)


def _other(call: Call, leg: Leg) -> Leg | None:
    """Return who stays; None when nobody may take the place of the leg."""
    if leg.is_up:
        is_talking = call.talk is not None and leg in call.talk.legs
        return call.other(leg) if is_talking else None
    # "if the Replaces header field matches an early dialog that was not initiated by this UA, it
    # returns a 481": a phone that rings can be replaced, the caller cannot
    return call.caller if call.is_ringing(leg) else None


def _may_replace(
    newcomer: Party,
    replaced: Party,
    stays: Party,
    attempt: Attempt,
    configuration: Configuration,
) -> bool:
    """Let in who shares the line, and who may call the phone that stays anyway.

    Whoever names both tags has been told of the call by one of its phones; that alone is not
    enough, as RFC 3891 section 7 warns.
    """
    if newcomer.key[1:] == replaced.key[1:]:
        return True
    number = configuration.find_number(stays.number, attempt.partitions)
    return number is not None and number.partition == stays.line.number.partition
