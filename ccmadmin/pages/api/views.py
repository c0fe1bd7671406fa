"""The verbs of a collection and of its records; the same views serve every page."""

from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.models import DirectoryNumber, Phone
from ccmadmin.models.base import Record
from ccmadmin.pages import registry
from ccmadmin.pages.api import filters, paging, writing
from ccmadmin.pages.api.base import ApiView, actor_of, comment_of
from ccmadmin.pages.api.csv_renderer import CsvRenderer
from ccmadmin.pages.api.documents import dependents_of, document_of, documents_of, etag_of
from ccmadmin.pages.api.errors import NotFound, PreconditionFailed, Problem, Refused
from ccmadmin.pages.api.links import record_url
from ccmadmin.pages.api.narrowing import chosen_fields, only
from ccmadmin.pages.api.permissions import require
from ccmadmin.pages.api.serializers import StrictSerializer
from ccmadmin.pages.keys import not_found
from ccmadmin.pages.page import Page
from ccmadmin.pages.saving import last_change
from ccmadmin.services import records
from ccmadmin.services.changes import writing as transaction
from ccmadmin.services.trail import changes_of


class PageView(ApiView):
    """A view of a page's records; `urls` makes one for each page, with the methods it allows."""

    page: Page = Page(key="", title="")
    serializer_class: type[StrictSerializer] = StrictSerializer

    def find(self, key: str) -> Any:
        """Return the record, or None."""
        return self.page.lookup(key).first()

    def load(self, key: str) -> Any:
        """Return the record; 404 names the keys that look like it."""
        record = self.find(key)
        if record is None:
            raise NotFound(Problem("", "not-found", self.missing(key)))
        return record

    def missing(self, key: str) -> str:
        model = self.page.record_model
        if issubclass(model, Record):
            return not_found(model._default_manager.all(), key)
        return f"There is no {self.page.singular} {key}."

    def values(self, data: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return the values of a body; raises with every place where it is not as it must be.

        Unless it is `partial`, what was left out has its default.
        """
        reader = self.serializer_class(data=data, partial=partial)
        reader.is_valid(raise_exception=True)
        values: dict[str, Any] = reader.validated_data
        if self.page.model is Phone and not partial:
            values |= writing.preselected_values(values, data)
        return values

    def write(self, record: Record, values: dict[str, Any]) -> None:
        numbers = registry.page_of(DirectoryNumber)
        if numbers is not None and writing.brings_numbers(values):
            require(self.request, numbers, "update")
        actor, comment = actor_of(self.request), comment_of(self.request)
        writing.save(record, values, actor=actor, comment=comment)

    def answer(self, key: str, status_code: int = status.HTTP_200_OK) -> Response:
        """Answer with the record as it is now."""
        record = self.load(key)
        headers = {}
        if isinstance(record, Record):
            headers["ETag"] = etag_of(record)
        if status_code == status.HTTP_201_CREATED:
            headers["Location"] = self.request.build_absolute_uri(record_url(self.page, key))
        return Response(document_of(record), status=status_code, headers=headers)


class CollectionView(PageView):
    """All records of one kind; `format=csv` answers with a file instead of JSON."""

    renderer_classes = (JSONRenderer, CsvRenderer)

    def get(self, request: Request) -> Response:
        names = chosen_fields(request, list(self.serializer_class().fields))
        rows = filters.select(self.page, request.query_params)
        if issubclass(self.page.record_model, Record):
            rows = rows.complete()  # type: ignore[attr-defined]  # every Record's manager has it
        found, frame = paging.part_of(request, rows)
        documents = [only(document, names) for document in documents_of(found)]
        return Response({**frame, "results": documents})

    def post(self, request: Request) -> Response:
        values = self.values(request.data)
        record = self.page.record_model()
        self.write(record, values)
        return self.answer(record.key, status.HTTP_201_CREATED)


class RecordView(PageView):
    """One record, by its natural key."""

    def get(self, request: Request, key: str) -> Response:
        return self.answer(key)

    def put(self, request: Request, key: str) -> Response:
        """Make the record what the body says, or add it."""
        model = self.page.record_model
        of_key = writing.values_of_key(model, key)
        data: Any = request.data
        if isinstance(data, Mapping):
            data = {**of_key, **data}
        values = self.values(data)
        with transaction():
            record = self.find(key)
            check_preconditions(request, record)
            is_new = record is None
            if is_new:
                self.refuse_adding(key, of_key, data)
                record = model(**{model.KEY: of_key[model.KEY]})
            self.write(record, {**writing.blank_values(model, values), **values})
        return self.answer(record.key, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def refuse_adding(self, key: str, of_key: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Refuse to add a record where none can be added, or under another key than asked for."""
        if not self.page.can_add:
            raise NotFound(Problem("", "not-found", self.missing(key)))
        for name, value in of_key.items():
            if data[name] != value:
                text = f"The address names “{value}”, the body “{data[name]}”: which one is it?"
                raise Refused(Problem(name, "key-mismatch", text))

    def patch(self, request: Request, key: str) -> Response:
        values = self.values(request.data, partial=True)
        with transaction():
            record = self.load(key)
            check_preconditions(request, record)
            self.write(record, values)
        return self.answer(record.key)

    def delete(self, request: Request, key: str) -> Response:
        with transaction():
            record = self.load(key)
            check_preconditions(request, record)
            records.delete(record, actor=actor_of(request), comment=comment_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DependentsView(PageView):
    """Dependency Records: what names the record, and which of them keep it from being deleted."""

    def get(self, request: Request, key: str) -> Response:
        return Response({"dependents": dependents_of(records.dependents(self.load(key)))})


class HistoryView(PageView):
    """The changes of the record, newest first."""

    def get(self, request: Request, key: str) -> Response:
        model = self.page.record_model.__name__
        changes = changes_of(model, key).order_by("-sequence")
        found, frame = paging.part_of(request, changes)
        return Response({**frame, "results": documents_of(found)})


def check_preconditions(request: Request, record: Any) -> None:
    """Carry out If-Match and If-None-Match of a change (RFC 9110, 13.1.1 and 13.1.2)."""
    if "If-Match" in request.headers and not _matches(request.headers["If-Match"], record):
        raise PreconditionFailed(Problem("", "changed-meanwhile", _who_changed(record)))
    unwanted = request.headers.get("If-None-Match")
    if unwanted is not None and _matches(unwanted, record):
        text = "The record exists, and the request was to be carried out only if it did not."
        raise PreconditionFailed(Problem("", "exists", text))


def _matches(header: str, record: Any) -> bool:
    if record is None:
        return False
    tags = {tag.strip() for tag in header.split(",")}
    return "*" in tags or etag_of(record) in tags


def _who_changed(record: Any) -> str:
    change = last_change(type(record), record.key) if record is not None else None
    if change is None:
        return "The record is not the one that the request was made for. Read it again."
    return (
        f"{change.user} changed the record at {change.at:%Y-%m-%d %H:%M:%S} UTC (revision "
        f"{change.sequence}), after it was read. Read it again, and repeat the change on that."
    )
