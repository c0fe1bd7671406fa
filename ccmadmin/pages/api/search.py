"""`GET /api/v1/search/?q=...`: what the search box of the pages finds, by collection."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.pages.api.base import ApiView
from ccmadmin.pages.api.errors import Problem, Refused
from ccmadmin.pages.api.fields import is_storable
from ccmadmin.pages.api.links import record_url
from ccmadmin.pages.api.parameters import query
from ccmadmin.pages.api.refusals import errors
from ccmadmin.pages.search import LONGEST, SHOWN, Group, find

PARAMETERS = ("q", "limit")
MOST = 100
LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST}


class HitSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The record's name in its collection.")
    text = serializers.CharField(help_text="What its page calls it.")
    note = serializers.CharField(help_text="Names, description, devices: what tells it apart.")
    url = serializers.URLField(help_text="Where the record stands.")


class GroupSerializer(serializers.Serializer[Any]):
    collection = serializers.CharField(help_text="The collection, as in its address.")
    title = serializers.CharField(help_text="What the pages call it.")
    has_more = serializers.BooleanField(help_text="There are more than these.")
    results = HitSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    """What was found, by collection; only what the user may read."""

    q = serializers.CharField(help_text="What was looked for.")
    groups = GroupSerializer(many=True, help_text="The collections in which something was found.")


class SearchView(ApiView):
    """Searches everything that the user may read."""

    @extend_schema(
        operation_id="search",
        tags=["ccmadmin"],
        summary="Search everything",
        description=(
            "Finds numbers, users, device names, descriptions and the addresses of registered "
            "phones: records that hold every word, those with just that name first."
        ),
        parameters=[
            query("q", str, "The words.", required=True),
            query("limit", LIMIT, "Records of each collection.", default=SHOWN),
        ],
        responses={
            200: SearchSerializer,
            **{code: errors(code) for code in (400, 401, 403, 429, 503)},
        },
    )
    def get(self, request: Request) -> Response:
        text, limit = parameters(request)
        groups = find(request.user, text, limit)
        return Response({"q": text, "groups": [shown(request, group) for group in groups]})


def parameters(request: Request) -> tuple[str, int]:
    """Return what to look for, and how many records of each kind; refuses what it cannot read."""
    problems = [
        Problem(name, "unknown-parameter", "There is no such parameter. Use q and limit.")
        for name in request.query_params
        if name not in PARAMETERS
    ]
    text = request.query_params.get("q", "").strip()
    if not text or len(text) > LONGEST or not is_storable(text):
        problems.append(
            Problem("q", "invalid", f"Say what to look for, in 1 to {LONGEST} characters.")
        )
    asked = request.query_params.get("limit", str(SHOWN))
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 6
    if not is_number or not 1 <= int(asked) <= MOST:
        problems.append(
            Problem("limit", "invalid", f"This must be a whole number from 1 to {MOST}.")
        )
    if problems:
        raise Refused(*problems)
    return text, int(asked)


def shown(request: Request, group: Group) -> dict[str, Any]:
    page = group.page
    results = [
        {
            "key": hit.key,
            "text": hit.text,
            "note": hit.note,
            "url": request.build_absolute_uri(record_url(page, hit.key)) if page.api else "",
        }
        for hit in group.hits
    ]
    return {
        "collection": page.api,
        "title": str(page.title),
        "has_more": group.has_more,
        "results": results,
    }
