"""The JSON form of each page's records, made from the model: what is checked before the model is.

A serializer only turns JSON into values (types, unknown names); `writing` puts them on the record
and every rule is the model's. JSON is written by `documents`, in one place for all records.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Field
from rest_framework import serializers

from ccmadmin.models import CallRecord, ChangeLog, Phone
from ccmadmin.models.base import Record, Row, list_model, row_fields
from ccmadmin.models.callrouting import DirectoryNumber
from ccmadmin.pages.api.errors import unknown_name
from ccmadmin.pages.api.fields import AnyField, Key, KeyOrRecord, Text, field_of, shown
from ccmadmin.pages.page import Page
from ccmadmin.services.documents import is_reference
from ccmadmin.services.phones import PRESELECTED

KEPT = 'Left out, it stays as it is; "" removes it.'
NEEDED = "A new record needs it; left out later, it stays as it is."
NON_FIELD_ERRORS_KEY = "non_field_errors"  # the name that `errors` knows
STANDARD = "Left out: the standard one, if there is only one."
REPLACED = "Replaced as a whole; left out in a PATCH, it stays as it is."


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names that the record does not have; read-only ones may be sent back unread."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            text = f"This must be an object with the fields of the record; {shown(data)} is not."
            raise serializers.ValidationError({NON_FIELD_ERRORS_KEY: [text]}, code="wrong-type")
        strangers = [name for name in data if name not in self.fields]
        errors: dict[str, Any] = {
            name: [serializers.ErrorDetail(unknown_name(name, self.fields), "unknown-field")]
            for name in strangers
        }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**errors, **dict(error.detail)}) from error  # type: ignore[arg-type]  # super() raises mappings only
        if errors:
            raise serializers.ValidationError(errors)
        return values


class RefusalSerializer(serializers.Serializer[Any]):
    """The latest REGISTER that was refused, and why."""

    at = serializers.DateTimeField(help_text="When it came last.")
    rule = serializers.CharField(help_text="The rule that stopped it.")
    status = serializers.IntegerField(help_text="The SIP response that the phone got.")
    summary = serializers.CharField(help_text="What happened, in a sentence.")
    expected = serializers.CharField(help_text="What would have been right.")
    received = serializers.CharField(help_text="What came instead.")
    advice = serializers.CharField(help_text="What to do.")


class DriftSerializer(serializers.Serializer[Any]):
    """One thing in which the phone and its record do not agree."""

    rule = serializers.CharField(help_text="number, line, transport, digest-user, ...")
    text = serializers.CharField(help_text="What the phone does, and what the record says.")
    advice = serializers.CharField(help_text="What to do.")


class RegisteredContactSerializer(serializers.Serializer[Any]):
    """What the phone has registered."""

    line = serializers.IntegerField(help_text="The line of this record; 0: it is none of them.")
    number = serializers.CharField(help_text="The number that the phone registered.")
    contact = serializers.CharField(help_text="The URI that it registered.")
    transport = serializers.CharField(help_text="UDP or TCP.")
    address = serializers.CharField(help_text="Where it registered from.")
    user_agent = serializers.CharField(help_text="What the phone calls itself.")
    requested_expires = serializers.IntegerField(
        allow_null=True, help_text="Seconds that the phone asked for."
    )
    expires_at = serializers.DateTimeField(help_text="When it is given up.")


class RegistrationSerializer(serializers.Serializer[Any]):
    """Whether the phone is registered, as the SIP process wrote it last."""

    state = serializers.CharField(help_text="In the words of the phone's page: Registered, ...")
    since = serializers.DateTimeField(allow_null=True, help_text="Since when.")
    address = serializers.CharField(help_text="Address and port that the phone registered from.")
    transport = serializers.CharField(help_text="UDP or TCP.")
    contacts = serializers.ListField(
        child=serializers.CharField(), help_text="The URIs that the phone registered."
    )
    registered = RegisteredContactSerializer(
        many=True, help_text="Each contact beside the line of this record."
    )
    drifts = DriftSerializer(
        many=True, help_text="Where phone and record are not in step; empty: they are."
    )
    summary = serializers.CharField(help_text="What happened last, in a sentence.")
    refusal = RefusalSerializer(allow_null=True, help_text="Why the last REGISTER was refused.")


UNDONE_BY = serializers.IntegerField(
    read_only=True, allow_null=True, help_text="The revision that undid this one, if one did."
)
HistorySerializer = type(
    "HistorySerializer",
    (serializers.Serializer,),
    {
        **{
            field.name: field_of(field, read_only=True)
            for field in ChangeLog._meta.concrete_fields
        },
        "undone_by": UNDONE_BY,
    },
)


def serializer_of(page: Page) -> type[StrictSerializer]:
    """Make the serializer class for a page's records."""
    model = page.record_model
    made = fields_of(model, read_only=page.is_read_only)
    if model is Phone:
        for name in PRESELECTED:
            made[name] = field_of(field_named(model, name), note=STANDARD, required=False)
    for name in getattr(model, "LISTS", ()):
        made[name] = list_of(model, name)
    for name in getattr(model, "SECRETS", ()):
        made |= secret_of(model, name)
    made |= told_of(model)
    about = f"{page.title}: one record."
    return type(f"{model.__name__}Serializer", (StrictSerializer,), {**made, "__doc__": about})


