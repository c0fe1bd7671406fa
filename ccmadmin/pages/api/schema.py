"""The OpenAPI 3.1 description of the API, made from the same pages as its views."""

from typing import Any, Literal, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from ccmadmin.models.base import Record
from ccmadmin.pages.api import extensions as extensions  # drf-spectacular finds them once loaded
from ccmadmin.pages.api.examples import EXAMPLES
from ccmadmin.pages.api.paging import listing
from ccmadmin.pages.api.parameters import PARAMETERS, filter_parameters
from ccmadmin.pages.api.refusals import ERROR_EXAMPLE, REASONS, DependentsSerializer, errors
from ccmadmin.pages.api.reports import ReportView
from ccmadmin.pages.api.serializers import HistorySerializer
from ccmadmin.pages.api.views import (
    CollectionView,
    DependentsView,
    HistoryView,
    PageView,
    RecordView,
)
from ccmadmin.pages.page import Page

Responses = dict[int, Any]


ALWAYS = (401, 403, 429, 503)
OF_METHOD = {
    "GET": (),
    "POST": (400, 413, 415),
    "PUT": (400, 404, 412, 413, 415),
    "PATCH": (400, 404, 412, 413, 415),
    "DELETE": (400, 404, 409, 412),
}
VERBS = {
    "GET": ("read", "Read"),
    "POST": ("create", "Add"),
    "PUT": ("replace", "Replace or add"),
    "PATCH": ("update", "Change"),
    "DELETE": ("delete", "Delete"),
}
INTRODUCTION = """\
CallManager Administration over REST: the records of the pages, by name.

* **Who you are**: `Authorization: Bearer <token>`. Tokens are made on the page User Management >
  API Token or with `manage.py createtoken`; they expire, and read or write. What a token may do,
  its user may do on the pages. The session of the pages works too.
* **Keys**: a record stands under the name that its page shows, percent-encoded:
  `/api/v1/phones/SEP001122334455/`, `/api/v1/directory-numbers/1002@PT_Internal/`. References to
  other records are keys as well.
* **Lists** come in pages: `?limit=200&offset=400`, or follow `next` until it is null. Each field
  is a filter, `?ordering=-name` sorts, `?fields=name,description` leaves the rest out, and
  `?format=csv` makes a table of it.
* **Errors** come together: `{"errors": [{"path", "code", "message"}]}`; first wrong names and
  types, then records that are not there, then what a rule refuses. `path` is the place in the
  body, such as `lines.0.directory_number`. Unknown names are refused, not passed over.
* **PUT** adds or replaces, so a script can run again; **PATCH** changes what it names. Either
  replaces a list as a whole. Read-only fields may be sent back; they are not looked at.
* **Saved is live**: a change is in force in the call server within a quarter of a second.
* **Together**: send the `ETag` of a record back as `If-Match`, and nobody is overwritten unseen.
  `X-Comment` says why, in the change log.
* **Undo**: each change has a revision, in `/api/v1/change-log/` and in a record's history. `POST
  /api/v1/change-log/1234/-/undo/` takes it back, with `?whole_request=true` all that its request
  changed. Calls with the same `X-Request-Id` count as one request.
* **Many at once**: `POST /api/v1/phones/-/delete-selected/` deletes what it names, or all that the
  filters of the list find, in one request. Saved searches and columns of the pages' lists are in
  `/api/v1/lists/phones/searches/` and `/api/v1/lists/phones/columns/`.
* **Secrets** are written and never read; `has_digest_credentials` tells whether there is one.
"""
ABOUT_LIST = (
    "Each field is a filter. Beside `name=value` there are `name__contains`, `name__startswith`, "
    "`name__endswith`, `name__iexact` for texts and references, `name__gte` and `name__lte` for "
    "numbers and times, and `name__isempty=true` or `false`. Unknown parameters are refused."
)
ABOUT_PUT = (
    "Fields and lists that are left out get their defaults; secrets stay as they are. If there is "
    "no such record, it is added under this key (201), unless If-Match is sent."
)


