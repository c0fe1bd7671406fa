"""What the API answers of records: their documents, and what is known of them besides."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Max

from ccmadmin.models import Binding, CallRecord, ChangeLog, Phone, Record, RegistrationAttempt
from ccmadmin.pages import registry
from ccmadmin.services import records
from ccmadmin.services.dependents import Dependent
from ccmadmin.services.registration import RegistrationState, states
from ccmadmin.services.undo import undone_by

Document = dict[str, Any]


def documents_of(found: Sequence[Any]) -> list[Document]:
    """Return the documents of rows of one model; what they need besides is asked once for all."""
    if not found:
        return []
    made = [_plain(row) for row in found]
    tell = TOLD.get(type(found[0]))
    if tell is not None:
        for document, more in zip(made, tell(found), strict=True):
            document |= more
    return made


def document_of(record: Any) -> Document:
    """Return the document of one record, with its warnings."""
    document = documents_of([record])[0]
    if isinstance(record, Record):
        document["warnings"] = [str(text) for text in record.warnings()]
    return document


def _plain(row: Any) -> Document:
    if isinstance(row, Record):
        return records.document(row)
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}


def etag_of(record: Record) -> str:
    """Return the entity tag: it changes with each change of the record or of a key it names."""
    changes = ChangeLog.objects.filter(model=type(record).__name__, key=record.key)
    revision = changes.aggregate(newest=Max("sequence"))["newest"]
    document = {
        name: value
        for name, value in records.document(record).items()
        if name not in record.UNLOGGED
    }
    text = json.dumps([revision, document], sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def dependents_of(found: Iterable[Dependent]) -> list[Document]:
    """Return the records that name another one, by collection and key."""
    return [
        {
            "collection": collection_of(dependent.model),
            "key": dependent.key,
            "text": str(dependent.text),
            "blocks": dependent.blocks,
            "goes": dependent.goes,
        }
        for dependent in found
    ]


def collection_of(model: type[Any]) -> str:
    page = registry.page_of(model)
    return page.api if page is not None else ""


def _registrations(phones: Sequence[Phone]) -> list[Document]:
    known = states([phone.name for phone in phones])
    return [{"registration": _registration(known[phone.name])} for phone in phones]


def _registration(state: RegistrationState) -> Document:
    return {
        "state": str(state.word),
        "since": state.since,
        "address": state.address,
        "transport": state.transport,
        "contacts": [binding.contact for binding in state.bindings],
        "registered": [
            _registered(line.index, each) for line in state.lines for each in line.bindings
        ],
        "drifts": [asdict(drift) for drift in state.drifts],
        "summary": state.summary,
        "refusal": _refusal(state.attempt) if state.is_refused else None,
    }


def _registered(line: int, binding: Binding) -> Document:
    names = ("number", "contact", "transport", "user_agent", "requested_expires", "expires_at")
    document: Document = {"line": line, "address": binding.remote_host}
    return document | {name: getattr(binding, name) for name in names}


def _refusal(attempt: RegistrationAttempt | None) -> Document | None:
    if attempt is None:
        return None
    document: Document = {"at": attempt.last_at}
    names = ("rule", "status", "summary", "expected", "received", "advice")
    return document | {name: getattr(attempt, name) for name in names}


def _undoings(changes: Sequence[ChangeLog]) -> list[Document]:
    undone = undone_by(changes)
    found = (undone.get(change.sequence) for change in changes)
    return [{"undone_by": undoing.sequence if undoing else None} for undoing in found]


def _durations(calls: Sequence[CallRecord]) -> list[Document]:
    return [{"duration_s": call.duration_s} for call in calls]


TOLD: Mapping[type[Any], Callable[[Sequence[Any]], list[Document]]] = {
    Phone: _registrations,
    CallRecord: _durations,
    ChangeLog: _undoings,
}
