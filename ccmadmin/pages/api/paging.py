"""A collection in parts: `limit` and `offset`, with the addresses of the parts beside."""

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework import serializers
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


@cache
def listing(shown: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the serializer of a part of a collection."""
    name = shown.__name__.removesuffix("Serializer")
    fields = {
        "count": serializers.IntegerField(help_text="How many records there are in all."),
        "next": serializers.URLField(allow_null=True, help_text="The next part."),
        "previous": serializers.URLField(allow_null=True, help_text="The part before."),
        "results": shown(many=True),
    }
    return type(f"{name}ListSerializer", (serializers.Serializer,), fields)


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
