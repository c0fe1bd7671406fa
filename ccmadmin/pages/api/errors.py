"""Every refusal of the API in one shape: `{"errors": [{"path", "code", "message"}]}`.

`path` names the place in the body ("lines.0.directory_number") or the query parameter; it is ""
when the whole request is meant. `code` stays the same between releases, `message` may improve.
"""

import difflib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from ccmadmin.pages.api.documents import dependents_of
from ccmadmin.services.records import StillUsedError

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    path: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return {"path": self.path, "code": self.code, "message": self.message}


class Refused(exceptions.APIException):
    """A request that we understood and do not carry out; 400 unless a subclass says otherwise."""

    status_code: int = status.HTTP_400_BAD_REQUEST

    def __init__(self, *problems: Problem, **more: Any) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
        self.more = more


class NotFound(Refused):
    status_code = status.HTTP_404_NOT_FOUND


class Conflict(Refused):
    status_code = status.HTTP_409_CONFLICT


class PreconditionFailed(Refused):
    status_code = status.HTTP_412_PRECONDITION_FAILED


class TooLarge(Refused):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean ...?" for the known words closest to `word`, or ""."""
    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Tell that a record has no such field, and which one may have been meant."""
    return f"There is no field “{name}”.{did_you_mean(name, known)}"


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer `error` in our shape; the EXCEPTION_HANDLER of REST framework."""
    set_rollback()
    if isinstance(error, StillUsedError):
        return _still_used(error)
    if isinstance(error, ValidationError):
        return _answer(status.HTTP_400_BAD_REQUEST, of_validation(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, Refused):
        return _answer(error.status_code, error.problems, **error.more)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, OperationalError):
        return _unavailable(error)
    return _our_mistake(error, context)


def of_validation(error: ValidationError) -> list[Problem]:
    """Flatten what a model or a service refused; their texts are those of the pages."""
    if not hasattr(error, "error_dict"):
        return [_problem("", single) for single in error.error_list]
    return [
        _problem("" if path == NON_FIELD_ERRORS else path, single)
        for path, singles in error.error_dict.items()
        for single in singles
    ]


def _problem(path: str, error: ValidationError) -> Problem:
    return Problem(path, (error.code or "invalid").replace("_", "-"), " ".join(error.messages))


def _answer(
    status_code: int, problems: Iterable[Problem], headers: Any = None, **more: Any
) -> Response:
    body = {"errors": [problem.as_dict() for problem in problems], **more}
    return Response(body, status=status_code, headers=headers)


def _still_used(error: StillUsedError) -> Response:
    dependents = dependents_of(error.dependents)
    problem = Problem("", "still-used", str(error))
    return _answer(status.HTTP_409_CONFLICT, [problem], dependents=dependents, count=error.count)


def _of_framework(error: exceptions.APIException) -> Response:
    headers = {}
    detail: Any = error.detail
    if isinstance(error, exceptions.UnsupportedMediaType):
        text = "Send the body as JSON in UTF-8, with the header Content-Type: application/json."
        detail = exceptions.ErrorDetail(text, "not-json")
    if isinstance(error, exceptions.NotAuthenticated):
        text = "Send an API token with the request, as the header Authorization: Bearer <token>."
        detail = exceptions.ErrorDetail(text, error.default_code)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return _answer(error.status_code, list(_flatten(detail)), headers)


def _flatten(detail: Any, path: str = "") -> Iterator[Problem]:
    """Walk the nested lists and mappings in which REST framework keeps its errors."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _flatten(inner, own)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, path)
    else:
        yield Problem(path, getattr(detail, "code", "invalid").replace("_", "-"), str(detail))


def _unavailable(error: OperationalError) -> Response:
    logger.error("the database did not answer: %s", error)
    text = "The database does not answer. Nothing was changed; try again in a few seconds."
    return _answer(
        status.HTTP_503_SERVICE_UNAVAILABLE,
        [Problem("", "unavailable", text)],
        {"Retry-After": str(RETRY_AFTER_S)},
    )


def _our_mistake(error: Exception, context: Mapping[str, Any]) -> Response:
    request_id = context["request"].META.get("ccmadmin.request_id", "")
    logger.error("request %s failed", request_id, exc_info=error)
    text = f"This is a mistake of the server. Its log tells more under request {request_id}."
    return _answer(status.HTTP_500_INTERNAL_SERVER_ERROR, [Problem("", "server-error", text)])