class PageSchema(AutoSchema):
    """Describes the views of this package; other views are described as REST framework does."""

    @property
    def page(self) -> Page | None:
        page: Page | None = getattr(self.view, "page", None)
        return page

    @property
    def resource(self) -> str:
        """What the view shows: "list", "record", "dependents", "history" or "report"."""
        kinds = {
            CollectionView: "list",
            RecordView: "record",
            DependentsView: "dependents",
            HistoryView: "history",
            ReportView: "report",
        }
        return next((word for kind, word in kinds.items() if isinstance(self.view, kind)), "")

    @property
    def serializer_class(self) -> Any:
        return cast(PageView, self.view).serializer_class

    def get_operation_id(self) -> str:
        if self.page is None:
            return str(super().get_operation_id())
        verb = VERBS[self.method][0]
        if self.resource in ("list", "dependents", "history") and self.method == "GET":
            verb = self.resource
        return f"{self.page.api.replace('-', '_')}_{verb}"

    def get_tags(self) -> list[str]:
        return [str(self.page.title)] if self.page else ["ccmadmin"]

    def get_summary(self) -> str:
        if self.page is None:
            return "List the collections"
        if self.resource == "record" or self.method == "POST":
            return f"{VERBS[self.method][1]} one of the {self.page.title}"
        words = {
            "list": f"List {self.page.title}",
            "dependents": "Dependency Records: what names this record",
            "history": "History of this record, newest change first",
        }
        return words.get(self.resource, f"Read the {self.page.title}")

    def get_description(self) -> str:  # type: ignore[override]  # as AutoSchema overrides it
        return self.describe()

    def describe(self) -> str:
        """Return the text below the summary; views with words of their own override this."""
        if self.resource == "list" and self.method == "GET":
            return ABOUT_LIST
        if self.method == "PUT":
            return ABOUT_PUT
        return str(getattr(self.page, "note", "") or "")

    def get_request_serializer(self) -> Any:
        return self.serializer_class if self.method in ("POST", "PUT", "PATCH") else None

    def get_response_serializers(self) -> Any:
        codes = set(ALWAYS) | set(OF_METHOD[self.method])
        if self.resource in ("record", "dependents"):
            codes.add(404)
        if self.resource in ("list", "history"):
            codes.add(400)
        found = dict.fromkeys(sorted(codes))
        return {**self._success(), **{code: errors(code) for code in found}}

    def _success(self) -> Responses:
        if self.page is None:
            return {200: OpenApiResponse(COLLECTIONS, "The collections, by name.")}
        if self.method == "DELETE":
            return {204: OpenApiResponse(None, "The record is deleted.")}
        if self.method == "POST":
            return {201: OpenApiResponse(self.serializer_class, "The record was added.")}
        if self.method == "PUT":
            return {
                200: OpenApiResponse(self.serializer_class, "The record as it is now."),
                201: OpenApiResponse(self.serializer_class, "The record was added."),
            }
        return {200: OpenApiResponse(self._shown(), "")}

    def _shown(self) -> Any:
        """Return the serializer of what GET (or PATCH) answers."""
        if self.resource == "dependents":
            return DependentsSerializer
        if self.resource == "history":
            return listing(HistorySerializer)
        shown = self.serializer_class
        return listing(shown) if self.resource == "list" else shown

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        """Describe each refusal once, under components, and refer to it everywhere."""
        bodies = super()._get_response_bodies(direction)
        return {
            code: self._shared(code, body) if int(code) in REASONS else body
            for code, body in bodies.items()
        }

    def refusal_name(self, code: str) -> str:
        return REASONS[int(code)].name

    def _shared(self, code: str, body: dict[str, Any]) -> dict[str, Any]:
        component = ResolvedComponent(
            name=self.refusal_name(code), type=ResolvedComponent.RESPONSE, schema=body, object=code
        )
        self.registry.register_on_missing(component)
        found: dict[str, Any] = component.ref
        return found

    def _map_serializer_field(
        self, field: Any, direction: str, bypass_extensions: bool = False
    ) -> dict[str, Any]:
        map_field: Any = super()._map_serializer_field
        found: dict[str, Any] = map_field(field, direction, bypass_extensions)
        found.pop("x-spec-enum-id", None)  # only the hook that names enums has a use for it
        return found

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: str) -> Any:
        postprocess: Any = super()._postprocess_serializer_schema
        found = postprocess(schema, serializer, direction)
        if "warnings" in found.get("required", ()):
            found["required"].remove("warnings")  # lists leave them out
        return found

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # the frame of a list is a serializer of its own

    def get_examples(self) -> list[OpenApiExample]:
        example = EXAMPLES.get(self.page.api) if self.page else None
        found = [ERROR_EXAMPLE]
        if example and self.resource and self.method in ("POST", "PUT"):
            found.append(OpenApiExample("An example", dict(example), request_only=True))
        return found

    def get_override_parameters(self) -> list[Any]:
        if self.page is None:
            return []
        found: list[OpenApiParameter] = []
        if self.resource in ("record", "dependents", "history"):
            found.append(PARAMETERS["key"])
        if self.resource == "list" and self.method == "GET":
            found += [PARAMETERS[name] for name in ("q", "ordering", "fields", "format")]
            found += filter_parameters(self.page)
        if self.resource in ("list", "history") and self.method == "GET":
            found += [PARAMETERS["limit"], PARAMETERS["offset"]]
        if self.method != "GET":
            found.append(PARAMETERS["comment"])
        if self.method in ("PUT", "PATCH", "DELETE"):
            found += [PARAMETERS["if-match"], PARAMETERS["if-none-match"]]
        return [*found, *self._answer_headers()]

    def _answer_headers(self) -> list[OpenApiParameter]:
        if self.page is None or self.resource not in ("list", "record"):
            return []
        found = []
        if issubclass(self.page.record_model, Record) and (
            self.resource == "record" or self.method == "POST"
        ):
            found.append(PARAMETERS["etag"])
        if self.method in ("POST", "PUT"):
            found.append(PARAMETERS["location"])
        return found


def introduce(result: dict[str, Any], **_rest: Any) -> dict[str, Any]:
    """Put the introduction in front: drf-spectacular's hook for the finished schema."""
    result["info"]["description"] = INTRODUCTION
    return result


COLLECTIONS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "url": {"type": "string", "format": "uri"},
            "may_update": {"type": "boolean"},
        },
        "required": ["title", "url", "may_update"],
    },
}
