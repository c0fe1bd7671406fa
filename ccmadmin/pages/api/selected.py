"""`POST /api/v1/phones/-/delete-selected/`: the records that are named, or all that are found."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.models import ChangeLog
from ccmadmin.pages.actions import delete_found
from ccmadmin.pages.api import filters
from ccmadmin.pages.api.base import ApiView, actor_of, comment_of
from ccmadmin.pages.api.errors import Conflict, Problem, Refused
from ccmadmin.pages.api.parameters import PARAMETERS, filter_parameters
from ccmadmin.pages.api.refusals import ErrorsSerializer, errors
from ccmadmin.pages.api.schema import PageSchema
from ccmadmin.pages.api.serializers import StrictSerializer
from ccmadmin.pages.page import Page
from ccmadmin.pages.selection import Selection
from ccmadmin.services.changes import Actor

MOST_KEYS = 1000
OF_LISTS = ("limit", "offset", "fields", "format", "ordering")
ABOUT = (
    "Deletes the records that `keys` names; or with `all` those that the query parameters find, "
    "which are the filters of the list. `all` says how many these are: if they are not that many "
    "any more, nothing is deleted (409). Records that others need stay, and are told. It is one "
    "request in the change log, so `POST /api/v1/change-log/{revision}/-/undo/?whole_request=true`"
    " takes it back."
)


class SelectedSerializer(StrictSerializer):
    """Either of the two."""

    keys = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="The records, by their keys."
    )
    all = serializers.IntegerField(
        required=False, min_value=1, help_text="All that is found, which are so many."
    )


class StayedSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The record.")
    messages = serializers.ListField(child=serializers.CharField(), help_text="Why it stays.")


class DeletedSerializer(serializers.Serializer[Any]):
    """What is gone, and what stayed."""

    deleted = serializers.IntegerField(help_text="How many records were deleted.")
    revision = serializers.IntegerField(
        allow_null=True, help_text="The newest change; null if nothing was deleted."
    )
    stayed = StayedSerializer(many=True, help_text="What could not be deleted.")


class SelectedSchema(PageSchema):
    def get_operation_id(self) -> str:
        assert self.page is not None
        return f"{self.page.api.replace('-', '_')}_delete_selected"

    def get_summary(self) -> str:
        return f"Delete several, or all found, of the {self.page and self.page.title}"

    def describe(self) -> str:
        return ABOUT

    def get_request_serializer(self) -> Any:
        return SelectedSerializer

    def get_response_serializers(self) -> Any:
        changed = OpenApiResponse(ErrorsSerializer, "The search finds more or fewer by now.")
        plain = {code: errors(code) for code in (400, 401, 403, 413, 415, 429, 503)}
        return {200: OpenApiResponse(DeletedSerializer, ""), 409: changed, **plain}

    def get_override_parameters(self) -> list[Any]:
        assert self.page is not None
        return [*filter_parameters(self.page), PARAMETERS["q"], PARAMETERS["comment"]]

    def refusal_name(self, code: str) -> str:
        return "FoundOthers" if code == "409" else super().refusal_name(code)


class DeleteSelectedView(ApiView):
    schema = SelectedSchema()
    page: Page = Page(key="", title="")

    def post(self, request: Request) -> Response:
        selection = selection_of(request, self.page)
        if selection.has_changed:
            text = f"The search finds {selection.count} records now, not {selection.expected}."
            raise Conflict(Problem("all", "count-changed", f"{text} Look at them again."))
        actor, comment = actor_of(request), comment_of(request)
        done = delete_found(selection, actor, comment)
        stayed = [{"key": key, "messages": texts} for key, texts in done.stayed.items()]
        revision = newest_of(actor) if done.count else None
        return Response({"deleted": done.count, "revision": revision, "stayed": stayed})


def selection_of(request: Request, page: Page) -> Selection:
    """Read the body and the filters; raises with everything that is not understood."""
    reader = SelectedSerializer(data=request.data)
    reader.is_valid(raise_exception=True)
    keys, expected = reader.validated_data.get("keys"), reader.validated_data.get("all")
    problems = []
    if (keys is None) is (expected is None):
        text = "Name the records in keys, or say in all how many the filters find: one of the two."
        problems.append(Problem("", "invalid", text))
    if keys is not None and len(keys) > MOST_KEYS:
        text = f"These are {len(keys)} keys; {MOST_KEYS} are allowed. Send several requests."
        problems.append(Problem("keys", "invalid", text))
    refused = OF_LISTS if keys is None else request.query_params
    problems += [
        Problem(name, "unknown-parameter", f"“{name}” has no meaning here. Leave it out.")
        for name in refused
        if name in request.query_params
    ]
    if problems:
        raise Refused(*problems)
    if keys is not None:
        return Selection(page, list(dict.fromkeys(keys)), [])
    found = filters.select(page, request.query_params)
    return Selection(page, [], list(found.values_list("pk", flat=True)), "?", expected or 0)


def newest_of(actor: Actor) -> int | None:
    """Return the last change of this request."""
    own = ChangeLog.objects.filter(
        request_id=actor.request_id, user=actor.user, source=actor.source
    )
    return own.order_by("-sequence").values_list("sequence", flat=True).first()
