"""One REGISTER, or the end of a binding, as the record that the administrator reads."""

from collections.abc import Sequence

from sipcore.authentication import reasons as identification
from sipcore.authentication import shown
from sipcore.authentication.reasons import Claim
from sipcore.errors import ParseError
from sipcore.message import STAR, OtherUri, Request, parse_uri
from sipcore.ports import (
    Asked,
    Binding,
    Decision,
    Flow,
    PhoneRecord,
    RegistrationAttempt,
    Renewal,
    SecurityProfileRecord,
)
from sipcore.registrar import reasons

LONGEST_TEXT = 255


def attempt(
    request: Request, flow: Flow, now: float, decision: Decision, phone: str = "", userid: str = ""
) -> RegistrationAttempt:
    """Record what can be read of `request`, which need not be whole."""
    headers = request.headers
    return RegistrationAttempt(
        now,
        flow,
        decision,
        phone,
        userid,
        _number(request),
        shown(", ".join(headers.values("Contact")), LONGEST_TEXT),
        shown(headers.get("Call-ID"), LONGEST_TEXT),
        shown(headers.get("User-Agent")),
        _asked_s(request),
    )


def bound(
    saved: Sequence[Binding], now: float, decision: Decision, userid: str
) -> RegistrationAttempt:
    """Record a REGISTER by the bindings that it made or refreshed."""
    first = saved[0]
    contact = first.contact
    if len(saved) > 1:
        contact = shown(", ".join(binding.contact for binding in saved), LONGEST_TEXT)
    return RegistrationAttempt(
        now,
        first.flow,
        decision,
        first.phone,
        userid,
        first.number,
        contact,
        first.call_id,
        first.user_agent,
        first.requested_expires_s,
    )


def renewed(renewal: Renewal) -> RegistrationAttempt:
    """Record a refresh that was recognized, with the words that it would have got otherwise."""
    binding, userid = renewal.binding, renewal.userid
    decision = reasons.accepted(
        binding.phone,
        userid,
        binding.number,
        binding.requested_expires_s,
        renewal.granted_s,
        is_refresh=True,
    )
    return bound((binding,), renewal.at, decision, userid)


def challenged(asked: Asked) -> RegistrationAttempt:
    """Record a challenge that a phone which is registered has not answered."""
    binding, flow = asked.binding, asked.binding.flow
    phone = PhoneRecord(binding.phone, "", SecurityProfileRecord(""), asked.userid)
    where = flow.remote[0], flow.transport, asked.realm
    claim = Claim("REGISTER", binding.number, "", *where, find_carriers=lambda: (phone,))
    return bound((binding,), asked.at, identification.challenged(claim), "")


def malformed(request: Request, flow: Flow, now: float, error: ParseError) -> RegistrationAttempt:
    """Record a REGISTER that did not even become a transaction."""
    return attempt(request, flow, now, reasons.malformed(error))


def lost(binding: Binding, decision: Decision, now: float) -> RegistrationAttempt:
    """Record the end of a binding that nobody asked for."""
    return RegistrationAttempt(
        at=now,
        flow=binding.flow,
        decision=decision,
        phone=binding.phone,
        number=binding.number,
        contact=binding.contact,
        call_id=binding.call_id,
        user_agent=binding.user_agent,
        requested_expires_s=binding.requested_expires_s,
    )


def _number(request: Request) -> str:
    try:
        uri = parse_uri(request.to.uri)
    except ParseError:
        return ""
    return "" if isinstance(uri, OtherUri) else shown(uri.user)


def _asked_s(request: Request) -> int | None:
    """Return what the first contact asks for."""
    try:
        contacts = request.contacts
        own = None if contacts is STAR or not contacts else contacts[0].expires
        return request.expires if own is None else own
    except ParseError:
        return None
