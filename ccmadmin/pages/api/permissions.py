"""May this user, with this token, do this? The pages ask the same question."""

from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ccmadmin import access
from ccmadmin.models import ApiToken
from ccmadmin.pages.page import Page

if TYPE_CHECKING:  # REST framework loads this module while it loads its views
    from rest_framework.views import APIView


class MayUsePage(BasePermission):
    """Reading needs "read" on the page of the collection, anything else needs "update".

    A view without a page (the list of collections) only needs a user.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        user: Any = request.user  # None for nobody, by our settings
        if user is None or not user.is_authenticated:
            return False
        page: Page | None = getattr(view, "page", None)
        if page is not None:
            require(request, page, "read" if request.method in SAFE_METHODS else "update")
        return True


def require(request: Request, page: Page, action: access.Action) -> None:
    """Refuse, saying what is missing, unless the user and the token may do this."""
    refuse_read_token(request.auth, action)
    if not access.may(request.user, page.key, action):
        raise PermissionDenied(
            f"{request.user.get_username()} may not {action} “{page.title}”: no role of the "
            f"user's groups grants {action} on the page {page.key}.",
            code="page-permission-missing",
        )


def refuse_read_token(token: Any, action: access.Action) -> None:
    """Refuse to write with a token that is for reading."""
    if action == "update" and isinstance(token, ApiToken) and token.scope != "write":
        raise PermissionDenied(
            f"The token “{token.name}” is for reading. Changes need a token with the scope "
            "“write”.",
            code="token-read-only",
        )
