"""Parameters behind a header value or a URI: `;name=value;flag` (RFC 3261 section 7.3.1).

A value is kept as written, quotes included, so that printing repeats it; `grammar.unquote` gives
its meaning. A parameter without a value is None.
"""

import re
from collections.abc import Mapping
from itertools import islice

from sipcore.errors import ParseError
from sipcore.message.grammar import LWS, TOKEN, excerpt, is_token, split_params

Params = Mapping[str, str | None]

PLAIN = rf'(?:;{TOKEN.pattern}+(?:=[^ \t;"]*+)?)*+'
"""What nearly all are: nothing quoted, no blanks, and so nothing to look at one by one."""
_PLAIN = re.compile(PLAIN)


def parse_params(text: str, header: str) -> dict[str, str | None]:
    """Read what follows the value proper: nothing, or text that starts with a semicolon."""
    if _PLAIN.fullmatch(text) and (params := split_plain(text)) is not None:
        return params
    return parse_with_care(text, header)


def split_plain(text: str) -> dict[str, str | None] | None:
    """Take apart what matches `PLAIN`; None when a name is there twice."""
    parts = text.split(";")
    params: dict[str, str | None] = {}
    for part in islice(parts, 1, None):
        name, equals, value = part.partition("=")
        params[name.lower()] = value if equals else None
    return params if len(params) == len(parts) - 1 else None


def parse_with_care(text: str, header: str) -> dict[str, str | None]:
    """Do the same for whatever comes; `parse_params` is faster with what nearly always comes."""
    first, *rest = split_params(text)
    if first:
        raise ParseError(f"{header}: unexpected {excerpt(first)}", header=header)
    if rest and not rest[-1]:
        rest.pop()  # phones do end a value with a semicolon
    params: dict[str, str | None] = {}
    for part in rest:
        name, equals, value = part.partition("=")
        name = name.rstrip(LWS).lower()
        value = value.lstrip(LWS)
        if not is_token(name) or not _is_value(value):
            raise ParseError(f"{header}: bad parameter {excerpt(part)}", header=header)
        # "any given parameter-name MUST NOT appear more than once" (7.3.1)
        if name in params:
            raise ParseError(f"{header}: parameter {name} appears twice", header=header)
        params[name] = value if equals else None
    return params


def _is_value(text: str) -> bool:
    """Take token, host and quoted string, and leniently all but quotes and blanks inside."""
    if text[:1] == '"':
        return len(text) > 1 and text[-1] == '"'
    return '"' not in text and " " not in text and "\t" not in text


def format_params(params: Params) -> str:
    text = ""
    for name, value in params.items():
        text += f";{name}" if value is None else f";{name}={value}"
    return text
