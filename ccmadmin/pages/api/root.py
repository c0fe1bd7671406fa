"""What is not a page: the list of collections, the schema, its viewer, and wrong addresses."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin import access
from ccmadmin.pages import registry
from ccmadmin.pages.api.base import ApiView
from ccmadmin.pages.api.errors import NotFound, Problem, did_you_mean
from ccmadmin.pages.api.links import collection_url


class RootView(ApiView):
    """The collections that this user may read."""

    def get(self, request: Request) -> Response:
        found = {
            page.api: {
                "title": str(page.title),
                "url": request.build_absolute_uri(collection_url(page)),
                "may_update": not page.is_read_only
                and access.may(request.user, page.key, "update"),
            }
            for page in registry.pages().values()
            if page.api and access.may(request.user, page.key, "read")
        }
        return Response(found)


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Make the schema once, in English: it only depends on the code."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return made


class SchemaView(ApiView):
    """The schema tells nothing of this installation, so anybody may read it.

    YAML unless JSON is asked for, by Accept or by `?format=json`.
    """

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
        JSONRenderer,
        OpenApiJsonRenderer,
        OpenApiJsonRenderer2,
    )

    def get(self, request: Request) -> Response:
        return Response(schema())


@require_safe
def docs(request: HttpRequest) -> HttpResponseBase:
    """Show the schema in Swagger UI, from our own server, under the pages' own policy."""
    context = {"schema_url": reverse("api schema") + "?format=json"}
    return render(request, "api/docs.html", context)


class NowhereView(ApiView):
    """Any other address below /api/: says in JSON what is there instead."""

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse every method alike."""
        self.http_method_names = [(request.method or "get").lower()]
        setattr(self, self.http_method_names[0], self.nothing)
        return super().dispatch(request, *args, **kwargs)

    def nothing(self, request: Request, address: str) -> Response:
        if not address.endswith("/") and is_known(f"{request.path}/"):
            headers = {"Location": request.get_full_path(force_append_slash=True)}
            text = f"The address ends in a slash: {request.path}/"
            problem = Problem("", "slash-missing", text)
            return Response(
                {"errors": [problem.as_dict()]},
                status=status.HTTP_308_PERMANENT_REDIRECT,
                headers=headers,
            )
        name = address.removeprefix("v1/").partition("/")[0]
        collections = [page.api for page in registry.pages().values() if page.api]
        close = did_you_mean(name, collections)
        text = f"There is nothing at {request.path}.{close} /api/v1/ lists the collections."
        raise NotFound(Problem("", "not-found", text))


def is_known(path: str) -> bool:
    try:
        return resolve(path).url_name != "api nowhere"
    except Resolver404:
        return False
