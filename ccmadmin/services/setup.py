"""What a fresh installation contains: the records of `fixtures/`, a key file, an administrator.

Everything here can run again at any time and then changes nothing.
"""

import json
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings

from ccmadmin.models import (
    ApplicationUser,
    CallManager,
    CallManagerGroup,
    EnterpriseParameter,
    Record,
    ServiceParameter,
)
from ccmadmin.models.fields import cipher
from ccmadmin.services import records
from ccmadmin.services.changes import Actor, current_revision, writing

FIXTURES: Path = settings.BASE_DIR / "fixtures"
FILES = ("device", "system", "usermgmt")
FIRST_ADMINISTRATOR = "ccmadministrator"
SUPER_USERS = "Standard CCM Super Users"
ACTOR = Actor(user="setup", source="command")


def make_key_file() -> bool:
    """Make the key file that encrypts secrets unless there is one; then check that one.

    Raises `CredentialKeyError` for a file that cannot be used.
    """
    path = Path(settings.CREDENTIAL_KEY_FILE)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        cipher()
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
    return True


def install() -> str | None:
    """Write the records of a fresh installation that are missing.

    Returns the password of the first administrator when this run has made it, and never again.
    """
    with writing():
        is_first = current_revision() == 0
        if is_first:
            _make_node()
        for name in FILES:
            for entry in read_fixture(name):
                if is_first or _is_standard(entry):
                    load(entry, actor=ACTOR, standard=True)
        _make_parameters()
        return _make_administrator()


def read_fixture(name: str) -> list[dict[str, Any]]:
    """Return the entries of a file: each names a model and has `records`, as documents."""
    entries: list[dict[str, Any]] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return entries


def load(entry: Mapping[str, Any], *, actor: Actor, standard: bool = False) -> None:
    """Write an entry's records; `standard` ones that exist are left alone.

    An entry with `amend` changes records that exist instead of adding any.
    """
    model: type[Record] = apps.get_model("ccmadmin", entry["model"])
    for values in entry["records"]:
        key = values[model.KEY]
        if standard and model.lookup(key).exists():
            continue
        record = model.by_key(key) if entry.get("amend") else model()
        lists = {name: values[name] for name in model.LISTS if name in values}
        records.assign(record, {name: values[name] for name in values if name not in lists})
        if standard and any(field.name == "is_standard" for field in model._meta.fields):
            setattr(record, "is_standard", True)  # noqa: B010 - not every Record has the field
        records.save(record, actor=actor, lists=lists, standard=standard)


def _is_standard(entry: Mapping[str, Any]) -> bool:
    """Whether the records belong to the product; others (the starter grant) may be deleted."""
    return hasattr(apps.get_model("ccmadmin", entry["model"]), "is_standard")


def _make_node() -> None:
    """Describe this machine as the first node, and put it into the group Default."""
    _, _, port = settings.SIP_LISTEN[0].rpartition(":")
    node = CallManager(
        name=settings.NODE_NAME,
        description="This machine",
        host_name=own_address(),
        sip_phone_port=int(port),
    )
    records.save(node, actor=ACTOR)
    group = CallManagerGroup(name="Default", is_standard=True)
    records.save(group, actor=ACTOR, lists={"members": [node]}, standard=True)


def own_address() -> str:
    """Return what phones can reach this machine by; a name without a domain mostly cannot be.

    The address that the SIP server listens on; else the full name; else that of the way out.
    """
    listen: str = settings.SIP_LISTEN[0]
    host = listen.removeprefix("udp:").removeprefix("tcp:").rpartition(":")[0]
    name = os.uname().nodename
    if host and host != "0.0.0.0" and ":" not in host:  # noqa: S104 - compared, not listened on
        return host
    if "." in name:
        return name
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
            way_out.connect(("192.0.2.1", 9))  # RFC 5737; connecting sends nothing over UDP
            return str(way_out.getsockname()[0])
    except OSError:  # no network
        return name


def _make_parameters() -> None:
    for model in (ServiceParameter, EnterpriseParameter):
        known = set(model.objects.values_list("name", flat=True))
        for parameter in model.REGISTRY.values():
            if parameter.name not in known:
                row = model(name=parameter.name, value=parameter.default)
                records.save(row, actor=ACTOR)


def _make_administrator() -> str | None:
    if ApplicationUser.objects.exists():
        return None
    user = ApplicationUser(userid=FIRST_ADMINISTRATOR)
    password = new_password()
    user.set_secret("password", password)
    records.save(user, actor=ACTOR, lists={"groups": [SUPER_USERS]})
    return password


def new_password() -> str:
    return secrets.token_urlsafe(12)
