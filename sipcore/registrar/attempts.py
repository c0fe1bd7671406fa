"""One REGISTER, or the end of a binding, as the record that the administrator reads."""

from sipcore.authentication import shown
from sipcore.errors import ParseError
from sipcore.message import STAR, OtherUri, Request, parse_uri
from sipcore.ports import Binding, Decision, Flow, RegistrationAttempt
from sipcore.registrar import reasons

LONGEST_TEXT = 255


def attempt(
    request: Request, flow: Flow, now: float, decision: Decision, phone: str = "", userid: str = ""
) -> RegistrationAttempt:
    """Record what can be read of `request`, which need not be whole."""
    return RegistrationAttempt(
        at=now,
        flow=flow,
        decision=decision,
        phone=phone,
        userid=userid,
        number=_number(request),
        contact=shown(", ".join(request.headers.values("Contact")), LONGEST_TEXT),
        call_id=shown(request.headers.get("Call-ID"), LONGEST_TEXT),
        user_agent=shown(request.headers.get("User-Agent")),
        requested_expires_s=_asked_s(request),
    )


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
