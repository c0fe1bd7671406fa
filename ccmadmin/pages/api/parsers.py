"""JSON bodies, with a limit on their size and an error that says where the text is wrong."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from ccmadmin.pages.api.errors import Problem, TooLarge


class JsonBody(BaseParser):
    """Reads `application/json` as RFC 8259 has it: UTF-8, no NaN, no name twice in an object."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        octets = stream.read(limit + 1)
        if len(octets) > limit:
            text = f"The body is larger than {limit} octets. Send fewer records at a time."
            raise TooLarge(Problem("", "too-large", text))
        try:
            return json.loads(
                codecs.decode(octets, "utf-8-sig"),
                object_pairs_hook=_object,
                parse_constant=_no_constant,
            )
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8 at octet {error.start}.") from error
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"The body is not JSON: {error.msg} at {place}.") from error
        except ValueError as error:
            raise ParseError(f"A number in the body has too many digits: {error}.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deep.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ParseError(f"The body names “{name}” twice in one object.")
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ParseError(f"The body is not JSON: {name} is not a number of JSON.")
