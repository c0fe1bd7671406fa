"""Views that are no records: what the schema tells of them, they say themselves."""

from typing import Any, ClassVar, cast

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from ccmadmin.pages.api.base import ApiView
from ccmadmin.pages.api.parameters import PARAMETERS
from ccmadmin.pages.api.refusals import errors
from ccmadmin.pages.api.schema import ALWAYS, OF_METHOD, PageSchema
from ccmadmin.pages.page import Page

Shape = type[serializers.BaseSerializer[Any]]


class DescribedSchema(PageSchema):
    @property
    def described(self) -> "DescribedView":
        return cast(DescribedView, self.view)

    def get_operation_id(self) -> str:
        return f"{self.described.about}_{self.described.verbs[self.method]}"

    def get_summary(self) -> str:
        return self.described.summaries[self.method]

    def describe(self) -> str:
        return ""

    def get_request_serializer(self) -> Any:
        return self.described.reads if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        code = {"GET": 200, "POST": 201, "DELETE": 204}[self.method]
        codes = {*ALWAYS, *(OF_METHOD["POST"] if self.method == "POST" else ())}
        codes |= {404} if "{key}" in self.path else set()
        done = {code: self.described.answers.get(self.method)}
        return {**done, **{code: errors(code) for code in sorted(codes)}}

    def get_override_parameters(self) -> list[Any]:
        key = [PARAMETERS["key"]] if "{key}" in self.path else []
        comment = [PARAMETERS["comment"]] if self.method == "POST" else []
        return [*key, *self.described.parameters, *comment]


class DescribedView(ApiView):
    """A view of a page's own; `about` names it in the operations.

    `reads` is what POST takes, `answers` what each method tells.
    """

    schema = DescribedSchema()
    page: Page = Page(key="", title="")
    about: ClassVar[str] = ""
    verbs: ClassVar[dict[str, str]] = {"GET": "read", "POST": "create", "DELETE": "delete"}
    summaries: ClassVar[dict[str, str]] = {}
    parameters: ClassVar[list[OpenApiParameter]] = []
    reads: ClassVar[Shape | None] = None
    answers: ClassVar[dict[str, Shape]] = {}
