"""The sentences in which the SIP process explains its verdicts, in the language of the page.

They are stored in English with the values in them. Here a sentence is recognized by its template,
taken apart, and put together again from the translated template; the values may be sentences too.
What is recognized by no template (an old release wrote it, or a phone) stays as it is.
"""

import re
from functools import cache, lru_cache

from django.utils.translation import get_language, gettext

from ccmadmin.models.verdict_texts import TEXTS

STORED_IN = "en"
DEEPEST = 5  # sentences within sentences
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def told(text: str) -> str:
    """Return a stored sentence in the language that is active."""
    language = get_language()
    if not text or language.startswith(STORED_IN):
        return text
    return _told(text, language)


@lru_cache(maxsize=4000)
def _told(text: str, language: str) -> str:
    """Translate once for each language: a list repeats the same sentences."""
    return _translated(text, DEEPEST)


def _translated(text: str, depth: int) -> str:
    if not depth:
        return text
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            values = {
                name: _translated(value, depth - 1) for name, value in found.groupdict().items()
            }
            return gettext(template) % values
    # A part of a sentence that stands alone: "A call to 1002 from 1001."
    return _translated(text[:-1], depth - 1) + "." if text.endswith(".") else text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return each template with what recognizes it; what has the most words of its own first."""
    ordered = sorted(TEXTS, key=lambda text: (-len(_PLACEHOLDER.sub("", text)), text))
    return [(template, _pattern(template)) for template in ordered]


def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches the template; of two values side by side the first is one word."""
    *pieces, end = _PLACEHOLDER.split(template)
    found = ""
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            found += re.escape(piece.replace("%%", "%"))
        elif f"(?P<{piece}>" in found:
            found += f"(?P={piece})"
        else:
            is_followed = index + 1 == len(pieces) or pieces[index + 1]
            found += f"(?P<{piece}>.*?)" if is_followed else f"(?P<{piece}>\\S*)"
    return re.compile(found + re.escape(end.replace("%%", "%")), re.DOTALL)
