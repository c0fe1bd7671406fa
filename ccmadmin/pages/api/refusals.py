"""How the schema describes refusals: once for each status code, for all operations."""

from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(
        allow_blank=True,
        help_text="The field (“lines.0.directory_number”) or the parameter; empty: the request.",
    )
    code = serializers.CharField(help_text="What kind of error it is; the same in every release.")
    message = serializers.CharField(help_text="What is wrong, and what to do, for people.")


class ErrorsSerializer(serializers.Serializer[Any]):
    """Every refusal of the API has this form."""

    errors = ProblemSerializer(many=True)  # type: ignore[assignment]  # hides Serializer.errors


class DependentSerializer(serializers.Serializer[Any]):
    collection = serializers.CharField(help_text="The collection of the record.")
    key = serializers.CharField(help_text="Its key.")
    text = serializers.CharField(help_text="Type, key, and the field that names this record.")
    blocks = serializers.BooleanField(help_text="It keeps this record from being deleted.")
    goes = serializers.BooleanField(help_text="It is deleted together with this record.")


class DependentsSerializer(serializers.Serializer[Any]):
    """The records that name this one."""

    dependents = DependentSerializer(many=True)


class StillUsedSerializer(ErrorsSerializer):
    """The record is in use; `dependents` has the first of `count` records that name it."""

    dependents = DependentSerializer(many=True)
    count = serializers.IntegerField()


ERROR_EXAMPLE = OpenApiExample(
    "A directory number that is no number",
    {
        "errors": [
            {
                "path": "lines.0.directory_number",
                "code": "missing",
                "message": "There is no Directory Number “1009@PT_Internal”.",
            }
        ]
    },
    response_only=True,
    status_codes=["400"],
)


class Reason(NamedTuple):
    name: str
    text: str


REASONS = {
    400: Reason("Invalid", "The body or a parameter is wrong; `path` says where."),
    401: Reason("Unauthenticated", "No token, an unknown or expired one, or no session."),
    403: Reason("Forbidden", "A role or the token does not allow it."),
    404: Reason("NotFound", "There is no such record; the message names keys that look like it."),
    409: Reason("InUse", "Other records need this one; they are listed."),
    412: Reason("ChangedMeanwhile", "If-Match or If-None-Match does not hold."),
    413: Reason("TooLarge", "The body is too large."),
    415: Reason("NotJson", "The body is not application/json."),
    429: Reason("TooManyFailures", "Too many wrong tokens came from this address."),
    503: Reason("Unavailable", "The database does not answer; nothing was changed."),
}


def errors(code: int) -> OpenApiResponse:
    if code == 409:
        return OpenApiResponse(StillUsedSerializer, REASONS[code].text)
    return OpenApiResponse(ErrorsSerializer, REASONS[code].text)
