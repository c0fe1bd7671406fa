"""`fields=name,description`: only these fields of each record."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.request import Request

from ccmadmin.pages.api.errors import Problem, Refused, did_you_mean

PARAMETER = "fields"


def chosen_fields(request: Request, known: Sequence[str]) -> list[str]:
    """Return the names that were asked for, [] for all; refuses those that no record has."""
    asked = [name.strip() for name in request.query_params.get(PARAMETER, "").split(",")]
    names = list(dict.fromkeys(filter(None, asked)))
    strangers = [name for name in names if name not in known]
    if strangers:
        close = did_you_mean(strangers[0], known)
        text = f"There is no field “{strangers[0]}”.{close}"
        raise Refused(Problem(PARAMETER, "unknown-field", text))
    return names


def only(document: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: document.get(name) for name in names} if names else dict(document)
