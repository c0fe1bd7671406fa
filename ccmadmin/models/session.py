"""Sessions of the pages: whose, from where, with which browser, and since when.

They live beside the registrations, not with the configuration: a long import must not keep
anybody from signing in.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any, Self

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

VISIT = "visit"  # what signing in notes of the browser
SEEN = "seen"  # when the user last did something, in seconds since 1970


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, or about to be.

    The key is what the browser's cookie holds, so nothing but `name` is ever shown of it.
    """

    name = models.CharField(
        _("Session"), max_length=16, db_index=True, help_text=_("By which it can be ended.")
    )
    user_id = models.PositiveBigIntegerField(
        _("Application User"), null=True, db_index=True, help_text=_("Who is signed in.")
    )
    address = models.CharField(
        _("IP Address"), max_length=45, default="", help_text=_("Where from.")
    )
    user_agent = models.CharField(
        _("Browser"), max_length=255, default="", help_text=_("What the browser calls itself.")
    )
    signed_in_at = models.DateTimeField(_("Signed In"), null=True, help_text=_("Since when."))
    seen_at = models.DateTimeField(
        _("Last Seen"), null=True, help_text=_("When a page was last opened, to the minute.")
    )

    class Meta:
        verbose_name = _("Session")
        verbose_name_plural = _("Sessions")
        ordering = ("-seen_at",)

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        return SessionStore

    def tell(self, data: dict[str, Any]) -> Self:
        """Fill the columns from what the session holds."""
        visit: dict[str, Any] = data.get(VISIT, {})
        self.name = name_of(self.session_key)
        self.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        self.address = visit.get("address", "")
        self.user_agent = visit.get("user_agent", "")
        self.signed_in_at = _time(visit.get("since"))
        self.seen_at = _time(data.get(SEEN))
        return self


class SessionStore(DatabaseStore):
    """The SESSION_ENGINE: Django's database store with our columns."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made: Any = super().create_model_instance(data)
        assert isinstance(made, Session)
        return made.tell(data)


def name_of(session_key: str) -> str:
    """Return a name for lists and addresses, from which nobody learns the key."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
