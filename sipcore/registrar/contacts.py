"""What a REGISTER does to the bindings of one line: RFC 3261 section 10.3, steps 6 and 7."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from sipcore.authentication import shown
from sipcore.errors import ParseError
from sipcore.message import STAR, NameAddr, Request, SipUri, is_ip
from sipcore.ports import Binding
from sipcore.values import dataclass

LONGEST_CONTACT = 255
ONE_HOUR_S = 3600
TRANSPORTS = ("", "UDP", "TCP")
BROADCAST = "255.255.255.255"

Key = tuple[str, str, str]


class OutOfOrderError(Exception):
    """A binding with the same Call-ID was last changed by this CSeq or a higher one."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding.contact)
        self.binding = binding


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contact that a REGISTER names; `expires_s` is None when it asks for no time."""

    contact: str
    uri: SipUri
    expires_s: int | None
    q: float = 1.0

    @property
    def is_removal(self) -> bool:
        return self.expires_s == 0

    def is_too_brief(self, minimum_s: int) -> bool:
        # "If and only if the requested expiration interval is greater than zero AND smaller than
        # one hour AND less than a registrar-configured minimum" (step 7)
        return self.expires_s is not None and 0 < self.expires_s < min(ONE_HOUR_S, minimum_s)


@dataclass(frozen=True, slots=True)
class Update:
    """`after` is what the line has when `saved` and `removed` are applied."""

    saved: tuple[Binding, ...] = ()
    removed: tuple[Key, ...] = ()
    after: tuple[Binding, ...] = ()
    is_refresh: bool = False


def read_contacts(request: Request) -> list[Wanted] | None:
    """Read every contact; None stands for `*`. Raises `ParseError` naming what is wrong."""
    contacts = request.contacts
    if contacts is STAR:
        # "If the request has additional Contact fields or an expiration time other than zero,
        # the request is invalid, and the server MUST return a 400" (step 6)
        if request.expires != 0:
            raise ParseError("Contact: * without Expires: 0", header="Contact")
        return None
    found: list[Wanted] = []
    for contact in contacts:
        wanted = _wanted(contact, request.expires)
        # The same address twice is one contact; what comes last counts.
        found = [other for other in found if not other.uri.equivalent(wanted.uri)]
        found.append(wanted)
    return found


def _wanted(contact: NameAddr, default_s: int | None) -> Wanted:
    text = contact.uri
    uri = SipUri.parse(text, "Contact")
    fault = _fault(text, uri)
    if fault:
        raise ParseError(f"Contact: {shown(text)} {fault}", header="Contact")
    return Wanted(text, uri, default_s if contact.expires is None else contact.expires, contact.q)


def _fault(text: str, uri: SipUri) -> str:
    """Say why calls could not be sent to the address; "" when they can."""
    if len(text) > LONGEST_CONTACT:
        return f"is longer than {LONGEST_CONTACT} characters"
    if not (text.isascii() and text.isprintable()):
        return "holds characters that a URI may not hold"
    if uri.scheme != "sip" or uri.transport not in TRANSPORTS:
        return "asks for a transport other than UDP and TCP"
    return "" if _may_be_one_phone(uri.host) else "is not the address of one phone"


@lru_cache(maxsize=1024)
def _may_be_one_phone(host: str) -> bool:
    """Say no to addresses of many hosts or of none; a name may be anything."""
    if not is_ip(host):
        return True
    address = ipaddress.ip_address(host)
    return not (address.is_multicast or address.is_unspecified or host == BROADCAST)


def update(current: Sequence[Binding], made: Iterable[tuple[Wanted, Binding]]) -> Update:
    """Apply what was asked; `made` pairs each contact with the binding it would get.

    All or nothing: raises `OutOfOrderError` before anything is changed. A phone that comes with a
    new Call-ID has restarted: what it registered before is gone ("newest wins").
    """
    saved: list[Binding] = []
    removed: dict[Key, None] = {}
    is_refresh = True
    for wanted, binding in made:
        known = _same_address(current, wanted)
        if known is not None:
            check_order(known, binding)
        if wanted.is_removal:
            removed |= {known.key: None} if known else {}
            continue
        if known is not None and known.key != binding.key:
            removed[known.key] = None  # the same address, written in another way
        is_refresh = is_refresh and known is not None and _continues(binding, known)
        saved.append(_continued(binding, known) if known is not None else binding)
    kept = {binding.key for binding in saved}
    for other in current:
        if saved and other.call_id != saved[0].call_id:
            removed[other.key] = None
    gone = tuple(key for key in removed if key not in kept)
    return Update(tuple(saved), gone, _after(current, saved, gone), is_refresh)


def clear(current: Sequence[Binding], call_id: str, cseq: int) -> Update:
    """Remove all bindings of the line: `Contact: *` (step 6)."""
    for binding in current:
        check_order(binding, replace(binding, call_id=call_id, cseq=cseq))
    return Update(removed=tuple(binding.key for binding in current))


def check_order(known: Binding, new: Binding) -> None:
    # "If it does agree, it MUST remove the binding only if the CSeq in the request is higher than
    # the value stored for that binding. Otherwise, the update MUST be aborted" (step 6, and 7)
    if new.call_id == known.call_id and new.cseq <= known.cseq:
        raise OutOfOrderError(known)


def _same_address(current: Sequence[Binding], wanted: Wanted) -> Binding | None:
    """Compare as URIs: "using the URI comparison rules" (step 7)."""
    for binding in current:
        same_text = binding.contact == wanted.contact
        if same_text or SipUri.parse(binding.contact).equivalent(wanted.uri):
            return binding
    return None


def _continues(new: Binding, known: Binding) -> bool:
    """Tell a refresh from a phone that started again or came back over another connection."""
    return new.call_id == known.call_id and (new.flow is known.flow or new.flow == known.flow)


def _continued(new: Binding, known: Binding) -> Binding:
    return new.since(known.registered_at) if _continues(new, known) else new


def _after(
    current: Sequence[Binding], saved: Sequence[Binding], gone: Sequence[Key]
) -> tuple[Binding, ...]:
    if len(saved) == 1 and all(binding.key == saved[0].key for binding in current):
        return tuple(saved)  # as nearly always
    kept = {binding.key: binding for binding in current if binding.key not in gone}
    return tuple((kept | {binding.key: binding for binding in saved}).values())
