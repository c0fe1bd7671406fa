"""What belongs to an application user and is no field: the second factor, and the sessions."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.pages.api.base import actor_of
from ccmadmin.pages.api.errors import NotFound, Problem
from ccmadmin.pages.api.parameters import PARAMETERS
from ccmadmin.pages.api.refusals import errors
from ccmadmin.pages.api.schema import PageSchema
from ccmadmin.pages.api.views import PageView
from ccmadmin.services import second_factor, sessions


class SecondFactorSerializer(serializers.Serializer[Any]):
    """The second factor of a user; the user sets it up, under My Account."""

    is_set_up = serializers.BooleanField(help_text="Whether signing in takes a code as well.")
    recovery_codes_left = serializers.IntegerField(help_text="Codes that were not used yet.")
    code_used_at = serializers.DateTimeField(allow_null=True, help_text="The last code's time.")


class SessionSerializer(serializers.Serializer[sessions.SignedIn]):
    name = serializers.CharField(help_text="By which the session is ended.")
    address = serializers.CharField(help_text="Where the user signed in from.")
    browser = serializers.CharField(help_text="Browser and system, in words.")
    user_agent = serializers.CharField(help_text="What the browser calls itself.")
    signed_in_at = serializers.DateTimeField(allow_null=True, help_text="Since when.")
    seen_at = serializers.DateTimeField(
        allow_null=True, help_text="When a page was last opened, to the minute."
    )


class SessionsSerializer(serializers.Serializer[Any]):
    """Where the user is signed in."""

    results = SessionSerializer(many=True, help_text="The sessions, the latest first.")


SESSION = OpenApiParameter(
    "name", str, OpenApiParameter.PATH, description="A session's name, from the list."
)


class AccountSchema(PageSchema):
    """Describes these views, which are about one user but are no records."""

    @property
    def described(self) -> "AccountView":
        return cast(AccountView, self.view)

    def get_operation_id(self) -> str:
        verb = "read" if self.method == "GET" else "delete"
        return f"application_users_{self.described.about}_{verb}"

    def get_summary(self) -> str:
        return self.described.summaries[self.method]

    def get_description(self) -> str:  # type: ignore[override]  # as AutoSchema has it
        return ""

    def get_response_serializers(self) -> Any:
        done = {200: self.serializer_class} if self.method == "GET" else {204: None}
        return {**done, **{code: errors(code) for code in (401, 403, 404, 429, 503)}}

    def get_override_parameters(self) -> list[Any]:
        return [PARAMETERS["key"], *([SESSION] if self.described.about == "session" else [])]


class AccountView(PageView):
    schema = AccountSchema()
    about = ""
    summaries: dict[str, str] = {}


class SecondFactorView(AccountView):
    serializer_class = SecondFactorSerializer  # type: ignore[assignment]  # only ever written
    about = "second_factor"
    summaries = {
        "GET": "Whether a user has a second factor",
        "DELETE": "Remove a user's second factor: the password alone signs in",
    }

    def get(self, request: Request, key: str) -> Response:
        return Response(SecondFactorSerializer(second_factor.state_of(self.load(key))).data)

    def delete(self, request: Request, key: str) -> Response:
        second_factor.remove(user=self.load(key), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(AccountView):
    serializer_class = SessionsSerializer  # type: ignore[assignment]  # only ever written
    about = "sessions"
    summaries = {"GET": "Where a user is signed in", "DELETE": "End all sessions of a user"}

    def get(self, request: Request, key: str) -> Response:
        found = {"results": sessions.sessions_of(self.load(key))}
        return Response(SessionsSerializer(found).data)

    def delete(self, request: Request, key: str) -> Response:
        sessions.end_all(self.load(key))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionView(AccountView):
    serializer_class = SessionSerializer  # type: ignore[assignment]  # only ever written
    about = "session"
    summaries = {"DELETE": "End one session of a user"}

    def delete(self, request: Request, key: str, name: str) -> Response:
        if not sessions.end(self.load(key), name):
            raise NotFound(Problem("", "not-found", f"There is no session “{name}” of {key}."))
        return Response(status=status.HTTP_204_NO_CONTENT)
