"""Menu Device: phone types with what they can do, and what phones are given by name."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Record
from ccmadmin.models.fields import DescriptionField, NameField

CISCO_PHONE_CALLS = 200


class PhoneModel(Record):
    """A phone type: license units, lines, and the six capabilities of Table C-1."""

    is_standard = True

    name = NameField(_("Phone Type"), unique=True, help_text=_("The phone type."))
    number = models.PositiveIntegerField(
        _("Model Number"), unique=True, help_text=_("CallManager's number of the type.")
    )
    license_units = models.PositiveSmallIntegerField(
        _("License Units"), help_text=_("Device license units that one phone consumes.")
    )
    max_lines = models.PositiveSmallIntegerField(
        _("Lines"), help_text=_("The most lines that a phone of the type can have.")
    )
    is_third_party = models.BooleanField(
        _("Third-party"), default=False, help_text=_("A phone of another maker.")
    )
    supports_video = models.BooleanField(
        _("Video"), default=False, help_text=_("The phone may offer and receive video.")
    )
    uses_central_tftp = models.BooleanField(
        _("Integrated with Centralized TFTP"),
        default=False,
        help_text=_("The phone reads its configuration from CallManager's TFTP server."),
    )
    sends_mac_address = models.BooleanField(
        _("Sends MAC Address"),
        default=False,
        help_text=_("The phone names its MAC address when it registers."),
    )
    downloads_softkey_file = models.BooleanField(
        _("Downloads Softkey File"),
        default=False,
        help_text=_("The phone reads its softkeys from CallManager."),
    )
    downloads_dial_plan_file = models.BooleanField(
        _("Downloads Dial Plan File"),
        default=False,
        help_text=_("The phone reads its dial rules from CallManager."),
    )
    supports_failover = models.BooleanField(
        _("Supports CallManager Failover and Fallback"),
        default=False,
        help_text=_("The phone finds another node when its own is gone."),
    )
    supports_reset = models.BooleanField(
        _("Supports Reset and Restart"),
        default=False,
        help_text=_("The phone can be reset and restarted from here."),
    )

    class Meta:
        verbose_name = _("Phone Type")
        verbose_name_plural = _("Phone Types")
        ordering = ("name",)


class PhoneButtonTemplate(Record):
    """How many buttons of a phone are lines; third-party phones know nothing else of it."""

    name = NameField(
        _("Button Template Name"),
        unique=True,
        help_text=_("Up to 50 characters, unique among templates."),
    )
    phone_model = models.ForeignKey(
        PhoneModel,
        models.PROTECT,
        related_name="phone_button_templates",
        verbose_name=_("Phone Type"),
        help_text=_("The phone type that the template is for."),
    )
    lines = models.PositiveSmallIntegerField(
        _("Lines"),
        default=1,
        validators=(MinValueValidator(1),),
        help_text=_("How many buttons are lines; no more than the phone type has."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Phone Button Template")
        verbose_name_plural = _("Phone Button Templates")
        ordering = ("name",)

    def clean(self) -> None:
        lines = self.number_in("lines") or 0
        if self.phone_model_id and lines > self.phone_model.max_lines:
            text = _("Lines: %(lines)s are too many, a %(model)s has %(max)s. Enter 1 to %(max)s.")
            params = {
                "lines": lines,
                "model": self.phone_model,
                "max": self.phone_model.max_lines,
            }
            raise ValidationError({"lines": ValidationError(text, params=params)})
        if self.pk:
            self._check_phones()

    def _check_phones(self) -> None:
        fuller = self.phones.filter(models.Q(lines__index__gt=self.lines)).distinct()
        strangers = self.phones.exclude(phone_model=self.phone_model_id)
        for field, phones in (("lines", fuller), ("phone_model", strangers)):
            names = list(phones.values_list("name", flat=True)[:5])
            if names:
                text = _(
                    "Phones that use this template do not fit it any more: %(phones)s. Change "
                    "those phones first."
                )
                error = ValidationError(text, params={"phones": ", ".join(names)})
                raise ValidationError({field: error})


class CommonPhoneProfile(Record):
    name = NameField(
        _("Name"), unique=True, help_text=_("Up to 50 characters, unique among profiles.")
    )
    description = DescriptionField(
        _("Description"), help_text=_("What the profile is for; up to 50 characters.")
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Common Phone Profile")
        verbose_name_plural = _("Common Phone Profiles")
        ordering = ("name",)
