"""What belongs to an application user and is no field: the second factor, and the sessions."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.pages.api.base import actor_of
from ccmadmin.pages.api.described import DescribedView, Shape
from ccmadmin.pages.api.errors import NotFound, Problem
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


class AccountView(DescribedView, PageView):
    """Loads its user as the records of the page are loaded."""


class SecondFactorView(AccountView):
    about = "application_users_second_factor"
    answers: ClassVar[dict[str, Shape]] = {"GET": SecondFactorSerializer}
    summaries: ClassVar[dict[str, str]] = {
        "GET": "Whether a user has a second factor",
        "DELETE": "Remove a user's second factor: the password alone signs in",
    }

    def get(self, request: Request, key: str) -> Response:
        return Response(SecondFactorSerializer(second_factor.state_of(self.load(key))).data)

    def delete(self, request: Request, key: str) -> Response:
        second_factor.remove(user=self.load(key), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(AccountView):
    about = "application_users_sessions"
    answers: ClassVar[dict[str, Shape]] = {"GET": SessionsSerializer}
    summaries: ClassVar[dict[str, str]] = {
        "GET": "Where a user is signed in",
        "DELETE": "End all sessions of a user",
    }

    def get(self, request: Request, key: str) -> Response:
        found = {"results": sessions.sessions_of(self.load(key))}
        return Response(SessionsSerializer(found).data)

    def delete(self, request: Request, key: str) -> Response:
        sessions.end_all(self.load(key))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionView(AccountView):
    about = "application_users_session"
    summaries: ClassVar[dict[str, str]] = {"DELETE": "End one session of a user"}
    parameters: ClassVar[list[OpenApiParameter]] = [SESSION]

    def delete(self, request: Request, key: str, name: str) -> Response:
        if not sessions.end(self.load(key), name):
            raise NotFound(Problem("", "not-found", f"There is no session “{name}” of {key}."))
        return Response(status=status.HTTP_204_NO_CONTENT)
