"""Copy as curl: the REST calls that do what a page does, for a script to begin with."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Field, Model, TextField
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from ccmadmin.models import Record
from ccmadmin.pages.page import Page
from ccmadmin.pages.query import DEFAULT_ROWS, Criterion, Query
from ccmadmin.pages.values import key_of

TOKEN = "Authorization: Bearer $CCMADMIN_TOKEN"  # noqa: S105 - the name of a variable
JSON = "Content-Type: application/json"
OPERATIONS = {
    "begins": "__startswith",
    "contains": "__contains",
    "ends": "__endswith",
    "exactly": "__iexact",
}


@dataclass(frozen=True)
class Call:
    """A command line; `title` says what it does."""

    title: str
    command: str


def calls_of(context: Any) -> list[Call]:
    """Return the calls for the page that a template shows, [] where REST has none.

    A view of its own names what REST has for it in `rest_path`.
    """
    request, page = context.get("request"), context.get("page")
    if "rest_path" in context:
        return [Call(_("Read"), get(request.build_absolute_uri(context["rest_path"])))]
    if request is None or not isinstance(page, Page) or not page.api:
        return []
    if not is_collection(page):
        return [Call(_("Read"), get(url_of(request, page)))]
    query, record = context.get("query"), context.get("record")
    if isinstance(query, Query):
        return list_calls(request, page, query)
    is_stored = isinstance(record, Model) and record.pk is not None
    key = context.get("key") or (key_of(record) if is_stored else "")
    if key:
        return record_calls(request, page, str(key), record, context)
    return [Call(_("Read"), get(url_of(request, page)))]


def list_calls(request: HttpRequest, page: Page, query: Query) -> list[Call]:
    url = url_of(request, page)
    parameters = parameters_of(page, query)
    if parameters is None:
        return []
    asked = f"{url}?{urlencode(parameters)}" if parameters else url
    as_file = f"{url}?{urlencode({**parameters, 'format': 'csv'})}"
    return [Call(_("This list"), get(asked)), Call(_("The same as CSV"), get(as_file))]


def record_calls(
    request: HttpRequest, page: Page, key: str, record: Any, context: Any
) -> list[Call]:
    """Return how to read the record and, for who may change it, one example of a change."""
    url = url_of(request, page, key)
    calls = [Call(_("Read this record"), get(url))]
    if isinstance(record, Record) and context.get("may_save"):
        values = example(page, record)
        if values:
            calls.append(Call(_("Change it"), send("PATCH", url, values)))
    return calls


def parameters_of(page: Page, query: Query) -> dict[str, str] | None:
    """Return the list's search as REST takes it; None when it says something twice."""
    found: dict[str, str] = {}
    for row in query.criteria:
        if row.is_everything:
            continue
        name, value = parameter_of(row)
        if name in found:
            return None
        found[name] = value
    if query.sort:
        found["ordering"] = ordering_of(page, query.sort)
    if query.rows != DEFAULT_ROWS:
        found["limit"] = str(query.rows)
    if query.number > 1:
        found["offset"] = str((query.number - 1) * query.rows)
    return found


def parameter_of(row: Criterion) -> tuple[str, str]:
    if row.operator in ("empty", "notempty"):
        return f"{row.path}__isempty", "true" if row.operator == "empty" else "false"
    return row.path + OPERATIONS[row.operator], row.text


def ordering_of(page: Page, sort: str) -> str:
    """Return the name of the field by which a column sorts."""
    path = sort.removeprefix("-")
    names = (column.name for column in page.offered_columns if column.sort == path)
    return ("-" if sort.startswith("-") else "") + next(names, path)


def example(page: Page, record: Record) -> Mapping[str, Any]:
    """Return one field of the record as it is, for somebody to change."""
    hidden = {record.KEY, *record.SECRETS}
    names = [name for name in page.fields if name not in hidden]
    texts = [name for name in names if _is_text(record._meta.get_field(name))]
    preferred = ["description"] if "description" in texts else texts
    return {name: getattr(record, name) for name in preferred[:1]}


def _is_text(field: Any) -> bool:
    is_text = isinstance(field, Field) and isinstance(field, CharField | TextField)
    return is_text and not field.choices


def get(url: str) -> str:
    return f"curl -H {_quoted(TOKEN)} {shlex.quote(url)}"


def send(method: str, url: str, values: Mapping[str, Any]) -> str:
    body = json.dumps(values, ensure_ascii=False)
    head = f"curl -X {method} -H {_quoted(TOKEN)} -H {_quoted(JSON)}"
    return f"{head} -d {shlex.quote(body)} {shlex.quote(url)}"


def _quoted(header: str) -> str:
    """Quote so that the shell still puts the token in for its variable."""
    return f'"{header}"'


def url_of(request: HttpRequest, page: Page, key: str = "") -> str:
    """Return the address of the record, or of the collection."""
    name = f"api {page.api} record" if key else f"api {page.api}"
    return request.build_absolute_uri(reverse(name, args=[key] if key else None))


def is_collection(page: Page) -> bool:
    """Whether REST has the page's records; a report has only itself."""
    try:
        reverse(f"api {page.api} record", args=["key"])
    except NoReverseMatch:
        return False
    return True
