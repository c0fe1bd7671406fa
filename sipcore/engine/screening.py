"""What a server asks of every request before it looks who sent it: RFC 3261 section 8.2."""

from dataclasses import dataclass

from sipcore.callcontrol import options
from sipcore.callcontrol.addressing import ALLOWED_METHODS
from sipcore.message import Request

ALLOW = ", ".join((*ALLOWED_METHODS, "REGISTER"))
KNOWN = frozenset({"MESSAGE", "PUBLISH"})
"""Methods that we recognize and do not serve."""
EVENTS = frozenset({"SUBSCRIBE", "NOTIFY"})
ALLOW_EVENTS = "refer"
OPTION_TAGS = ("path", *options.UNDERSTOOD)
ACCEPT = "application/sdp"
UNDERSTOOD = ("", ACCEPT)
CAPABILITIES = (
    ("Allow", ALLOW),
    ("Accept", ACCEPT),
    ("Accept-Encoding", "identity"),
    ("Accept-Language", "en"),
    ("Supported", ", ".join(OPTION_TAGS)),
    ("Allow-Events", ALLOW_EVENTS),
)
"""What the 200 to an OPTIONS says (11.2)."""


@dataclass(frozen=True, slots=True)
class Fault:
    status: int
    headers: tuple[tuple[str, str], ...] = ()


def screen(request: Request, *, is_merged: bool) -> Fault | None:
    """Return why a request is refused whoever sent it; the checks are in the RFC's order.

    A new INVITE is judged by the call control: each call that it refuses leaves a record.
    """
    if request.method == "INVITE" and not request.to.tag:
        return _new_call(request, is_merged=is_merged)
    return (
        _method(request)
        or _addressing(request, is_merged=is_merged)
        or _extensions(request)
        or _content(request)
        or _dialog(request)
    )


def _new_call(request: Request, *, is_merged: bool) -> Fault | None:
    if is_merged:
        return Fault(482)
    # We pass an INVITE on: "If the Max-Forwards value is zero, the element MUST NOT forward the
    # request" (16.3)
    return Fault(483) if request.max_forwards == 0 else None


def _method(request: Request) -> Fault | None:
    method = request.method
    # "If the UAS recognizes but does not support the method of a request, it MUST generate a 405
    # [...] and MUST add an Allow header field" (8.2.1)
    if method in KNOWN:
        return Fault(405, (("Allow", ALLOW),))
    if method in EVENTS:
        return _event(request)
    # "501: the appropriate response when a UAS does not recognize the request method" (21.5.2)
    if method not in ALLOWED_METHODS and method != "REGISTER":
        return Fault(501, (("Allow", ALLOW),))
    return None


def _event(request: Request) -> Fault | None:
    """Let pass what is about a transfer, in the call of the phone that hears of it."""
    package = request.headers.get("Event").partition(";")[0].strip().lower()
    # An event package that is not understood is a 489, with Allow-Events (RFC 6665 sections
    # 4.2.1.1 and 8.2.2).
    if request.method != "SUBSCRIBE" or package != ALLOW_EVENTS:
        return Fault(489, (("Allow-Events", ALLOW_EVENTS),))
    # "REFER is the only mechanism that can create a subscription to event refer. If a SUBSCRIBE
    # request for event refer is received for a subscription that does not already exist, it MUST
    # be rejected with a 403" (RFC 3515 section 2.4.4)
    return None if request.to.tag else Fault(403)


def _addressing(request: Request, *, is_merged: bool) -> Fault | None:
    # "If the Request-URI uses a scheme not supported by the UAS, it SHOULD reject the request with
    # a 416" (8.2.2.1); sips needs TLS, which third-party phones do not get
    if request.request_uri.scheme != "sip":
        return Fault(416)
    # "If the request has no tag in the To header field [...] the UAS core SHOULD generate a 482
    # (Loop Detected)" for one that came before by another path (8.2.2.2)
    return Fault(482) if is_merged and not request.to.tag else None


def _extensions(request: Request) -> Fault | None:
    # A proxy stands where we stand: what a client requires of proxies, it requires of us (20.29).
    headers = request.headers
    # "if a Replaces header field is present in a request other than INVITE, the UAS MUST reject
    # the request with a 400" (RFC 3891 section 3)
    if request.method != "INVITE" and "Replaces" in headers:
        return Fault(400)
    tags = [*headers.values("Require"), *headers.values("Proxy-Require")]
    unknown = [tag for tag in tags if tag.lower() not in OPTION_TAGS]
    # "it MUST respond by generating a response with status code 420 (Bad Extension)", and
    # "MUST add an Unsupported header field" (8.2.2.3)
    return Fault(420, (("Unsupported", ", ".join(unknown)),)) if unknown else None


def _content(request: Request) -> Fault | None:
    """Look at bodies where none has a meaning; those inside a call belong to the call."""
    if not request.body or request.method not in ("REGISTER", "OPTIONS"):
        return None
    # "Unless the handling is optional" the server "MUST reject the request with a 415" (8.2.3)
    if "handling=optional" in request.headers.get("Content-Disposition").replace(" ", "").lower():
        return None
    coding = request.headers.get("Content-Encoding").lower()
    if coding not in ("", "identity"):
        return Fault(415, (("Accept-Encoding", "identity"),))
    return None if request.media_type in UNDERSTOOD else Fault(415, (("Accept", ACCEPT),))


def _dialog(request: Request) -> Fault | None:
    # Only within a call of its own does a phone transfer anything.
    if request.method == "REFER" and not request.to.tag:
        return Fault(403)
    # What is neither in a dialog nor able to start one belongs to a dialog that is over (12.2.2).
    is_at_home = request.to.tag or request.method in ("REGISTER", "OPTIONS")
    return None if is_at_home else Fault(481)
