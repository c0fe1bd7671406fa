"""The whole site of a third-party phone in one go: Table C-2, steps 2 and 4 to 8.

User, directory numbers, phone with its lines, Digest User and device association are written in
one transaction through `records`, or nothing is; every error comes back at once, under its path:
"end_user.userid", "phone.device_pool", "lines.0.number".
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DirectoryNumber, EndUser, Phone, PhoneModel
from ccmadmin.models.router import CONFIGURATION_ALIAS
from ccmadmin.services import records
from ccmadmin.services.changes import Actor, writing
from ccmadmin.services.phones import preselected

Values = Mapping[str, Any]

CREDENTIALS = "digest_credentials"
# Neither 0 nor O, neither 1 nor l: most phones have nothing but a keypad to type it on.
LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"
CREDENTIALS_LENGTH = 16
NUMBER_FIELDS = ("number", "route_partition")
LOCALLY_ADMINISTERED = "02"


@dataclass(frozen=True)
class PhoneSite:
    """What was written; `credentials` only when this run made them up, and never again."""

    phone: Phone
    user: EndUser
    credentials: str = field(default="", repr=False)


@dataclass
class Faults:
    """The errors of all parts, by path; each part is undone by itself when it fails."""

    found: dict[str, list[ValidationError]] = field(default_factory=dict)

    @contextmanager
    def under(self, path: str) -> Iterator[None]:
        try:
            with transaction.atomic(using=CONFIGURATION_ALIAS):
                yield
        except ValidationError as error:
            self.take(path, error)

    def take(self, path: str, error: ValidationError) -> None:
        by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, errors in by_field.items():
            self.found.setdefault(place_of(path, name), []).extend(errors)


def place_of(path: str, name: str) -> str:
    """Return where an error of a part stands in the request."""
    if name in ("", NON_FIELD_ERRORS):
        return path
    if name.startswith("lines."):  # of the phone's list, which is the request's own
        return name.replace(".directory_number", ".number").removesuffix(".index")
    return f"{path}.{name}"


def add(
    *,
    end_user: Values,
    phone: Values,
    lines: Sequence[Values],
    actor: Actor,
    generate: bool = False,
    comment: str = "",
) -> PhoneSite:
    """Add the phone with everything that it needs to register.

    The user may exist, and gets the values that are named; so may a number that is on no phone,
    or whose line `is_shared`. A phone without a name gets one that no other has; what is left
    out of it is what the page of a new phone would fill in. With `generate` the user's digest
    credentials are made up. Raises a ValidationError that holds every error by path.
    """
    faults = Faults()
    credentials = new_credentials() if generate else ""
    with writing():
        user = _user({**end_user, **({CREDENTIALS: credentials} if generate else {})})
        with faults.under("end_user"):
            _save_user(user, end_user, credentials, actor, comment)
        numbers = [
            _number(line, f"lines.{at}", faults, actor, comment) for at, line in enumerate(lines)
        ]
        if not lines:
            faults.take(
                "lines", ValidationError(_("Enter at least one directory number."), "none")
            )
        made = Phone()
        with faults.under("phone"):
            made = _phone(phone, [number.number for number in numbers])
            made.digest_user = user if user.pk else None
            pairs = enumerate(zip(lines, numbers, strict=True), 1)
            appearances = [_appearance(index, *pair) for index, pair in pairs]
            kept = appearances if all(number.pk for number in numbers) else []
            records.save(made, actor=actor, lists={"lines": kept}, comment=comment)
        _check(made, user, faults)
        if faults.found:
            raise ValidationError(faults.found)
        associate(phone=made, user=user, actor=actor, comment=comment)
    return PhoneSite(made, user, credentials)


def associate(*, phone: Phone, user: EndUser, actor: Actor, comment: str = "") -> None:
    """Let the user control the phone, beside those that the user controls already."""
    controlled = set(user.controlled_devices.values_list("phone__name", flat=True))
    lists = {"controlled_devices": sorted(controlled | {phone.name})}
    records.save(user, actor=actor, lists=lists, comment=comment)


def set_digest_user(*, phone: Phone, user: EndUser, actor: Actor, comment: str = "") -> None:
    """Make the user the phone's Digest User; refused while another phone has that user."""
    other = user.digest_phones.exclude(pk=phone.pk).first()
    if other is not None:
        raise taken(user, other)
    phone.digest_user = user
    records.save(phone, actor=actor, comment=comment)


def renew_credentials(*, user: EndUser, actor: Actor, comment: str = "") -> str:
    """Give the user made-up digest credentials and return them, for this once."""
    credentials = new_credentials()
    user.set_secret(CREDENTIALS, credentials)
    records.save(user, actor=actor, comment=comment)
    return credentials


