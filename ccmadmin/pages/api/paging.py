"""A collection in parts: `limit` and `offset`, with the addresses of the parts beside."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework.request import Request

from ccmadmin.pages.api.errors import Problem, Refused

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 1000
LARGEST_OFFSET = 2**31


def part_of(request: Request, rows: QuerySet[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return the rows that were asked for, and the frame that goes round them."""
    limit = _number(request, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT)
    offset = _number(request, "offset", 0, 0, LARGEST_OFFSET)
    count = rows.count()
    found = list(rows[offset : offset + limit]) if offset < count else []
    is_last = offset + limit >= count
    return found, {
        "count": count,
        "next": None if is_last else _address(request, limit, offset + limit),
        "previous": _address(request, limit, max(0, offset - limit)) if offset else None,
    }


def _number(request: Request, name: str, default: int, smallest: int, largest: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        text = "-1"
    if not smallest <= int(text) <= largest:
        message = f"This must be a whole number from {smallest} to {largest}."
        raise Refused(Problem(name, "invalid", message))
    return int(text)


def _address(request: Request, limit: int, offset: int) -> str:
    parameters = {**request.query_params.dict(), "limit": str(limit), "offset": str(offset)}
    return request.build_absolute_uri(f"{request.path}?{urlencode(parameters)}")