def fields_of(model: type[Any], *, read_only: bool = False) -> dict[str, AnyField]:
    """Return the plain fields; only logs show the number that the database gave a row."""
    hidden = set(getattr(model, "SECRETS", ()))
    noted = getattr(model, "UNLOGGED", ())  # the product notes these by itself
    if issubclass(model, Record):
        hidden.add(model._meta.pk.name)
    return {
        field.name: field_of(field, read_only=read_only or field.name in noted)
        for field in model._meta.concrete_fields
        if field.name not in hidden
    }


def field_named(model: type[Record] | type[Row], name: str) -> "Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.name == name)


def list_of(model: type[Record], name: str) -> AnyField:
    """Return the field of one of the record's lists: keys, or objects with the rows' fields."""
    row = list_model(model, name)
    if is_reference(row):
        target = field_named(row, row_fields(row)[0])
        help_text = f"{target.help_text} Given by key. {REPLACED}"
        return serializers.ListField(
            child=Key(), required=False, default=list, help_text=help_text
        )
    fields = {field: _row_field(row, field) for field in row_fields(row)}
    about = f"{model._meta.verbose_name}: one of its {name}."
    name_of_class = f"{row.__name__}Serializer"
    made: Any = type(name_of_class, (StrictSerializer,), {**fields, "__doc__": about})
    rows: AnyField = made(many=True, required=False, default=list, help_text=REPLACED)
    return rows


def _row_field(row: type[Row], name: str) -> AnyField:
    field = field_named(row, name)
    if field.related_model is DirectoryNumber:
        about = "A directory number to be added, or to be given these fields, with the phone."
        members: dict[str, Any] = {**fields_of(DirectoryNumber), "__doc__": about}
        record = type("LineDirectoryNumberSerializer", (StrictSerializer,), members)
        return KeyOrRecord(
            record, allow_blank=True, help_text=str(field.help_text), label=str(field.verbose_name)
        )
    return field_of(field)


def secret_of(model: type[Record], name: str) -> dict[str, AnyField]:
    """Return the fields of a secret: one to write it, one that tells whether it is set."""
    field = field_named(model, name)
    made: dict[str, AnyField] = {
        f"has_{name}": serializers.BooleanField(
            read_only=True, help_text=f"Whether {field.verbose_name} is set."
        )
    }
    if field.editable:
        made[name] = Text(
            write_only=True,
            required=False,
            allow_blank=field.blank,
            help_text=f"{field.help_text} {KEPT if field.blank else NEEDED}",
            label=str(field.verbose_name),
        )
    return made


def told_of(model: type[Any]) -> dict[str, AnyField]:
    """Return what answers tell of a record besides its fields."""
    made: dict[str, AnyField] = {}
    if model is Phone:
        made["registration"] = RegistrationSerializer(
            read_only=True, help_text="What the SIP process knows of the phone."
        )
    if model is CallRecord:
        made["duration_s"] = serializers.IntegerField(
            read_only=True, help_text="Seconds from answer to end."
        )
    if model is ChangeLog:
        made["undone_by"] = UNDONE_BY
    if issubclass(model, Record):
        made["warnings"] = serializers.ListField(
            child=serializers.CharField(),
            read_only=True,
            required=False,
            help_text="What is allowed but will not work as it is. Not in lists of records.",
        )
    return made
