"""SIP Phone Security Profile: how a phone must reach the registrar and prove who it is."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Record
from ccmadmin.models.fields import DescriptionField, NameField
from ccmadmin.models.system import PORT


class PhoneSecurityProfile(Record):
    """How phones must reach the registrar, and whether their password is verified."""

    class Transport(models.TextChoices):
        TCP = "TCP", "TCP"
        UDP = "UDP", "UDP"
        BOTH = "TCP+UDP", "TCP+UDP"
        TLS = "TLS", "TLS"

    class Algorithm(models.TextChoices):
        MD5 = "MD5", "MD5"
        SHA256 = "SHA-256", "SHA-256"
        SHA512_256 = "SHA-512-256", "SHA-512-256"

    name = NameField(
        _("Name"),
        max_length=75,  # the predefined name of the Advanced type has 65
        unique=True,
        help_text=_("Up to 75 characters, unique among phone security profiles."),
    )
    description = DescriptionField(
        _("Description"), help_text=_("What the profile is for; up to 50 characters.")
    )
    phone_model = models.ForeignKey(
        "PhoneModel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="phone_security_profiles",
        verbose_name=_("Phone Security Profile Type"),
        help_text=_("The phone type that may use the profile; without one, any phone may."),
    )
    nonce_validity_time = models.PositiveIntegerField(
        _("Nonce Validity Time"),
        default=600,
        validators=(MinValueValidator(1), MaxValueValidator(2147483647)),
        help_text=_("Seconds after which a phone must answer a fresh challenge."),
    )
    transport_type = models.CharField(
        _("Transport Type"),
        max_length=7,
        choices=Transport,
        default=Transport.BOTH,
        help_text=_("The transport that a phone may use. Third-party phones cannot use TLS."),
    )
    enable_digest_authentication = models.BooleanField(
        _("Enable Digest Authentication"),
        default=False,
        help_text=_("Off: the user name alone identifies the phone. On: the password must match."),
    )
    digest_algorithm = models.CharField(
        _("Digest Algorithm"),
        max_length=11,
        choices=Algorithm,
        default=Algorithm.MD5,
        help_text=_(
            "What the challenge asks for. "
            "Choose SHA-256 or SHA-512-256 only for phones that know it."
        ),
    )
    sip_phone_port = models.PositiveIntegerField(
        _("SIP Phone Port"),
        default=5060,
        validators=PORT,
        help_text=_("The port on which the phone listens for UDP, 1024-49151."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("SIP Phone Security Profile")
        verbose_name_plural = _("SIP Phone Security Profiles")
        ordering = ("name",)

    def clean(self) -> None:
        if self.transport_type == self.Transport.TLS:
            raise ValidationError({"transport_type": self._tls_refusal()})
        if self.pk and self.phone_model_id:
            self._check_phones()

    def _tls_refusal(self) -> ValidationError:
        if self.phone_model is None or self.phone_model.is_third_party:
            text = _(
                "Transport Type “TLS” is not available to third-party SIP phones: they have no "
                "certificate that the call server could verify. Choose TCP, UDP or TCP+UDP."
            )
        else:
            text = _(
                "Transport Type “TLS” needs a Device Security Mode, which this release does not "
                "have. Choose TCP, UDP or TCP+UDP."
            )
        return ValidationError(text, code="tls")

    def _check_phones(self) -> None:
        strangers = self.phones.exclude(phone_model=self.phone_model_id)
        names = list(strangers.values_list("name", flat=True)[:5])
        if names:
            text = _(
                "Phone Security Profile Type “%(type)s” does not fit the phones that use this "
                "profile: %(phones)s. Give those phones another profile first."
            )
            params = {"type": self.phone_model, "phones": ", ".join(names)}
            raise ValidationError({"phone_model": ValidationError(text, params=params)})
