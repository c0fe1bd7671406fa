"""Field types: text with CallManager's character rules, device names, encrypted secrets."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class CheckedText(models.CharField[Any, Any]):
    """Text of a limited alphabet: `FORBIDDEN` matches one character that must not be in it.

    `CURE` completes the error with what may be written instead.
    """

    FORBIDDEN: ClassVar[re.Pattern[str]]
    CURE: ClassVar[str | Promise]
    LENGTH: ClassVar[int] = 50

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", self.LENGTH)
        super().__init__(*args, **kwargs)

    def run_validators(self, value: Any) -> None:
        found = self.FORBIDDEN.search(str(value or ""))
        if found:
            text = _("%(label)s “%(value)s” must not contain “%(found)s”. %(cure)s")
            params = {
                "label": capfirst(str(self.verbose_name)),
                "value": value,
                "found": found.group(),
                "cure": self.CURE,
            }
            raise ValidationError(text, code="characters", params=params)
        super().run_validators(value)


class NameField(CheckedText):
    """The name of a record; parentheses because the names of phone types have them.

    A browser takes "." and ".." in a URL for folders, so no page could have such a name.
    """

    FORBIDDEN = re.compile(r"[^\w .()-]|^\.{1,2}$")
    CURE = _("Use letters, digits, space, dot, hyphen, underscore and parentheses.")


class DescriptionField(CheckedText):
    FORBIDDEN = re.compile(r'["%&\\<>\x00-\x1f]')
    CURE = _('A description has no " % & \\ < >.')

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)


class DisplayField(DescriptionField):
    """The caller's name as it travels in From and Remote-Party-ID."""

    FORBIDDEN = re.compile(r'[<>{}|\[\]\\%&"\x00-\x1f]')
    CURE = _('A display name has no < > { } | [ ] \\ % & ".')
    LENGTH = 30


class LineLabelField(DescriptionField):
    FORBIDDEN = re.compile(r'[&\[\]<>%"\x00-\x1f]')
    CURE = _('A line text label has no & [ ] < > % ".')
    LENGTH = 30


class AlertingNameField(DescriptionField):
    FORBIDDEN = re.compile(r"[<>{}|\x00-\x1f]")
    CURE = _("An alerting name has no < > { } |.")
    LENGTH = 30


class AsciiField(DescriptionField):
    """The form of a name for phones that know ASCII only."""

    FORBIDDEN = re.compile(r'[^ -~]|[<>{}|\[\]\\%&"]')
    CURE = _("Write it with ASCII letters, digits and simple punctuation only.")
    LENGTH = 30


class MaskField(DescriptionField):
    """An external phone number mask; X stands for a digit of the directory number."""

    FORBIDDEN = re.compile(r"[^0-9X*#+]")
    CURE = _("A mask has digits, X, *, # and + only.")
    LENGTH = 24


class UserIdField(CheckedText):
    """A user ID; it is the digest username too, so what breaks a quoted string is refused.

    So is what turns the direction of writing (it makes one ID look like another), and a part
    between slashes that means something else in a URL.
    """

    FORBIDDEN = re.compile(
        r'["\\\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?:^|/)(?:-|\.{1,2})(?:/|$)'
    )
    CURE = _("Leave out quotes, backslashes, control characters, and “-”, “.” or “..” alone.")
    LENGTH = 128


class DeviceNameField(models.CharField[Any, Any]):
    """SEP and twelve hexadecimal digits, typed with or without SEP, colons, dots or hyphens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 15
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        return device_name(value) if isinstance(value, str) and value else value

    def run_validators(self, value: Any) -> None:
        if not re.fullmatch(r"SEP[0-9A-F]{12}", str(value)):
            text = _(
                "MAC Address “%(value)s” is not 12 hexadecimal digits. A third-party phone never "
                "sends it, so any unique value will do, for example 000000001002."
            )
            raise ValidationError(text, code="mac", params={"value": value})

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("max_length", 30)  # with SEP and separators; saved without
        return super().formfield(**kwargs)


def device_name(typed: str) -> str:
    """Bring a MAC address or a device name, however typed, into the form SEP001122334455."""
    digits = re.sub(r"[:.\s-]", "", typed).upper()
    return digits if digits.startswith("SEP") else f"SEP{digits}"


# -- secrets at rest -----------------------------------------------------------------------------


class CredentialKeyError(RuntimeError):
    """The key file that encrypts secrets cannot be used; the text says what to do, in one line."""


def cipher() -> MultiFernet:
    """Return the cipher of the key file; the file is read again when it has changed."""
    path = Path(settings.CREDENTIAL_KEY_FILE)
    try:
        status = path.stat()
    except OSError as error:
        raise CredentialKeyError(
            f"cannot read the credential key file {path} ({error.strerror}): restore it from its "
            "backup, or run `manage.py setup` to make the first one"
        ) from error
    if status.st_mode & 0o077:
        raise CredentialKeyError(
            f"the credential key file {path} is open to other users: run `chmod 600 {path}`"
        )
    return _read_keys(path, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=2)
def _read_keys(path: Path, mtime_ns: int, inode: int) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in path.read_text("ascii").split()])
    except (OSError, ValueError) as error:
        raise CredentialKeyError(
            f"the credential key file {path} is unreadable or holds no Fernet key: restore it "
            "from its backup"
        ) from error


class EncryptedTextField(models.TextField[Any, Any]):
    """Text that is encrypted in the database; empty text stays empty.

    `max_length` limits the clear text. A value cannot be searched for: every encryption of the
    same text is different.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length:
            self.validators.append(MaxLengthValidator(self.max_length))

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return cipher().encrypt(text.encode()).decode("ascii") if text else text

    def from_db_value(self, value: str | None, *_rest: object) -> str | None:
        if not value:
            return value
        try:
            return cipher().decrypt(value).decode()
        except InvalidToken as error:
            raise CredentialKeyError(
                f"a stored secret was encrypted with a key that {settings.CREDENTIAL_KEY_FILE} "
                "does not hold: restore the key file that belongs to this database"
            ) from error


class DigestCredentialsField(EncryptedTextField):
    """The SIP digest password of an end user: visible ASCII characters."""

    def run_validators(self, value: Any) -> None:
        if not re.fullmatch(r"[!-~]*", value or ""):
            text = _(
                "Digest Credentials have letters, digits and visible ASCII characters only: "
                "phones encode anything else, and blanks, in different ways."
            )
            raise ValidationError(text, code="characters")
        super().run_validators(value)
