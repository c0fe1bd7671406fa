"""Keys to the REST interface: made once in clear, kept as a hash."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from ccmadmin.models import ApiToken, ApplicationUser
from ccmadmin.services import records
from ccmadmin.services.changes import Actor

USE_NOTED_AFTER = timedelta(minutes=1)


def create(
    *, user: ApplicationUser, name: str, scope: str, expires_at: datetime, actor: Actor
) -> tuple[ApiToken, str]:
    """Make a token; returns it and its clear text, which nobody can read again."""
    prefix = secrets.token_hex(4)
    clear_text = f"ccm_{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        application_user=user,
        name=name,
        prefix=prefix,
        digest=_digest(clear_text),
        scope=scope,
        created_at=timezone.now(),
        expires_at=expires_at,
    )
    records.save(token, actor=actor)
    return token, clear_text


def find(clear_text: str) -> ApiToken | None:
    """Return the token if it is known, has not expired and its user is active."""
    parts = clear_text.split("_", 2)
    if len(parts) != 3 or not clear_text.isascii():
        return None
    tokens = ApiToken.objects.select_related("application_user")
    token = tokens.filter(prefix=parts[1]).first()
    if token is None or not hmac.compare_digest(token.digest, _digest(clear_text)):
        return None
    now = timezone.now()
    if token.expires_at <= now or not token.application_user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_AFTER:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _digest(clear_text: str) -> str:
    """Hash without salt or stretching: the token itself has 256 random bits."""
    return hashlib.sha256(clear_text.encode()).hexdigest()
