"""How the schema describes the parameters and headers of requests and answers."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from ccmadmin.pages.api import paging
from ccmadmin.pages.api.fields import field_of
from ccmadmin.pages.api.filters import Filter, filters_of
from ccmadmin.pages.page import Page


def filter_parameters(page: Page) -> list[OpenApiParameter]:
    return [_filter_parameter(found) for found in filters_of(page).values()]


def _filter_parameter(found: Filter) -> OpenApiParameter:
    kind = field_of(found.field, read_only=True)
    types = {serializers.IntegerField: int, serializers.BooleanField: bool}
    lookups = ", ".join(f"`{found.name}__{operation}`" for operation in found.operations)
    about = str(found.field.verbose_name).capitalize()
    return OpenApiParameter(
        found.name,
        next((known for field, known in types.items() if isinstance(kind, field)), str),
        description=f"{about}. Also {lookups}." if lookups else f"{about}.",
    )


def query(name: str, kind: Any, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **more)


def header(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, **more)


LIMIT = {"type": "integer", "minimum": 1, "maximum": paging.LARGEST_LIMIT}
OFFSET = {"type": "integer", "minimum": 0}
PARAMETERS = {
    "key": OpenApiParameter(
        "key",
        str,
        OpenApiParameter.PATH,
        description="The record's name on its page; a directory number as 1002@PT_Internal.",
    ),
    "q": query("q", str, "Words that must all be found in what Find and List searches."),
    "ordering": query("ordering", str, "Fields to order by, with commas; “-” turns one round."),
    "fields": query("fields", str, "Only these fields of each record, with commas between."),
    "format": query("format", str, "Instead of the header Accept.", enum=["json", "csv"]),
    "limit": query("limit", LIMIT, "Records in one answer.", default=paging.DEFAULT_LIMIT),
    "offset": query("offset", OFFSET, "Records to pass over."),
    "comment": header("X-Comment", "Why; kept in the change log, 255 characters."),
    "if-match": header("If-Match", "Only if the record still has this ETag; * : it exists."),
    "if-none-match": header("If-None-Match", "With *: only if there is no such record."),
    "etag": header("ETag", "Changes with the record.", response=[200, 201]),
    "location": header("Location", "Where the added record stands.", response=[201]),
}
