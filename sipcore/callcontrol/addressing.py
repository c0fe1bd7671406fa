"""How each phone sees the other one: From, To, Contact and Remote-Party-ID.

Every address is ours: "at" the address that the phone's own flow ends at, so that neither phone
learns where the other one is.
"""

from functools import lru_cache

from sipcore.callcontrol.options import UNDERSTOOD
from sipcore.dialog import Dialog
from sipcore.errors import ParseError
from sipcore.message import NameAddr, SipUri, written
from sipcore.ports import Flow

ALLOWED_METHODS = (
    "INVITE",
    "ACK",
    "CANCEL",
    "BYE",
    "OPTIONS",
    "INFO",
    "PRACK",
    "UPDATE",
    "REFER",
    "SUBSCRIBE",
)
ALLOW = ("Allow", ", ".join(ALLOWED_METHODS))
SUPPORTED = ("Supported", ", ".join(UNDERSTOOD))
ACCEPTED = (
    ("Accept", "application/sdp"),
    ("Accept-Encoding", "identity"),
    ("Accept-Language", "en"),
)
"""What the answer to an OPTIONS says besides Allow and Supported (11.2)."""
DEFAULT_PORT = 5060


def number_of(uri: str, header: str) -> str:
    """Return the digits that a URI names: its user part, without parameters.

    Raises `ParseError` with 416 for a scheme that is not ours, as sips is, which needs TLS.
    """
    parsed = SipUri.parse(uri, header)
    if parsed.scheme == "sips":
        raise ParseError(f"{header}: sips needs TLS", status=416, header=header)
    return parsed.user.partition(";")[0]


@lru_cache(maxsize=4096)
def _uri(number: str, host: str, port: int | None) -> str:
    return str(SipUri(user=number, host=host, port=port))  # written some ten times in a call


def address(number: str, flow: Flow) -> str:
    """Return the address of record that a number has for the phone at the end of `flow`."""
    host, port = flow.local
    return _uri(number, host, None if port == DEFAULT_PORT else port)


def contact(number: str, flow: Flow) -> str:
    """Return our Contact URI: where requests of this dialog reach us."""
    uri = _uri(number, *flow.local)
    return f"{uri};transport={flow.transport.lower()}" if flow.is_reliable else uri


def name_addr(name: str, number: str, flow: Flow, tag: str = "") -> str:
    text = written(name, address(number, flow))
    return f"{text};tag={tag}" if tag else text


def remote_party_id(name: str, number: str, flow: Flow, party: str) -> tuple[str, str]:
    """Return the header that names the other side; `party` is "calling" or "called"."""
    who = name_addr(name, number, flow)
    return "Remote-Party-ID", f"{who};party={party};screen=yes;privacy=off"


def check_addresses(dialog: Dialog) -> None:
    """Raise `ParseError` (400) now for what would keep us from sending a request in the dialog."""
    try:
        SipUri.parse(dialog.remote_target, "Contact")
        for hop in dialog.route_set:
            _ = NameAddr.parse(hop, "Record-Route").sip_uri
    except ParseError as error:
        raise ParseError(str(error), header=error.header) from error
