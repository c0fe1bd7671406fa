"""What a REFER asks for: RFC 3515, RFC 3891 inside its Refer-To, and RFC 4488."""

from dataclasses import dataclass
from urllib.parse import unquote

from sipcore.callcontrol.addressing import number_of
from sipcore.callcontrol.replaces import Replaces, parse_replaces
from sipcore.errors import ParseError
from sipcore.message import NameAddr, Request, SipUri


@dataclass(frozen=True, slots=True)
class ReferTo:
    """`wants_news` is False when the phone wants no NOTIFY (Refer-Sub: false)."""

    number: str
    replaces: Replaces | None
    wants_news: bool


def read_refer(request: Request) -> ReferTo:
    """Raise `ParseError`, with the status to answer, for what is no transfer."""
    values = request.headers.values("Refer-To")
    # none, or more than one, is a 400 (RFC 3515 section 2.4.2)
    if len(values) != 1:
        raise ParseError(f"Refer-To: {len(values)} values", header="Refer-To")
    text = NameAddr.parse(values[0], "Refer-To").uri
    number = number_of(text, "Refer-To")
    uri = SipUri.parse(text, "Refer-To")
    if (uri.params.get("method") or "INVITE").upper() != "INVITE":
        raise ParseError("Refer-To: only calls are transferred", status=403, header="Refer-To")
    wants_news = request.headers.get("Refer-Sub").partition(";")[0].strip().lower() != "false"
    return ReferTo(number, _replaces(uri), wants_news)


def _replaces(uri: SipUri) -> Replaces | None:
    for pair in uri.headers.split("&"):
        name, _, value = pair.partition("=")
        if unquote(name).strip().lower() == "replaces":
            return parse_replaces(unquote(value), "Refer-To")
    return None
