"""`python -m bench.imports FIRST COUNT`: adds phones as an import does, all in one transaction.

Each user, number and phone goes through the services with all rules and its entry in the change
log. Prints the seconds that it took, and the revision that it made.
"""

import sys
import time
from typing import TYPE_CHECKING

from bench import site

if TYPE_CHECKING:
    from django.db.models import Model


def main(first: int, count: int) -> None:
    import django

    django.setup()
    from ccmadmin.services.changes import current_revision, writing

    shared = site.phone_values()
    start = time.monotonic()
    with writing():
        for index in range(first, first + count):
            add(index, shared)
    print(time.monotonic() - start, current_revision())


def add(index: int, shared: "dict[str, Model]") -> None:
    from ccmadmin.models import DirectoryNumber, EndUser, Phone
    from ccmadmin.services import records
    from ccmadmin.services.changes import Actor

    actor = Actor(user="bench", source="import")
    user = EndUser(userid=site.number(index), last_name=site.number(index))
    user.digest_credentials = site.password(index)
    records.save(user, actor=actor)
    number = DirectoryNumber(number=site.number(index))
    records.save(number, actor=actor)
    phone = Phone(name=site.device(index), digest_user=user, **shared)
    lines = [{"index": 1, "directory_number": number}]
    records.save(phone, actor=actor, lists={"lines": lines})


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
