"""SIP Realm: what we present when somebody challenges us; phones are never asked for it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Record
from ccmadmin.models.fields import DigestCredentialsField


class SipRealm(Record):
    """The user and the password for one realm of other servers."""

    KEY = "realm"
    SECRETS = ("digest_credentials",)

    realm = models.CharField(
        _("Realm"),
        max_length=127,
        unique=True,
        help_text=_("As the other server's challenge names it; up to 127 characters, unique."),
    )
    user = models.CharField(
        _("User"),
        max_length=128,
        help_text=_("The name that the other server knows us by; up to 128 characters."),
    )
    digest_credentials = DigestCredentialsField(
        _("Digest Credentials"),
        max_length=128,
        help_text=_("The password that belongs to the name; up to 128 visible ASCII characters."),
    )

    class Meta:
        verbose_name = _("SIP Realm")
        verbose_name_plural = _("SIP Realms")
        ordering = ("realm",)

    def clean(self) -> None:
        for name in ("realm", "user"):
            self._refuse_unquotable(name)

    def _refuse_unquotable(self, name: str) -> None:
        """Refuse what cannot stand between the quotes of a header (RFC 3261, 25.1)."""
        value = getattr(self, name) or ""
        if not value.isprintable() or '"' in value or "\\" in value:
            text = _(
                "%(label)s “%(value)s” must not contain a quote, a backslash or a control "
                "character: it stands between quotes in the Authorization header."
            )
            field: Any = self._meta.get_field(name)
            params = {"label": field.verbose_name, "value": value}
            raise ValidationError({name: ValidationError(text, params=params)})
