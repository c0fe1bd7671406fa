"""Which line of which phone an INVITE is from.

The phone is known by where the request came from, the line by From. Phones behind one address are
told apart by the number that they registered.
"""

from collections.abc import Iterable, Sequence

from sipcore.bindings import Bindings
from sipcore.callcontrol import reasons
from sipcore.callcontrol.addressing import number_of
from sipcore.callcontrol.lines import Party
from sipcore.errors import ParseError
from sipcore.message import STAR, Request, SipUri
from sipcore.ports import Binding, Configuration, Decision, Flow, PhoneRecord


def find_caller(
    request: Request, flow: Flow, configuration: Configuration, bindings: Bindings
) -> tuple[Party, Binding] | Decision:
    """Return the calling line and the binding it is known by, or why there is none.

    Raises `ParseError` and `UnavailableError`.
    """
    number, contact = number_of(request.from_.uri, "From"), _contact(request)
    registered = list(bindings.by_source(flow))
    binding = _exactly(number, registered, contact)
    if binding is None:
        registered += _by_contact(number, contact, flow, configuration, bindings)
        binding = _exactly(number, registered, contact) or _bound_to(number, registered)
    if not registered:
        return reasons.caller_not_registered(number, flow)
    if request.method == "INVITE":
        _ = request.contact  # "The Contact header field MUST be present" (8.1.1.8)
    binding = binding or _with_line(number, registered, configuration)
    if binding is None:
        return reasons.caller_line(number, [each.phone for each in registered], flow)
    phone = configuration.phone(binding.phone)
    if phone is None or not phone.is_active:
        return reasons.caller_inactive(binding.phone, phone is not None)
    party = _line(phone, number, binding.partition)
    if party is None:
        return reasons.caller_line(number, [phone.name], flow)
    return party, binding


def _by_contact(
    number: str, contact: str, flow: Flow, configuration: Configuration, bindings: Bindings
) -> Iterable[Binding]:
    """Find a phone that calls from another port or connection than it registered from.

    Its Contact must be the registered one, and its host the one that registered: a Contact alone
    anybody can write.
    """
    for partition in configuration.partitions_of(number):
        for phone, _ in configuration.appearances(number, partition):
            for binding in bindings.of_line(phone.name, number):
                is_same_host = binding.flow.remote[0] == flow.remote[0]
                if is_same_host and is_same_uri(binding.contact, contact):
                    yield binding


def _exactly(number: str, registered: Sequence[Binding], contact: str) -> Binding | None:
    """Choose the binding of the number that has the caller's Contact, if there is one."""
    for binding in registered:
        if binding.number == number and is_same_uri(binding.contact, contact):
            return binding
    return None


def _bound_to(number: str, registered: Sequence[Binding]) -> Binding | None:
    return next((binding for binding in registered if binding.number == number), None)


def _contact(request: Request) -> str:
    """Return the URI of the Contact, "" for none.

    OPTIONS need none, and RFC 2543 had INVITEs without one: they are told who they are not before
    what they lack.
    """
    contacts = request.contacts
    return "" if contacts is STAR or not contacts else contacts[0].uri


def _with_line(
    number: str, registered: Sequence[Binding], configuration: Configuration
) -> Binding | None:
    """Choose a phone that has the number on a line, though it registered others only."""
    for binding in registered:
        phone = configuration.phone(binding.phone)
        if phone is not None and any(line.number.number == number for line in phone.lines):
            return binding
    return None


def _line(phone: PhoneRecord, number: str, partition: str) -> Party | None:
    """Return the line with the number, rather the one in the partition that was registered."""
    found = [line for line in phone.lines if line.number.number == number]
    found.sort(key=lambda line: line.number.partition != partition)
    return Party(phone, found[0]) if found else None


def is_same_uri(one: str, other: str) -> bool:
    try:
        return one == other or SipUri.parse(one).equivalent(SipUri.parse(other))
    except ParseError:
        return False