def new_credentials() -> str:
    """Return 80 random bits that can be typed on a phone's keypad."""
    return "".join(secrets.choice(LETTERS) for _letter in range(CREDENTIALS_LENGTH))


# -- the parts -----------------------------------------------------------------------------------


def _user(values: Values) -> EndUser:
    return EndUser.lookup(str(values.get("userid", ""))).first() or EndUser()


def _save_user(
    user: EndUser, values: Values, credentials: str, actor: Actor, comment: str
) -> None:
    """Give a user that exists only what was filled in: an empty field takes nothing away."""
    given = {name: value for name, value in values.items() if value or not user.pk}
    if not given.get(CREDENTIALS):
        given.pop(CREDENTIALS, None)
    records.assign(user, {**given, **({CREDENTIALS: credentials} if credentials else {})})
    records.save(user, actor=actor, comment=comment)


def _number(
    line: Values, path: str, faults: Faults, actor: Actor, comment: str
) -> DirectoryNumber:
    """Return the number that the line names, added if there is none; unsaved after an error."""
    made = DirectoryNumber()
    with faults.under(path):
        records.assign(made, {name: line.get(name) or None for name in NUMBER_FIELDS})
        made.number = made.number or ""
        found = DirectoryNumber.objects.matching(made.number, made.route_partition_id).first()
        if found is not None:
            _refuse_taken(found, bool(line.get("is_shared")))
            return found
        made.full_clean()
        if not made.can_register:
            text = _("“%(number)s” cannot be registered by a phone. Use digits only.")
            error = ValidationError(text, "digits", {"number": made.number})
            raise ValidationError({"number": error})
        records.save(made, actor=actor, comment=comment)
    return made


def _refuse_taken(number: DirectoryNumber, is_shared: bool) -> None:
    names = list(number.appearances.values_list("phone__name", flat=True)[:5])
    if names and not is_shared:
        text = _(
            "%(number)s is on %(phones)s already. Choose another number, or tick Shared Line to "
            "let both phones ring."
        )
        params = {"number": number, "phones": ", ".join(names)}
        raise ValidationError({"number": ValidationError(text, "shared", params)})


def _appearance(index: int, line: Values, number: DirectoryNumber) -> dict[str, Any]:
    rest = {
        name: value
        for name, value in line.items()
        if name not in (*NUMBER_FIELDS, "is_shared") and value != ""
    }
    return {**rest, "index": index, "directory_number": number}


def _phone(values: Values, numbers: Sequence[str]) -> Phone:
    phone_model = PhoneModel.lookup(str(values.get("phone_model") or "")).first()
    given = {name: value for name, value in values.items() if value != ""}
    fitting = preselected(phone_model) if phone_model is not None else {}
    phone = Phone()
    records.assign(phone, {**fitting, **given})
    phone.name = phone.name or free_name(numbers)
    return phone


def free_name(numbers: Sequence[str]) -> str:
    """Make up a device name: the phone never sends it, so it may as well tell the number.

    Of the MAC addresses that no maker hands out, so that no real phone can have it.
    """
    digits = "".join(letter for letter in "".join(numbers[:1]) if letter in "0123456789")
    name = f"SEP{LOCALLY_ADMINISTERED}{digits[-10:]:0>10}"
    while Phone.objects.filter(name=name).exists():
        name = f"SEP{LOCALLY_ADMINISTERED}{secrets.token_hex(5).upper()}"
    return name


def _check(phone: Phone, user: EndUser, faults: Faults) -> None:
    """Refuse what could be saved but would leave a phone that cannot register."""
    if not user.pk:
        return
    other = user.digest_phones.exclude(pk=phone.pk).first()
    if other is not None:
        faults.take("end_user", ValidationError({"userid": taken(user, other)}))
    profile = phone.phone_security_profile if phone.phone_security_profile_id else None
    verifies = profile is not None and profile.enable_digest_authentication
    if verifies and not user.digest_credentials:
        text = _("“%(profile)s” verifies the password: enter one, or have it generated.")
        error = ValidationError(text, "credentials", {"profile": profile})
        faults.take("end_user", ValidationError({CREDENTIALS: error}))


def taken(user: EndUser, other: Phone) -> ValidationError:
    text = _(
        "%(user)s is the Digest User of %(phone)s. A user can be that of one phone: with two, "
        "neither could register. Choose or add another user."
    )
    return ValidationError(text, "digest-user", {"user": user.userid, "phone": other.name})
