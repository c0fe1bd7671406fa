"""The second factor of application users: codes of an authenticator (RFC 6238), recovery codes.

The secret is encrypted at rest, recovery codes are kept as hashes; each code works once.
"""

import base64
import hashlib
import os
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from ccmadmin.models import ApplicationUser, ChangeLog, EnterpriseParameter, RolePermission
from ccmadmin.models.parameters import EVERYBODY, FACTOR_RULE, WRITERS
from ccmadmin.services import records
from ccmadmin.services.changes import Actor, writing

ISSUER = "ccmadmin"
DIGITS = 6
STEP_S = 30
STEPS_OFF = 1  # how far the authenticator's clock may be wrong, either way
SECRET_OCTETS = 20  # as long as the hash, RFC 4226 section 4, R6
RECOVERY_CODES = 10
RECOVERY_OCTETS = 10  # 80 random bits: as a hash they need no salt and no stretching


def new_secret() -> str:
    """Return a secret as authenticators take it: base32 without padding."""
    return base64.b32encode(os.urandom(SECRET_OCTETS)).decode("ascii")


def uri_of(user: ApplicationUser, secret: str) -> str:
    """Return what the QR code says."""
    return _totp(secret).get_provisioning_uri(user.userid, ISSUER)


def is_missing(user: ApplicationUser) -> bool:
    """Whether the enterprise parameter Require Second Factor wants one that is not set up."""
    if user.second_factor:
        return False
    rule = EnterpriseParameter.read(FACTOR_RULE)
    return rule == EVERYBODY or (rule == WRITERS and _may_change(user))


def _may_change(user: ApplicationUser) -> bool:
    allowed = RolePermission.objects.filter(may_update=True)
    return allowed.filter(role__user_groups__user_group__members__application_user=user).exists()


def set_up(*, user: ApplicationUser, secret: str, code: str, actor: Actor) -> list[str]:
    """Give the user a second factor once `code` shows that the authenticator has it.

    Returns the recovery codes, which nobody can read again.
    """
    at = matching_step(secret, code)
    if at is None:
        raise ValidationError(wrong_code(), "code")
    codes = new_recovery_codes()
    user.second_factor = secret
    user.recovery_codes = [digest(recovery) for recovery in codes]
    user.code_used_at = at
    records.save(user, actor=actor, comment=_("Second factor set up"))
    return codes


def renew_recovery_codes(*, user: ApplicationUser, actor: Actor) -> list[str]:
    """Replace all recovery codes; returns the new ones."""
    codes = new_recovery_codes()
    user.recovery_codes = [digest(code) for code in codes]
    records.save(user, actor=actor, comment=_("New recovery codes made"))
    return codes


def remove(*, user: ApplicationUser, actor: Actor) -> ChangeLog | None:
    """Let the user sign in with the password alone; None when there was no second factor."""
    user.second_factor = ""
    user.recovery_codes = []
    return records.save(user, actor=actor, comment=_("Second factor removed"))


def accept(*, user: ApplicationUser, code: str, actor: Actor) -> bool:
    """Whether the code is right and was never used; from now on it is used."""
    typed = "".join(code.split())
    if typed.isdecimal():
        return _accept_code(user, typed)
    return _accept_recovery_code(user, typed, actor)


def _accept_code(user: ApplicationUser, code: str) -> bool:
    at = matching_step(user.second_factor, code)
    if at is None:
        return False
    unused = Q(code_used_at=None) | Q(code_used_at__lt=at)
    # In one statement, so that of two sign-ins with one code only one gets in.
    return ApplicationUser.objects.filter(unused, pk=user.pk).update(code_used_at=at) == 1


def _accept_recovery_code(user: ApplicationUser, code: str, actor: Actor) -> bool:
    wanted = digest(code)
    with writing():
        stored = ApplicationUser.objects.get(pk=user.pk)
        left = [kept for kept in stored.recovery_codes if kept != wanted]
        if len(left) == len(stored.recovery_codes):
            return False
        stored.recovery_codes = left
        text = _("Signed in with a recovery code; %(count)s are left") % {"count": len(left)}
        records.save(stored, actor=actor, comment=text)
    return True


def matching_step(secret: str, code: str) -> datetime | None:
    """Return the beginning of the half minute for which this is the code, None when of none."""
    typed = "".join(code.split())
    if not secret or len(typed) != DIGITS or not (typed.isascii() and typed.isdecimal()):
        return None
    totp, now = _totp(secret), int(time.time()) // STEP_S
    for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):
        if bytes_eq(totp.generate(step * STEP_S), typed.encode()):
            return datetime.fromtimestamp(step * STEP_S, UTC)
    return None


def new_recovery_codes() -> list[str]:
    """Return codes for people: four groups of four letters and digits."""
    codes = []
    for _code in range(RECOVERY_CODES):
        text = base64.b32encode(secrets.token_bytes(RECOVERY_OCTETS)).decode("ascii").lower()
        codes.append("-".join(text[at : at + 4] for at in range(0, len(text), 4)))
    return codes


def digest(recovery_code: str) -> str:
    """Hash a recovery code, however it was typed."""
    bare = "".join(recovery_code.lower().replace("-", "").split())
    return hashlib.sha256(bare.encode()).hexdigest()


def wrong_code() -> str:
    return _(
        "This is not the code of now. Check that the clock of the authenticator is right, and "
        "type the code that it shows next."
    )


def state_of(user: ApplicationUser) -> Mapping[str, object]:
    """Return what may be told of it."""
    return {
        "is_set_up": bool(user.second_factor),
        "recovery_codes_left": len(user.recovery_codes),
        "code_used_at": user.code_used_at if user.second_factor else None,
    }


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_S)  # noqa: S303 - RFC 6238's
