"""Who is asking: a script with an API token, or an administrator with a session of the pages."""

from typing import Any, NoReturn

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from ccmadmin.models import ApiToken, ApplicationUser
from ccmadmin.pages.guard import MUST_CHANGE, must_set_up
from ccmadmin.services import signin, tokens

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>` (RFC 6750); wrong tokens are limited per address."""

    def authenticate(self, request: Request) -> tuple[ApplicationUser, ApiToken] | None:
        scheme, _blank, clear_text = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != SCHEME.casefold():
            return None
        token = tokens.find(clear_text.strip())
        if token is None:
            refuse(clear_text, str(request.META.get("REMOTE_ADDR", "")))
        return token.application_user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="ccmadmin"'


def refuse(clear_text: str, address: str) -> NoReturn:
    """Count a wrong token; after too many from one address say so, and stop counting.

    A token cannot be guessed, so a right one is never blocked by wrong ones before it.
    """
    userid = f"API token {clear_text[:12]}"
    block = signin.blocked(userid=userid, address=address)
    if block is not None:
        wait_s = max(1.0, (block.until - timezone.now()).total_seconds())
        raise Throttled(wait_s, "Too many wrong API tokens came from this address.")
    signin.failed(userid=userid, address=address)
    raise AuthenticationFailed(
        "The API token is unknown, expired, or its user is not active.", code="token-invalid"
    )


class SignedInUser(SessionAuthentication):
    """The session cookie of the pages; what changes something needs the CSRF token too."""

    def authenticate(self, request: Request) -> Any:
        found = super().authenticate(request)
        if found is not None and request._request.session.get(MUST_CHANGE):
            text = "The password of this session has expired. Change it on the pages first."
            raise AuthenticationFailed(text, code="password-expired")
        if found is not None and must_set_up(request._request):
            text = "This session needs a second factor. Set it up on the pages first."
            raise AuthenticationFailed(text, code="second-factor-missing")
        return found
