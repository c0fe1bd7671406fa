"""People, spare numbers, a past: what the pages show of a site of many phones, besides the phones.

`python -m bench.office PHONES`, in the data folder that the environment names, after
`bench.site make` and `bench.site bind`: names and departments of the users, descriptions of the
phones, a fifth more numbers than phones, the registration of every phone and the entry in the
change log of every record, as an import would have left it.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench import site

if TYPE_CHECKING:
    from ccmadmin.models import ChangeLog, RegistrationAttempt

FIRST_NAMES = ("Anna", "Bao", "Carla", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivan", "José")
LAST_NAMES = ("Adler", "Berg", "Costa", "Dahl", "Eriksen", "Farkas", "Grimm", "Hansen", "Ito")
DEPARTMENTS = ("Sales", "Support", "Finance", "Engineering", "Warehouse", "Board", "Reception")
PARTITION = "PT_Internal"
FREE_PK = 100_000_000
"""Beyond what the rows that ran before have added."""
ADMINISTRATOR, PASSWORD = "bench", "bench-Visits-the-pages"


def first_name(index: int) -> str:
    return FIRST_NAMES[index % len(FIRST_NAMES)]


def last_name(index: int) -> str:
    """Return a name that about ten people share."""
    return f"{LAST_NAMES[index % len(LAST_NAMES)]}{index // 90:04d}"


def description(index: int) -> str:
    return f"{first_name(index)} {last_name(index)}, room {index % 997}"


def name_people(phones: int) -> None:
    """Give users and phones their names: plain UPDATEs, as `site` writes plain INSERTs."""
    from django.db import connection, transaction

    people = [
        (first_name(i), last_name(i), DEPARTMENTS[i % len(DEPARTMENTS)], site.FIRST_NUMBER + i)
        for i in range(phones)
    ]
    labels = [(description(i), site.FIRST_NUMBER + i) for i in range(phones)]
    names = "first_name = %s, last_name = %s, department = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"UPDATE ccmadmin_enduser SET {names} WHERE id = %s", people)
        cursor.executemany("UPDATE ccmadmin_phone SET description = %s WHERE id = %s", labels)


def add_spare_numbers(phones: int) -> None:
    """Add numbers that no phone carries, in a partition."""
    from ccmadmin.models import DirectoryNumber, RoutePartition
    from ccmadmin.services import records
    from ccmadmin.services.changes import Actor

    partition = RoutePartition(name=PARTITION)
    records.save(partition, actor=Actor(user="bench", source="command"))
    first = site.FIRST_NUMBER + phones
    site.insert(
        DirectoryNumber(
            pk=FREE_PK + i,
            number=f"5{first + i}",
            route_partition=partition,
            description=f"Spare {i}",
        )
        for i in range(phones // 5)
    )


def add_administrator() -> None:
    """Add who visits the pages."""
    from ccmadmin.models import ApplicationUser
    from ccmadmin.services import records
    from ccmadmin.services.changes import Actor

    user = ApplicationUser(userid=ADMINISTRATOR)
    user.set_secret("password", PASSWORD)
    groups = {"groups": ["Standard CCM Super Users"]}
    records.save(user, actor=Actor(user="bench", source="command"), lists=groups)


def changes(phones: int) -> "Iterator[ChangeLog]":
    """Make the entry of each record that an import adds."""
    from ccmadmin import models
    from ccmadmin.services import records

    start = datetime.now(UTC) - timedelta(days=1)
    sequence = records.current_revision()
    named = (
        (models.EndUser, site.number),
        (models.DirectoryNumber, site.number),
        (models.Phone, site.device),
    )
    for model, key_of in named:
        sample: Any = model.by_key(key_of(0))
        after = records.document(sample)
        for i in range(phones):
            sequence += 1
            yield models.ChangeLog(
                sequence=sequence,
                at=start + timedelta(milliseconds=i),
                user="bench",
                source="import",
                request_id="bench",
                model=model.__name__,
                key=key_of(i),
                action="create",
                after=after,
            )


def attempts(phones: int) -> "Iterator[RegistrationAttempt]":
    """Make the latest REGISTER of each phone."""
    from ccmadmin.models import RegistrationAttempt

    now = datetime.now(UTC)
    for i in range(phones):
        yield RegistrationAttempt(
            pk=FREE_PK + i,
            node="node-1",
            at=now,
            last_at=now,
            outcome="accepted",
            rule="20.3",
            status=200,
            summary="Registered.",
            phone=site.device(i),
            userid=site.number(i),
            number=site.number(i),
            transport="UDP",
            remote_host="127.0.0.1",
            remote_port=20000 + i % 400,
        )


def main(phones: int) -> None:
    import django

    django.setup()
    name_people(phones)
    add_spare_numbers(phones)
    add_administrator()
    site.insert(changes(phones))
    site.insert(attempts(phones))


if __name__ == "__main__":
    main(int(sys.argv[1]))
