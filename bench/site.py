"""A site of many phones: phone i has number, user ID and password `number(i)`.

The records that all share are made by the services, as everywhere. The phones themselves, their
users and their numbers go into the tables by plain INSERTs of model objects: 100,000 of them
through `services.records` would take a quarter of an hour. So nothing of them is in the change
log, and the rules are not asked. This is for benchmarks only; the models' guard, which stops code
from writing around the services, is not opened for it.

As a program, in the data folder that the environment names:

    python -m bench.site make PHONES digest|open    databases and phones
    python -m bench.site bind PHONES PORT           a fresh binding for each, instead of all others
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

FIRST_NUMBER = 1_000_000
REALM = "ccmsipline"
MODEL = "Third-party SIP Device (Basic)"
ROWS_AT_ONCE = 10_000
SPARE_PHONES = 50_000
"""What rows that add phones find in the license."""


def number(index: int) -> str:
    return str(FIRST_NUMBER + index)


def password(index: int) -> str:
    return f"secret{index}"


def device(index: int) -> str:
    return f"SEP{FIRST_NUMBER + index:012d}"


def insert(rows: "Iterable[Model]") -> None:
    """Write model objects that have their primary keys, all of one model, in one transaction."""
    from django.db import connections, router, transaction

    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    model = type(first)
    connection = connections[router.db_for_write(model)]
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})"

    def stored(row: "Model") -> list[Any]:
        values = ((field, getattr(row, field.attname)) for field in fields)
        return [field.get_db_prep_save(value, connection) for field, value in values]

    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        batch = [first, *islice(rows, ROWS_AT_ONCE - 1)]
        while batch:
            cursor.executemany(sql, [stored(row) for row in batch])
            batch = list(islice(rows, ROWS_AT_ONCE))


def prepare(phones: int, *, is_digest: bool) -> None:
    """Make databases and keys, what a fresh installation has, and what the phones share."""
    from django.conf import settings
    from django.core.management import call_command

    from ccmadmin.models import LicenseGrant, PhoneSecurityProfile
    from ccmadmin.services import records, setup
    from ccmadmin.services.changes import Actor

    actor = Actor(user="bench", source="command")
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, skip_checks=True)
    setup.make_key_file()
    setup.install()
    units = 3 * (phones + SPARE_PHONES)
    records.save(LicenseGrant(name="Bench", units=units), actor=actor)
    profile = PhoneSecurityProfile(name="Bench", enable_digest_authentication=is_digest)
    records.save(profile, actor=actor)


def add_phones(indexes: Sequence[int]) -> None:
    """Write users, numbers, phones and lines, in that order."""
    from ccmadmin import models

    shared = phone_values()
    insert(
        models.EndUser(
            pk=FIRST_NUMBER + i,
            userid=number(i),
            last_name=number(i),
            digest_credentials=password(i),
        )
        for i in indexes
    )
    insert(models.DirectoryNumber(pk=FIRST_NUMBER + i, number=number(i)) for i in indexes)
    insert(
        models.Phone(
            pk=FIRST_NUMBER + i,
            name=device(i),
            description=device(i),
            digest_user_id=FIRST_NUMBER + i,
            **shared,
        )
        for i in indexes
    )
    insert(
        models.LineAppearance(
            pk=FIRST_NUMBER + i,
            phone_id=FIRST_NUMBER + i,
            index=1,
            directory_number_id=FIRST_NUMBER + i,
        )
        for i in indexes
    )


def phone_values() -> dict[str, "Model"]:
    """Return the records that every phone refers to."""
    from ccmadmin import models

    return {
        "phone_model": models.PhoneModel.by_key(MODEL),
        "device_pool": models.DevicePool.by_key("Default"),
        "phone_button_template": models.PhoneButtonTemplate.objects.get(
            phone_model__name=MODEL, is_standard=True
        ),
        "common_phone_profile": models.CommonPhoneProfile.by_key("Standard Common Phone Profile"),
        "location": models.Location.by_key("Hub_None"),
        "phone_security_profile": models.PhoneSecurityProfile.by_key("Bench"),
        "sip_profile": models.SipProfile.by_key("Standard SIP Profile"),
    }


def bind(indexes: Sequence[int], port: int) -> None:
    """Write a binding for each phone, as if it had registered a moment ago; they last an hour.

    `port` is the server's: one that starts again listens where it did before.
    """
    from ccmadmin.models import Binding

    now = datetime.now(UTC)
    Binding.objects.all().delete()
    insert(
        Binding(
            pk=FIRST_NUMBER + i,
            node="node-1",
            phone=device(i),
            number=number(i),
            contact=f"sip:{number(i)}@127.0.0.1:{20000 + i % 400}",
            transport="UDP",
            local_host="127.0.0.1",
            local_port=port,
            remote_host="127.0.0.1",
            remote_port=20000 + i % 400,
            call_id=f"{number(i)}@bench",
            cseq=1,
            user_agent="ccmadmin bench",
            requested_expires=120,
            registered_at=now,
            refreshed_at=now,
            expires_at=now + timedelta(hours=1),
        )
        for i in indexes
    )


def main(what: str, phones: str, more: str) -> None:
    """`more` is the port for "bind", and "digest" or "open" for "make"."""
    import django

    django.setup()
    indexes = range(int(phones))
    if what == "bind":
        bind(indexes, int(more))
        return
    prepare(len(indexes), is_digest=more == "digest")
    add_phones(indexes)


if __name__ == "__main__":
    main(*sys.argv[1:])
