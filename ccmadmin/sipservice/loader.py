"""Reads configuration as plain rows: all of it at the start, some of it by primary key after.

Runs outside the loop's thread and returns values, never a QuerySet. Nothing is locked: what is
read may be newer than the revision that it is filed under, and the change that made it so is then
read again, which changes nothing.
"""

from collections.abc import Collection, Hashable
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast

from ccmadmin import models
from ccmadmin.models import fields, parameters
from ccmadmin.sipservice.rows import (
    Button,
    Delta,
    ModelRow,
    NumberRow,
    PartitionRow,
    PhoneRow,
    PhoneSetup,
    SipProfileRow,
    SpaceRow,
    UserRow,
)
from ccmadmin.sipservice.tables import Tables
from ccmadmin.sipservice.vault import Vault
from sipcore.message import Limits
from sipcore.ports import SecurityProfileRecord, Settings

Ids = Collection[int] | None
"""Primary keys; None stands for all."""
V = TypeVar("V", bound=Hashable)

CHUNK = 5000
TRANSPORTS = {
    "UDP": frozenset({"UDP"}),
    "TCP": frozenset({"TCP"}),
    "TCP+UDP": frozenset({"UDP", "TCP"}),
}


class Same(Protocol):
    """Returns one object for equal values."""

    def __call__(self, value: V, /) -> V: ...


def load_tables() -> Tables:
    """Read everything. The revision is read first: what changes meanwhile is read again."""
    revision = read_revision()
    settings = read_settings()
    same = one_for_equals()
    tables = Tables()
    tables.apply(
        Delta(
            revision=revision,
            settings=settings,
            users=read_users(None, settings.realm, same),
            phones=read_phones(None, same),
            numbers=read_numbers(None, same),
            partitions=read_partitions(None),
            spaces=read_spaces(None),
            security_profiles=read_security_profiles(None),
            sip_profiles=read_sip_profiles(None),
            models=read_models(None),
        )
    )
    return tables


def one_for_equals() -> Same:
    """Let what is equal take its memory once.

    Keys of users, phones and numbers run in parallel, and name each other; a phone that knows no
    authorization ID has its number for a user ID; and most phones are set up in the same way. Of
    100,000 phones that is 35 MB.
    """
    known: dict[Hashable, Any] = {}

    def same(value: V) -> V:
        first: V = known.setdefault(value, value)
        return first

    return same


def read_revision() -> int:
    latest = models.ChangeLog.objects.aggregate(latest=Max("sequence"))["latest"]
    return latest or 0


def read_settings() -> Settings:
    stored = dict(models.ServiceParameter.objects.values_list("name", "value"))

    def value(name: str) -> Any:
        parameter = parameters.SERVICE_PARAMETERS[name]
        return parameter.read(stored.get(name, parameter.default))

    return Settings(
        realm=value(parameters.REALM),
        keepalive_interval_s=value(parameters.KEEPALIVE_INTERVAL),
        keepalive_grace_s=value(parameters.KEEPALIVE_GRACE),
        callmanager_answers=value(parameters.CALLMANAGER_ANSWERS),
        alerting_timeout_s=value(parameters.ALERTING_TIMER) // 1000,
        session_expires_s=value(parameters.SESSION_EXPIRES),
        min_se_s=value(parameters.MIN_SE),
        limits=Limits(
            message_octets=value(parameters.MESSAGE_SIZE),
            header_count=value(parameters.MESSAGE_HEADERS),
            header_octets=value(parameters.HEADER_SIZE),
            uri_octets=value(parameters.URI_SIZE),
        ),
    )


# -- users ---------------------------------------------------------------------------------------


def read_users(ids: Ids, realm: str, same: Same | None = None) -> dict[int, UserRow]:
    """Leave the secrets sealed; H(A1) is derived when it is asked for."""
    # Cast, so that they come as they are stored.
    token = Cast("digest_credentials", TextField())
    users = chosen(models.EndUser.objects.all(), ids).values_list("pk", "userid", token)
    vault = Vault(fields.cipher(), realm)
    same = same or one_for_equals()
    found = {}
    for number, userid, secret in users.iterator(chunk_size=CHUNK):
        row = UserRow(same(userid), secret.encode(), vault) if secret else UserRow(same(userid))
        found[same(number)] = row
    return found


# -- phones and numbers --------------------------------------------------------------------------


