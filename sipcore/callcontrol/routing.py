"""Where a call goes: exact numbers in the caller's calling search spaces."""

from dataclasses import dataclass

from sipcore.bindings import Bindings
from sipcore.callcontrol import reasons
from sipcore.callcontrol.lines import LinesInUse, Party
from sipcore.callcontrol.reasons import Attempt
from sipcore.errors import ParseError
from sipcore.message import SipUri
from sipcore.ports import Binding, Configuration, Decision, NumberRecord


@dataclass(frozen=True, slots=True)
class Target:
    """One registered contact that will ring."""

    party: Party
    binding: Binding


@dataclass(frozen=True, slots=True)
class Route:
    """`busy` are the lines that would ring, had they not reached their Busy Trigger."""

    number: NumberRecord
    targets: tuple[Target, ...]
    busy: tuple[Party, ...] = ()


def search_list(caller: Party) -> tuple[str, ...]:
    """Return line partitions in order, then device partitions; <None> is always searched last."""
    partitions = (*caller.line.number.calling_search_space, *caller.phone.calling_search_space)
    return tuple(dict.fromkeys(partitions))


def rerouting_list(party: Party) -> tuple[str, ...]:
    """Return where a phone may transfer and redirect calls to.

    CallManager lets a phone without a Rerouting Calling Search Space reach <None> only; here it
    reaches whom it may call itself, which is what the administrator has said of it.
    """
    partitions = party.phone.rerouting_calling_search_space
    return search_list(party) if partitions is None else partitions


@dataclass(frozen=True, slots=True)
class Destination:
    """A number that the caller may reach, and every line it is on."""

    number: NumberRecord
    appearances: tuple[Party, ...]


def find(attempt: Attempt, configuration: Configuration) -> Destination | Decision:
    """Look the dialed number up; raises `UnavailableError`."""
    number = configuration.find_number(attempt.dialed, attempt.partitions)
    if number is None:
        holding = configuration.partitions_of(attempt.dialed)
        if holding:
            return reasons.number_not_in_css(attempt, holding)
        return reasons.number_not_found(attempt)
    if not number.is_active:
        return reasons.number_inactive(attempt, number)
    appearances = tuple(
        Party(phone, line)
        for phone, line in configuration.appearances(number.number, number.partition)
    )
    if not appearances:
        return reasons.number_on_no_phone(attempt, number)
    return Destination(number, appearances)


def ring(
    attempt: Attempt,
    caller: Party,
    destination: Destination,
    bindings: Bindings,
    lines: LinesInUse,
) -> Route | Decision:
    """Choose the registered appearances that ring: all that are not busy, but the caller's own."""
    number, appearances = destination.number, destination.appearances
    others = [party for party in appearances if party.key != caller.key]
    registered = [target for party in others for target in _targets(party, bindings)]
    # All ring together, the preferred first: "a higher q value" is "more preferred" (20.10).
    registered.sort(key=lambda target: -target.binding.q)
    if not registered:
        if len(others) < len(appearances):
            return reasons.own_line(attempt, number)
        return reasons.not_registered(attempt, number, [party.phone.name for party in others])
    targets = [target for target in registered if not is_own_contact(target.binding)]
    if not targets:
        return reasons.loop(attempt, f"{registered[0].party.phone.name} registered this server")
    free = tuple(target for target in targets if not _is_busy(target.party, lines))
    busy = tuple({t.party.key: t.party for t in targets if _is_busy(t.party, lines)}.values())
    return Route(number, free, busy) if free else reasons.busy(attempt, busy)


@dataclass(frozen=True, slots=True)
class Routes:
    """Answers where a number leads, out of what is configured, registered and in use now."""

    configuration: Configuration
    bindings: Bindings
    lines: LinesInUse

    def find(self, attempt: Attempt) -> Destination | Decision:
        return find(attempt, self.configuration)

    def ring(self, attempt: Attempt, caller: Party, destination: Destination) -> Route | Decision:
        return ring(attempt, caller, destination, self.bindings, self.lines)


def _targets(party: Party, bindings: Bindings) -> list[Target]:
    if not party.phone.is_active:
        return []
    partition = party.line.number.partition
    return [
        Target(party, binding)
        for binding in bindings.of_line(party.phone.name, party.number)
        if binding.partition == partition
    ]


def _is_busy(party: Party, lines: LinesInUse) -> bool:
    return lines.calls_of(party.key) >= party.line.busy_trigger


def is_own_contact(binding: Binding) -> bool:
    """Say whether a phone registered the address of this server: a call to it would come back."""
    try:
        return SipUri.parse(binding.contact).address == binding.flow.local
    except ParseError:
        return False
