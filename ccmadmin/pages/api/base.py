"""What every view of the API has in common, whatever it shows."""

from contextlib import suppress
from typing import Any

from django.urls import reverse
from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ccmadmin.pages.api.errors import Problem, Refused
from ccmadmin.pages.api.parsers import JsonBody
from ccmadmin.services.changes import Actor

LONGEST_COMMENT = 255


class PageMetadata(BaseMetadata):
    """What OPTIONS tells beside the header Allow."""

    def determine_metadata(self, request: Request, view: APIView) -> dict[str, Any]:
        title = str(getattr(getattr(view, "page", None), "title", "Collections"))
        schema = request.build_absolute_uri(reverse("api schema"))
        return {"title": title, "methods": view.allowed_methods, "schema": schema}


class ApiView(APIView):
    parser_classes = (JsonBody,)
    metadata_class = PageMetadata

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep answers out of caches: they are about now, and about this user."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        return final


def actor_of(request: Request) -> Actor:
    """Name who changes something, for the change log."""
    return Actor(
        user=request.user.get_username(),
        source="api",
        request_id=request.META.get("ccmadmin.request_id", ""),
        address=request.META.get("REMOTE_ADDR", ""),
    )


def comment_of(request: Request) -> str:
    """Return why something is changed: the header X-Comment, in UTF-8 or Latin-1."""
    comment = str(request.headers.get("X-Comment", "")).strip()
    with suppress(UnicodeError):  # WSGI hands headers over as if they were Latin-1
        comment = comment.encode("latin-1").decode("utf-8")
    if len(comment) > LONGEST_COMMENT:
        text = f"A comment has {LONGEST_COMMENT} characters at most."
        raise Refused(Problem("X-Comment", "invalid", text))
    return comment
