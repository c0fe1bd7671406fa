"""A site to try the product with: three users, three phones, one line that two of them share."""

import secrets
from dataclasses import dataclass

from ccmadmin.models import EndUser, Phone, ServiceParameter
from ccmadmin.models.parameters import REALM
from ccmadmin.services import records
from ccmadmin.services.changes import Actor, writing
from ccmadmin.services.phones import registrars
from ccmadmin.services.setup import load, read_fixture

ACTOR = Actor(user="demo", source="command")


@dataclass(frozen=True)
class PhoneSettings:
    """What is to be entered in a phone; the password is told only by the run that made it."""

    phone: str
    model: str
    userid: str
    password: str
    numbers: tuple[str, ...]
    realm: str
    registrar: str


def install() -> list[PhoneSettings]:
    """Add the site and return what to enter in its phones; [] when it is there already."""
    entries = read_fixture("sample_site")
    userids = [
        row["userid"] for entry in entries if entry.get("amend") for row in entry["records"]
    ]
    with writing():
        if EndUser.objects.filter(userid__in=userids).exists():
            return []
        for entry in entries:
            load(entry, actor=ACTOR)
        return [_make_password(EndUser.by_key(userid)) for userid in userids]


def _make_password(user: EndUser) -> PhoneSettings:
    user.digest_credentials = secrets.token_hex(8)
    records.save(user, actor=ACTOR, comment="Digest credentials for the sample site")
    phone = Phone.objects.select_related("phone_model").get(digest_user=user)
    lines = phone.lines.order_by("index")
    return PhoneSettings(
        phone=phone.name,
        model=phone.phone_model.name,
        userid=user.userid,
        password=user.digest_credentials,
        numbers=tuple(lines.values_list("directory_number__number", flat=True)),
        realm=str(ServiceParameter.read(REALM)),
        registrar=next(iter(registrars(phone)), ""),
    )
