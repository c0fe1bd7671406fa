"""Where a phone that answers 3xx sends the call: RFC 3261 sections 8.1.3.4 and 21.3.

Only the user part of a Contact counts: it is a number here, looked up where the phone that
redirects may send calls to.
"""

from sipcore.callcontrol.addressing import number_of
from sipcore.errors import ParseError
from sipcore.message import NameAddr, Response

MAXIMUM_HOPS = 12
"""CallManager's Forward Maximum Hop Count."""
MAXIMUM_CONTACTS = 10


def numbers_of(response: Response) -> tuple[str, ...]:
    """Return the numbers that a 3xx names, the preferred first."""
    found: list[tuple[float, str]] = []
    for value in response.headers.values("Contact")[:MAXIMUM_CONTACTS]:
        try:
            contact = NameAddr.parse(value, "Contact")
            found.append((-contact.q, number_of(contact.uri, "Contact")))
        except ParseError:
            continue  # of another scheme, or unreadable: the next one may do
    found.sort(key=lambda each: each[0])
    return tuple(dict.fromkeys(number for _, number in found if number))
