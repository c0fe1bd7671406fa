"""Why a line was registered or not, in words for the administrator."""

from sipcore.authentication import shown
from sipcore.errors import ParseError
from sipcore.ports import Binding, Decision, PhoneRecord, Settings

CONNECTIVITY = 6
LINE_MISMATCH = 13
MALFORMED = 14
SEQUENCE = 17
KEEPALIVE_TIMEOUT = 18
"""CallManager's alarm reasons."""


# -- the line -----------------------------------------------------------------------------------


def line_not_numeric(phone: PhoneRecord, user: str) -> Decision:
    named = shown(user) or "nobody"
    return Decision(
        "refused",
        "line-not-numeric",
        404,
        f"{phone.name} registers {named}, which is not a number",
        f"A number made of digits, * and # in To and From: {_numbers_of(phone)}.",
        f"The user part {named} in To.",
        f"On the phone enter the directory number as its number, extension or SIP user, and keep "
        f"{phone.digest_user} as the authorization ID.",
        LINE_MISMATCH,
    )


def line_mismatch(phone: PhoneRecord, to_user: str, from_user: str) -> Decision:
    to_user, from_user = shown(to_user) or "nobody", shown(from_user) or "nobody"
    return Decision(
        "refused",
        "line-mismatch",
        403,
        f"{phone.name} registers {to_user} in the name of {from_user}",
        "The same number in To and From; nobody registers for somebody else.",
        f"{to_user} in To and {from_user} in From.",
        f"On the phone enter the same directory number everywhere: {_numbers_of(phone)}.",
        LINE_MISMATCH,
    )


def line_not_on_phone(phone: PhoneRecord, number: str) -> Decision:
    number = shown(number)
    return Decision(
        "refused",
        "line-not-on-phone",
        404,
        f"{number} is not on a line of {phone.name}",
        f"A directory number of {phone.name}: {_numbers_of(phone)}.",
        f"A REGISTER for {number} from the phone of {phone.digest_user}.",
        f"Either change the number on the phone, or add {number} to a line of {phone.name}.",
        LINE_MISMATCH,
    )


def _numbers_of(phone: PhoneRecord) -> str:
    return ", ".join(line.number.number for line in phone.lines) or "none, it has no line yet"


# -- the contacts -------------------------------------------------------------------------------


def contact_malformed(error: ParseError) -> Decision:
    return Decision(
        "refused",
        "contact-malformed",
        400,
        "The Contact of the REGISTER cannot be used",
        "A sip: address at which the phone can be called over UDP or TCP; or * with Expires: 0.",
        f"The fault is this: {shown(str(error), 400)}.",
        "Check the address, port and transport that the phone is set to use.",
        MALFORMED,
    )


def too_many_contacts(phone: PhoneRecord, number: str, count: int, limit: int) -> Decision:
    return Decision(
        "refused",
        "too-many-contacts",
        403,
        f"Too many contacts for {number} on {phone.name}",
        f"At most {limit} contacts of one line on one phone.",
        f"A REGISTER after which there would be {count}.",
        f"Give each further phone its own End User, and a line with {number}.",
    )


def interval_too_brief(phone: PhoneRecord, number: str, asked_s: int, minimum_s: int) -> Decision:
    return Decision(
        "refused",
        "interval-too-brief",
        423,
        f"{phone.name} asked to register {number} for only {asked_s} seconds",
        f"{minimum_s} seconds or more, the SIP Station KeepAlive Interval.",
        f"A REGISTER that asks for {asked_s} seconds.",
        f"Set the registration interval of the phone to {minimum_s} seconds or more.",
    )


def out_of_order(known: Binding, cseq: int) -> Decision:
    return Decision(
        "refused",
        "out-of-order",
        500,
        f"An old REGISTER of {known.phone} for {known.number} came late",
        f"A CSeq above {known.cseq} under the Call-ID {shown(known.call_id)}.",
        f"CSeq {cseq}, which the phone has used already.",
        "Nothing, when it happens once. Otherwise the phone numbers its requests wrongly: restart "
        "it, or look for newer firmware.",
        SEQUENCE,
    )


# -- the outcome --------------------------------------------------------------------------------


def accepted(
    phone: str,
    digest_user: str,
    number: str,
    asked_s: int | None,
    granted_s: int,
    *,
    is_refresh: bool,
) -> Decision:
    asked = "no interval" if asked_s is None else f"{asked_s} seconds"
    return Decision(
        "accepted",
        "refreshed" if is_refresh else "accepted",
        200,
        f"{phone} {'refreshed' if is_refresh else 'registered'} {number}",
        f"A REGISTER of {digest_user} for a line of {phone}.",
        f"It asked for {asked} and was granted {granted_s} seconds.",
    )


def removed(phone: PhoneRecord, number: str) -> Decision:
    return Decision(
        "removed",
        "removed",
        200,
        f"{phone.name} ended its registration of {number}",
        f"A REGISTER of {phone.digest_user} for a line of {phone.name}.",
        "It asked for 0 seconds.",
    )


def listed(phone: PhoneRecord, number: str) -> Decision:
    return Decision(
        "accepted",
        "listed",
        200,
        f"{phone.name} asked for its registrations of {number}",
        f"A REGISTER of {phone.digest_user} for a line of {phone.name}.",
        "It has no Contact, so nothing was changed.",
    )


def malformed(error: ParseError) -> Decision:
    return Decision(
        "refused",
        "malformed",
        error.status,
        "A REGISTER could not be read",
        "A REGISTER as RFC 3261 describes it.",
        f"The fault is this: {shown(str(error), 400)}.",
        "Look for newer firmware of the phone, or for a device in between that changes messages.",
        MALFORMED,
    )


def unavailable(what: str) -> Decision:
    return Decision(
        "refused",
        "unavailable",
        503,
        "The REGISTER could not be decided or kept",
        "A database that answers.",
        f"It said: {shown(what, 400)}.",
        "Check the database and the disk of this server; the phone tries again by itself.",
    )


def expired(binding: Binding, settings: Settings) -> Decision:
    interval_s, grace_s = settings.keepalive_interval_s, settings.keepalive_grace_s
    asked_s = binding.requested_expires_s
    asked = f"; it had asked for {asked_s} seconds" if asked_s is not None else ""
    return Decision(
        "removed",
        "expired",
        0,
        f"{binding.phone} did not refresh its registration of {binding.number}",
        f"A REGISTER within {interval_s} seconds of the one before, the SIP Station KeepAlive "
        f"Interval, and {grace_s} seconds of grace.",
        f"Nothing for {interval_s + grace_s} seconds from {binding.flow.remote[0]}{asked}.",
        "See whether the phone has power and network. If it has, it does not obey the interval "
        f"that it is granted: set its own registration interval to {interval_s} seconds.",
        KEEPALIVE_TIMEOUT,
    )


def connection_lost(binding: Binding, reason: str) -> Decision:
    why = f": {shown(reason)}" if reason else ""
    return Decision(
        "removed",
        "connection-lost",
        0,
        f"The connection of {binding.phone} has ended",
        f"The {binding.flow.transport} connection over which {binding.number} was registered: "
        "calls to the phone use it.",
        f"Its end{why}.",
        "The phone registers again over a new connection. If this happens often, look for a "
        "firewall or NAT that ends idle connections, or let the phone use UDP.",
        CONNECTIVITY,
    )
