"""The small parts of the grammar in RFC 3261 section 25.1: tokens, quoted strings, lists, names.

Text here is decoded with UTF-8 and `surrogateescape`, so that every octet of the peer survives.
Expressions are possessive where they repeat: no input makes them slower than linear.
"""

import re

from sipcore.errors import ParseError

LWS = " \t"
_EXCERPT = 80
TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r'["\\]')
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

# A quoted string, or what hides separators; one that is not closed goes on to the end.
_QUOTED_PART = r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)'
_COMMA = re.compile(_QUOTED_PART + r"|<[^>]*+(?:>|\Z)|(,)", re.DOTALL)
_SEMICOLON = re.compile(_QUOTED_PART + r"|(;)", re.DOTALL)


def is_token(text: str) -> bool:
    return TOKEN.fullmatch(text) is not None


def is_digits(text: str) -> bool:
    """Say whether `text` is 1*DIGIT; `str.isdigit` alone takes digits of every script."""
    return text.isascii() and text.isdigit()


def quote(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(r"\\\g<0>", text) + '"'


def unquote(text: str) -> str:
    """Return what a quoted string means; anything else is returned as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner


def read_quoted(text: str, header: str) -> tuple[str, str]:
    """Split text that starts with a quoted string into its meaning and the rest."""
    match = _QUOTED.match(text)
    if match is None:
        raise ParseError(f"{header}: unterminated quoted string", header=header)
    return unquote(match.group()), text[match.end() :]


def printable(text: str) -> str:
    """Make text from the wire safe to store and show: no control characters, valid Unicode."""
    return _UNPRINTABLE.sub("\ufffd", text)


def excerpt(text: str) -> str:
    """Quote the beginning of text from the wire for an error's text."""
    return repr(printable(text if len(text) <= _EXCERPT else text[:_EXCERPT] + "..."))


def split_list(text: str) -> list[str]:
    """Split at commas outside quotes and angle brackets; parts are stripped, blank ones kept."""
    if "," not in text:
        return [text.strip(LWS)]
    return _split(text, _COMMA)


def split_params(text: str) -> list[str]:
    """Split at semicolons outside quotes; parts are stripped, blank ones kept."""
    if '"' not in text:
        return [part.strip(LWS) for part in text.split(";")]
    return _split(text, _SEMICOLON)


def _split(text: str, separators: re.Pattern[str]) -> list[str]:
    parts = []
    start = 0
    for match in separators.finditer(text):
        if match.group(1):
            parts.append(text[start : match.start()].strip(LWS))
            start = match.end()
    parts.append(text[start:].strip(LWS))
    return parts


# -- header names --------------------------------------------------------------------------------

_COMPACT = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "n": "Identity-Info",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}
# Only what capitalising each word would get wrong.
_IRREGULAR = {
    name.lower(): name
    for name in (
        "Call-ID",
        "CSeq",
        "MIME-Version",
        "Min-SE",
        "RAck",
        "Remote-Party-ID",
        "RSeq",
        "SIP-ETag",
        "SIP-If-Match",
        "WWW-Authenticate",
    )
}
_INTERNED_NAMES = 1024
_INTERNED_LENGTH = 64
KNOWN_NAMES: dict[str, str] = {}
"""Spellings of header names that came lately; `canonical` fills it."""


def canonical(name: str) -> str:
    """Return the one spelling of a header name: compact forms and case are undone.

    Spellings are remembered, but only so many: the peer chooses them.
    """
    known = KNOWN_NAMES.get(name)
    if known is not None:
        return known
    stripped = name.rstrip(LWS)  # "Expires : 60" is legal: HCOLON = *( SP / HTAB ) ":" SWS
    if not is_token(stripped):
        raise ParseError(f"{excerpt(name)} is not a header name")
    lower = stripped.lower()
    result = _COMPACT.get(lower) or _IRREGULAR.get(lower)
    if result is None:
        result = "-".join(word.capitalize() for word in lower.split("-"))
    if len(name) <= _INTERNED_LENGTH:
        if len(KNOWN_NAMES) >= _INTERNED_NAMES:
            KNOWN_NAMES.clear()
        KNOWN_NAMES[name] = result
    return result
