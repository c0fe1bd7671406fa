"""Reads configuration as plain rows: all of it at the start, some of it by primary key after.

Runs outside the loop's thread and returns values, never a QuerySet. Nothing is locked: what is
read may be newer than the revision that it is filed under, and the change that made it so is then
read again, which changes nothing.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast

from ccmadmin import models
from ccmadmin.models import fields, parameters
from ccmadmin.sipservice.derived import Derived
from ccmadmin.sipservice.rows import (
    Delta,
    LineRow,
    ModelRow,
    NumberRow,
    PartitionRow,
    PhoneRow,
    SipProfileRow,
    SpaceRow,
)
from ccmadmin.sipservice.tables import Tables
from sipcore.message import Limits
from sipcore.ports import SecurityProfileRecord, Settings, UserRecord

log = logging.getLogger(__name__)

Ids = Collection[int] | None
"""Primary keys; None stands for all."""
Same = Callable[[int], int]
"""Returns one object for equal numbers."""

CHUNK = 5000
TRANSPORTS = {
    "UDP": frozenset({"UDP"}),
    "TCP": frozenset({"TCP"}),
    "TCP+UDP": frozenset({"UDP", "TCP"}),
}


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
    """Share numbers: keys of users, phones and numbers run in parallel, and name each other.

    Of 100,000 phones that is 12 MB.
    """
    known: dict[int, int] = {}
    return lambda number: known.setdefault(number, number)


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


def read_users(ids: Ids, realm: str, same: Same = int) -> dict[int, UserRecord]:
    """Derive H(A1) of every algorithm; the clear text does not outlive this function."""
    # Cast, so that one secret that cannot be decrypted does not take all users with it.
    token = Cast("digest_credentials", TextField())
    users = chosen(models.EndUser.objects.all(), ids).values_list("pk", "userid", token)
    cipher = fields.cipher()
    found = {}
    for number, userid, secret in users.iterator(chunk_size=CHUNK):
        try:
            password = cipher.decrypt(secret).decode() if secret else ""
        except InvalidToken:
            log.error("the Digest Credentials of %s do not fit the key file", userid)
            password = ""
        found[same(number)] = UserRecord(
            userid, Derived(userid, realm, password) if password else {}
        )
    return found


# -- phones and numbers --------------------------------------------------------------------------


def read_phones(ids: Ids, same: Same = int) -> dict[int, PhoneRow]:
    lines: dict[int, list[LineRow]] = {}
    for phone, button, number_id, *line in line_rows(ids):
        lines.setdefault(phone, []).append(LineRow(button, same(number_id), *line))
    rows = chosen(models.Phone.objects.all(), ids).values_list(
        "pk",
        "rerouting_calling_search_space_id",
        "digest_user_id",
        "calling_search_space_id",
        "is_active",
        "name",
        "phone_model_id",
        "phone_security_profile_id",
        "sip_profile_id",
    )
    found = {}
    for number, rerouting, user, space, is_active, *values in rows.iterator(chunk_size=CHUNK):
        user_id = None if user is None else same(user)
        own_lines = tuple(lines.get(number, ()))
        row = (*values, user_id, space, is_active, own_lines, rerouting)
        found[same(number)] = PhoneRow._make(row)
    return found


def line_rows(ids: Ids) -> Iterator[tuple[Any, ...]]:
    lines = models.LineAppearance.objects.order_by("phone_id", "index")
    if ids is not None:
        lines = lines.filter(phone_id__in=ids)
    columns = ("index", "directory_number_id", "display", "maximum_number_of_calls")
    return lines.values_list("phone_id", *columns, "busy_trigger").iterator(chunk_size=CHUNK)


def read_numbers(ids: Ids, same: Same = int) -> dict[int, NumberRow]:
    rows = chosen(models.DirectoryNumber.objects.all(), ids).values_list(
        "pk",
        "number",
        "route_partition_id",
        "alerting_name",
        "calling_search_space_id",
        "is_active",
    )
    return {
        same(number): NumberRow(*values) for number, *values in rows.iterator(chunk_size=CHUNK)
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
