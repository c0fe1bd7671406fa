"""Who may read or update which page: the one question that pages and REST both ask.

A role names pages by key ("device/phone"), by menu ("device/*") or all of them ("*"). A user may
what any role of any of the user's groups allows. The menu Help is there for everybody who can
sign in, whatever the roles.
"""

from collections.abc import Mapping
from typing import Literal

from ccmadmin.models import ApplicationUser, RolePermission

Action = Literal["read", "update"]
HELP = "help"

Permissions = Mapping[str, frozenset[Action]]


def may(user: object, page_key: str, action: Action) -> bool:
    """Whether `user` (of a request; anybody may be anonymous) may do this on the page.

    The answer is kept with the user object, that is for one request.
    """
    if not isinstance(user, ApplicationUser) or not user.is_active:
        return False
    menu, _, _ = page_key.partition("/")
    if menu == HELP:
        return action == "read"
    kept: Permissions | None = vars(user).get("_permissions")
    if kept is None:
        kept = vars(user)["_permissions"] = permissions(user)
    return any(action in kept.get(name, ()) for name in (page_key, f"{menu}/*", "*"))


def permissions(user: ApplicationUser) -> Permissions:
    """Read what all roles of the user allow; who may update may read."""
    rows = RolePermission.objects.filter(
        role__user_groups__user_group__members__application_user=user
    )
    found: dict[str, frozenset[Action]] = {}
    for page, may_read, may_update in rows.values_list("page", "may_read", "may_update"):
        allowed: set[Action] = set(found.get(page, ()))
        if may_read or may_update:
            allowed.add("read")
        if may_update:
            allowed.add("update")
        found[page] = frozenset(allowed)
    return found