def read_phones(ids: Ids, same: Same | None = None) -> dict[int, PhoneRow]:
    rows = chosen(models.Phone.objects.all(), ids).values_list(
        "pk",
        "name",
        "digest_user_id",
        "phone_model_id",
        "phone_security_profile_id",
        "sip_profile_id",
        "calling_search_space_id",
        "is_active",
        "rerouting_calling_search_space_id",
    )
    same = same or one_for_equals()
    lines = read_lines(ids, same)
    found = {}
    for number, name, user, *values in rows.iterator(chunk_size=CHUNK):
        own = lines.pop(number, ())
        number_ids = tuple([line.number_id for line in own])
        displays = same(tuple([line.display for line in own]))
        buttons = tuple([line.button for line in own])
        setup = same(PhoneSetup._make((*values, buttons)))
        user_id = None if user is None else same(user)
        found[same(number)] = PhoneRow(name, user_id, number_ids, displays, setup)
    return found


class Line(NamedTuple):
    number_id: int
    display: str
    button: Button


def read_lines(ids: Ids, same: Same) -> dict[int, list[Line]]:
    """Return the lines by phone, in the order of its buttons."""
    rows = models.LineAppearance.objects.order_by("phone_id", "index")
    if ids is not None:
        rows = rows.filter(phone_id__in=ids)
    values = rows.values_list(
        "phone_id",
        "directory_number_id",
        "display",
        "index",
        "maximum_number_of_calls",
        "busy_trigger",
    )
    lines: dict[int, list[Line]] = {}
    for phone, number_id, display, *button in values.iterator(chunk_size=CHUNK):
        line = Line(same(number_id), display, Button(*button))
        lines.setdefault(phone, []).append(line)
    return lines


def read_numbers(ids: Ids, same: Same | None = None) -> dict[int, NumberRow]:
    same = same or one_for_equals()
    rows = chosen(models.DirectoryNumber.objects.all(), ids).values_list(
        "pk",
        "number",
        "route_partition_id",
        "alerting_name",
        "calling_search_space_id",
        "is_active",
    )
    return {
        same(number): NumberRow(same(text), *values)
        for number, text, *values in rows.iterator(chunk_size=CHUNK)
    }


# -- what phones and numbers share ---------------------------------------------------------------


def read_partitions(ids: Ids) -> dict[int, PartitionRow]:
    rows = chosen(models.RoutePartition.objects.all(), ids).values_list("pk", "name")
    return {number: PartitionRow(name) for number, name in rows}


def read_spaces(ids: Ids) -> dict[int, SpaceRow]:
    members = models.CallingSearchSpaceMember.objects.order_by("position")
    if ids is not None:
        members = members.filter(calling_search_space_id__in=ids)
    partitions: dict[int, list[int]] = {}
    for space, partition in members.values_list("calling_search_space_id", "partition_id"):
        partitions.setdefault(space, []).append(partition)
    rows = chosen(models.CallingSearchSpace.objects.all(), ids).values_list("pk", "name")
    return {number: SpaceRow(name, tuple(partitions.get(number, ()))) for number, name in rows}


def read_security_profiles(ids: Ids) -> dict[int, SecurityProfileRecord]:
    rows = chosen(models.PhoneSecurityProfile.objects.all(), ids).values_list(
        "pk",
        "name",
        "transport_type",
        "enable_digest_authentication",
        "digest_algorithm",
        "nonce_validity_time",
    )
    return {
        number: SecurityProfileRecord(name, TRANSPORTS.get(transport, frozenset()), *rest)
        for number, name, transport, *rest in rows
    }


def read_sip_profiles(ids: Ids) -> dict[int, SipProfileRow]:
    rows = chosen(models.SipProfile.objects.all(), ids)
    columns = rows.values_list("pk", "name", "disable_early_media_on_180")
    return {number: SipProfileRow(*values) for number, *values in columns}


def read_models(ids: Ids) -> dict[int, ModelRow]:
    rows = chosen(models.PhoneModel.objects.all(), ids)
    return {
        number: ModelRow(*values)
        for number, *values in rows.values_list("pk", "name", "supports_video")
    }


def chosen(rows: QuerySet[Any], ids: Ids) -> QuerySet[Any]:
    return rows.order_by() if ids is None else rows.order_by().filter(pk__in=ids)
