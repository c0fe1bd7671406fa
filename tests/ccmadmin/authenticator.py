"""An authenticator app, for tests: RFC 6238 from the standard library alone."""

import base64
import hashlib
import hmac
import struct
import time

from ccmadmin.models import ApplicationUser
from ccmadmin.services import second_factor
from tests.ccmadmin.site import ACTOR


def code(secret: str, at: float | None = None) -> str:
    """Return the six digits that the app shows at `at`, now by default."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    mac = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def set_up(user: ApplicationUser) -> tuple[str, list[str]]:
    """Give `user` a second factor half an hour ago; returns its secret and recovery codes."""
    secret = second_factor.new_secret()
    codes = second_factor.set_up(user=user, secret=secret, code=code(secret), actor=ACTOR)
    ApplicationUser.objects.filter(pk=user.pk).update(code_used_at=None)
    return secret, codes
