"""How the caller likes a list: `/api/v1/lists/phones/searches/` and `.../columns/`.

They are what the user's Find and List page offers; nobody else sees them, and no call needs them.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.pages import registry
from ccmadmin.pages.api.base import ApiView
from ccmadmin.pages.api.errors import NotFound, Problem, Refused, did_you_mean
from ccmadmin.pages.api.permissions import refuse_read_token, require
from ccmadmin.pages.api.refusals import errors
from ccmadmin.pages.api.serializers import StrictSerializer
from ccmadmin.pages.links import find_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.preferences import keep_columns, with_names
from ccmadmin.pages.query import DEFAULT_ROWS, Query
from ccmadmin.services import preferences

LIST = OpenApiParameter(
    "collection", str, OpenApiParameter.PATH, description="The collection, as in its address."
)
NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, description="The search's name.")
READING = {code: errors(code) for code in (401, 403, 404, 429, 503)}
WRITING = {**READING, **{code: errors(code) for code in (400, 413, 415)}}
TAGS = ["Lists"]


class SavedSearchSerializer(StrictSerializer):
    name = serializers.CharField(help_text="Up to 50 characters; the same name replaces.")
    query = serializers.CharField(
        help_text="The query string of the list: field=name&operator=begins&text=SEP"
    )
    href = serializers.CharField(read_only=True, help_text="The list with this search.")


class SavedSearchesSerializer(serializers.Serializer[Any]):
    results = SavedSearchSerializer(many=True, help_text="By name.")


class ColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="By which the column is chosen.")
    label = serializers.CharField(help_text="Its heading.")  # type: ignore[assignment]  # hides Field.label
    is_shown = serializers.BooleanField(help_text="Whether the list shows it.")


class ColumnsSerializer(serializers.Serializer[Any]):
    columns = ColumnSerializer(many=True, help_text="What is on offer, in the list's order.")


class ChosenSerializer(StrictSerializer):
    columns = serializers.ListField(
        child=serializers.CharField(),
        help_text="Names; the first column is always there. Empty: the page's own choice.",
    )


class ListView(ApiView):
    """Who may read a list may keep searches and columns of it."""

    def page_of(self, request: Request, collection: str) -> Page:
        pages = {page.api: page for page in registry.pages().values() if page.api and page.model}
        if collection not in pages:
            text = f"There is no list “{collection}”.{did_you_mean(collection, pages)}"
            raise NotFound(Problem("", "not-found", text))
        require(request, pages[collection], "read")
        if request.method not in SAFE_METHODS:
            refuse_read_token(request.auth, "update")
        return pages[collection]


class SavedSearchesView(ListView):
    @extend_schema(
        operation_id="saved_searches_list",
        tags=TAGS,
        summary="The caller's saved searches of a list",
        parameters=[LIST],
        responses={200: SavedSearchesSerializer, **READING},
    )
    def get(self, request: Request, collection: str) -> Response:
        page = self.page_of(request, collection)
        found = preferences.searches_of(request.user.get_username(), page.key)
        return Response({"results": [shown(page, each.name, each.query) for each in found]})

    @extend_schema(
        operation_id="saved_searches_create",
        tags=TAGS,
        summary="Save a search of a list",
        parameters=[LIST],
        request=SavedSearchSerializer,
        responses={201: SavedSearchSerializer, **WRITING},
    )
    def post(self, request: Request, collection: str) -> Response:
        page = self.page_of(request, collection)
        values = read(SavedSearchSerializer, request.data)
        query, userid = query_of(page, values["query"]), request.user.get_username()
        try:
            saved = preferences.save_search(
                userid=userid, page=page.key, name=values["name"], query=query
            )
        except ValidationError as error:
            raise Refused(
                *(Problem("name", "invalid", text) for text in error.messages)
            ) from error
        return Response(shown(page, saved.name, saved.query), status=status.HTTP_201_CREATED)


class SavedSearchView(ListView):
    @extend_schema(
        operation_id="saved_searches_delete",
        tags=TAGS,
        summary="Delete a saved search",
        parameters=[LIST, NAME],
        responses={204: None, **READING},
    )
    def delete(self, request: Request, collection: str, name: str) -> Response:
        page = self.page_of(request, collection)
        userid = request.user.get_username()
        if not preferences.delete_search(userid=userid, page=page.key, name=name):
            known = [each.name for each in preferences.searches_of(userid, page.key)]
            text = f"There is no saved search “{name}”.{did_you_mean(name, known)}"
            raise NotFound(Problem("", "not-found", text))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ColumnsView(ListView):
    @extend_schema(
        operation_id="columns_read",
        tags=TAGS,
        summary="The columns of a list, and which of them the caller sees",
        parameters=[LIST],
        responses={200: ColumnsSerializer, **READING},
    )
    def get(self, request: Request, collection: str) -> Response:
        return self.answer(request, self.page_of(request, collection))

    @extend_schema(
        operation_id="columns_replace",
        tags=TAGS,
        summary="Choose the columns of a list",
        parameters=[LIST],
        request=ChosenSerializer,
        responses={200: ColumnsSerializer, **WRITING},
    )
    def put(self, request: Request, collection: str) -> Response:
        page = self.page_of(request, collection)
        names = read(ChosenSerializer, request.data)["columns"]
        known = [column.name for column in page.offered_columns]
        problems = [
            Problem(f"columns.{place}", "unknown-column", no_column(name, known))
            for place, name in enumerate(names)
            if name not in known
        ]
        if problems:
            raise Refused(*problems)
        keep_columns(request.user.get_username(), page, names)
        return self.answer(request, page)

    def answer(self, request: Request, page: Page) -> Response:
        names = preferences.columns_of(request.user.get_username(), page.key)
        seen = {each.name for each in (with_names(page, names) if names else page.list_columns)}
        columns = [
            {"name": each.name, "label": str(each.label), "is_shown": each.name in seen}
            for each in page.offered_columns
        ]
        return Response({"columns": columns})


def no_column(name: str, known: list[str]) -> str:
    return f"The list has no column “{name}”.{did_you_mean(name, known)}"


def read(reader_class: type[StrictSerializer], data: Any) -> dict[str, Any]:
    reader = reader_class(data=data)
    reader.is_valid(raise_exception=True)
    values: dict[str, Any] = reader.validated_data
    return values


def query_of(page: Page, text: str) -> str:
    """Return a query string as the list writes it; refuses what the list would pass over."""
    given = QueryDict(text.strip().removeprefix("?"))
    query = Query.read(page, given)
    kept = QueryDict(query.url(number=query.number).removeprefix("?"))
    plain = {"rows": str(DEFAULT_ROWS), "page": "1"}
    lost = [
        f"{name}={value}"
        for name, values in given.lists()
        for value in values
        if value.strip() not in kept.getlist(name) and plain.get(name) != value
    ]
    if lost:
        fields = ", ".join(search.path for search in page.searches)
        message = f"The list does not know “{', '.join(lost)}”. Its search fields are: {fields}."
        raise Refused(Problem("query", "invalid", message))
    return query.url()


def shown(page: Page, name: str, query: str) -> dict[str, str]:
    return {"name": name, "query": query.removeprefix("?"), "href": find_href(page) + query}
