"""What a REFER asks for: RFC 3515, RFC 3891 inside its Refer-To, and RFC 4488."""

from dataclasses import dataclass
from urllib.parse import unquote

from sipcore.callcontrol.addressing import number_of
from sipcore.errors import ParseError
from sipcore.message import NameAddr, Request, SipUri


@dataclass(frozen=True, slots=True)
class Replaces:
    """A dialog of the phone that sent the REFER, named as its peer would see it."""

    call_id: str
    to_tag: str
    from_tag: str


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
            return parse_replaces(unquote(value))
    return None


def parse_replaces(value: str) -> Replaces:
    """Read a Replaces header field; raises `ParseError`."""
    call_id, *params = (part.strip() for part in value.split(";"))
    tags: dict[str, str] = {}
    for param in params:
        name, _, tag = param.partition("=")
        tags[name.strip().lower()] = tag.strip()
    to_tag, from_tag = tags.get("to-tag", ""), tags.get("from-tag", "")
    if not call_id or not to_tag or not from_tag:
        raise ParseError("Replaces: without Call-ID, to-tag and from-tag", header="Refer-To")
    return Replaces(call_id, to_tag, from_tag)
