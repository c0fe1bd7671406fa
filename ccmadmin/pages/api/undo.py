"""Undo over REST: `POST /api/v1/change-log/1234/-/undo/`; GET tells what it would write."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.access import Action
from ccmadmin.models import ChangeLog
from ccmadmin.pages.api.base import ApiView, actor_of, comment_of
from ccmadmin.pages.api.documents import documents_of
from ccmadmin.pages.api.errors import Conflict, NotFound, Problem, Refused
from ccmadmin.pages.api.parameters import PARAMETERS, query
from ccmadmin.pages.api.permissions import require
from ccmadmin.pages.api.refusals import ErrorsSerializer, errors
from ccmadmin.pages.api.schema import PageSchema
from ccmadmin.pages.api.serializers import HistorySerializer
from ccmadmin.pages.history import page_of
from ccmadmin.pages.page import Page
from ccmadmin.services import undo as service
from ccmadmin.services.undo import Obstacle, UndoRefusedError

WHOLE = "whole_request"
WORDS = {None: False, "": True, "true": True, "1": True, "false": False, "0": False}


class UndoneSerializer(serializers.Serializer[Any]):
    """What undoing wrote."""

    revision = serializers.IntegerField(help_text="The newest of the changes below.")
    changes = HistorySerializer(many=True, help_text="The new changes, in their order.")
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What could not be brought back."
    )


class InTheWaySerializer(ErrorsSerializer):
    """Nothing was undone; `changes` are the later ones that are in the way."""

    changes = HistorySerializer(many=True, help_text="The later changes.")


REVISION = OpenApiParameter(
    "key", int, OpenApiParameter.PATH, description="The revision to undo, from the change log."
)
WHOLE_REQUEST = query(
    WHOLE, bool, "Undo all that the same request changed: an import, a Delete Selected."
)
ABOUT = (
    "Takes one change back, with what it brought about (a deleted phone comes back with its "
    "lines, and to the users who had it), or all that its request changed; all or nothing. What "
    "others changed since stays. If they changed the same, or a rule forbids it, the answer is "
    "409. It needs update on the page of each record."
)


class UndoSchema(PageSchema):
    def get_operation_id(self) -> str:
        return "change_log_undo" if self.method == "POST" else "change_log_undo_preview"

    def get_summary(self) -> str:
        return "Undo a change" if self.method == "POST" else "Tell what undoing would write"

    def describe(self) -> str:
        return ABOUT

    def get_request_serializer(self) -> Any:
        return None

    def get_response_serializers(self) -> Any:
        refused = OpenApiResponse(InTheWaySerializer, "Something is in the way.")
        plain = {code: errors(code) for code in (400, 401, 403, 404, 429, 503)}
        return {200: OpenApiResponse(UndoneSerializer, ""), 409: refused, **plain}

    def get_override_parameters(self) -> list[Any]:
        comment = [PARAMETERS["comment"]] if self.method == "POST" else []
        return [REVISION, WHOLE_REQUEST, *comment]

    def refusal_name(self, code: str) -> str:
        return "InTheWayError" if code == "409" else super().refusal_name(code)


class UndoView(ApiView):
    """Who may undo, the pages of the records decide, not that of the change log."""

    schema = UndoSchema()
    page: Page = Page(key="", title="")
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request, key: str) -> Response:
        changes = self.plan(request, key, "read")
        return self.answer(lambda: service.preview(changes, actor=actor_of(request)))

    def post(self, request: Request, key: str) -> Response:
        changes = self.plan(request, key, "update")
        actor, comment = actor_of(request), comment_of(request)
        return self.answer(lambda: service.undo(changes, actor=actor, comment=comment))

    def plan(self, request: Request, key: str, action: Action) -> list[ChangeLog]:
        """Return the changes to undo, each of a page on which this user may do that."""
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else -1
        change = ChangeLog.objects.filter(sequence=number).first()
        if change is None:
            raise NotFound(Problem("", "not-found", f"There is no revision {key}."))
        require_all(request, [change], action)
        try:
            changes = service.plan(change, whole_request=is_whole(request))
        except UndoRefusedError as error:
            raise refused(error) from error
        require_all(request, changes, action)
        return changes

    def answer(self, write: Callable[[], service.Undone]) -> Response:
        try:
            done = write()
        except UndoRefusedError as error:
            raise refused(error) from error
        return Response(
            {
                "revision": done.changes[-1].sequence,
                "changes": documents_of(done.changes),
                "warnings": done.warnings,
            }
        )


def is_whole(request: Request) -> bool:
    text = request.query_params.get(WHOLE)
    if text not in WORDS:
        raise Refused(Problem(WHOLE, "invalid", f"“{text}” is neither true nor false."))
    return WORDS[text]


def require_all(request: Request, changes: list[ChangeLog], action: Action) -> None:
    for model in {change.model for change in changes}:
        page = page_of(model)
        if page is None or page.is_read_only:
            raise PermissionDenied(f"Nobody may {action} records of the kind {model}.")
        require(request, page, action)


def refused(error: UndoRefusedError) -> Conflict:
    changes = [each.change for each in error.obstacles if each.change is not None]
    problems = (Problem(each.path, code_of(each), each.text) for each in error.obstacles)
    return Conflict(*dict.fromkeys(problems), changes=documents_of(changes))


def code_of(obstacle: Obstacle) -> str:
    return "changed-since" if obstacle.change is not None else "not-allowed"
