"""The rules for passwords of application users: Django's validators, with parameters of ours.

`settings.AUTH_PASSWORD_VALIDATORS` names the classes. The parameters are read each time, so
that a changed one is in force at once.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    password_validators_help_texts,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ccmadmin.models.base import Row
from ccmadmin.models.parameter_value import EnterpriseParameter
from ccmadmin.models.parameters import HISTORY_RULE, LENGTH_RULE, LIFETIME_RULE

LONGEST_HISTORY = 25


class PasswordChange(Row):
    """When a user got a password, and its hash; the newest is the password in force."""

    PARENT = "application_user"

    application_user = models.ForeignKey(
        "ccmadmin.ApplicationUser",
        models.CASCADE,
        related_name="password_changes",
        verbose_name=_("Application User"),
        help_text=_("The user."),
    )
    at = models.DateTimeField(
        _("Time"), default=timezone.now, help_text=_("When the password was set.")
    )
    digest = models.CharField(_("Hash"), max_length=128, help_text=_("Of the password."))

    class Meta:
        ordering = ("-at", "-pk")

    @classmethod
    def note(cls, user: Any) -> None:
        """Add the password that `user` has now, and forget what no rule can ask for."""
        cls.objects.create(application_user=user, digest=user.password)
        noted = cls.objects.filter(application_user=user)
        kept = list(noted.values_list("pk", flat=True)[:LONGEST_HISTORY])
        noted.exclude(pk__in=kept).delete()


class MinimumLength(MinimumLengthValidator):
    """Enterprise parameter Minimum Password Length."""

    def __init__(self) -> None:
        super().__init__(min_length=0)

    def validate(self, password: str, user: Any = None) -> None:
        self.min_length = _parameter(LENGTH_RULE)
        super().validate(password, user)

    def get_help_text(self) -> str:
        least = _parameter(LENGTH_RULE)
        text = ngettext("At least %(n)s character.", "At least %(n)s characters.", least)
        return text % {"n": least}


class Dissimilar(UserAttributeSimilarityValidator):
    """Django's rule, told of any user: the page may be about somebody else's password."""

    def get_help_text(self) -> str:
        return _now("Not like the user ID.")


class Uncommon(CommonPasswordValidator):
    def get_help_text(self) -> str:
        return _now("None of the passwords that everybody tries first.")


class NotUsedBefore:
    """Enterprise parameter Password History."""

    def validate(self, password: str, user: Any = None) -> None:
        remembered = _parameter(HISTORY_RULE)
        if user is None or user.pk is None or not remembered:
            return
        digests = user.password_changes.values_list("digest", flat=True)[:remembered]
        if any(check_password(password, digest) for digest in digests):
            text = ngettext(
                "The new password must not be the one in force.",
                "The new password must not be one of the last %(count)s.",
                remembered,
            )
            raise ValidationError(text % {"count": remembered}, code="password_used_before")

    def get_help_text(self) -> str:
        remembered = _parameter(HISTORY_RULE)
        if not remembered:
            return ""
        text = ngettext(
            "Not the password in force.", "None of the last %(count)s passwords.", remembered
        )
        return text % {"count": remembered}


def expired_since(user: Any) -> datetime | None:
    """Return when the password of `user` became too old by Password Lifetime, if it did."""
    days = _parameter(LIFETIME_RULE)
    newest = user.password_changes.values_list("at", flat=True).first()
    if not days or newest is None:
        return None
    end: datetime = newest + timedelta(days=days)
    return end if end <= timezone.now() else None


def rules() -> str:
    """Return all rules as sentences, for the help beside a password field."""
    return " ".join(text for text in password_validators_help_texts() if text)


def _parameter(name: str) -> int:
    return int(EnterpriseParameter.read(name))
