"""Line appearance: a directory number on one button of one phone."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Row
from ccmadmin.models.callrouting import DirectoryNumber
from ccmadmin.models.fields import AsciiField, DisplayField, LineLabelField, MaskField
from ccmadmin.models.phone import Phone


class LampPolicy(models.TextChoices):
    SYSTEM = "Use System Policy", _("Use System Policy")
    LIGHT_AND_PROMPT = "Light and Prompt", _("Light and Prompt")
    PROMPT = "Prompt Only", _("Prompt Only")
    LIGHT = "Light Only", _("Light Only")
    NONE = "None", _("None")


class RingSetting(models.TextChoices):
    SYSTEM = "Use System Default", _("Use System Default")
    DISABLE = "Disable", _("Disable")
    FLASH = "Flash Only", _("Flash Only")
    ONCE = "Ring Once", _("Ring Once")
    RING = "Ring", _("Ring")
    BEEP = "Beep Only", _("Beep Only")


class LineAppearance(Row):
    """The settings of a directory number that belong to one phone."""

    PARENT = "phone"

    phone = models.ForeignKey(
        Phone,
        models.CASCADE,
        related_name="lines",
        verbose_name=_("Phone"),
        help_text=_("The phone."),
    )
    index = models.PositiveSmallIntegerField(
        _("Line"),
        validators=(MinValueValidator(1), MaxValueValidator(34)),
        help_text=_("The button, counted from 1."),
    )
    directory_number = models.ForeignKey(
        DirectoryNumber,
        models.PROTECT,
        related_name="appearances",
        verbose_name=_("Directory Number"),
        help_text=_("The number on the button; other phones may carry it too."),
    )
    display = DisplayField(
        _("Display (Internal Caller ID)"),
        help_text=_("Shown instead of the number on internal calls; up to 30 characters."),
    )
    ascii_display = AsciiField(
        _("ASCII Display (Internal Caller ID)"),
        help_text=_("The same for phones that know ASCII only."),
    )
    line_text_label = LineLabelField(
        _("Line Text Label"), help_text=_("Shown beside the button of a Cisco phone.")
    )
    ascii_line_text_label = AsciiField(
        _("ASCII Line Text Label"), help_text=_("The same for phones that know ASCII only.")
    )
    external_phone_number_mask = MaskField(
        _("External Phone Number Mask"),
        help_text=_("The number for calls to the outside; each X stands for a digit of the DN."),
    )
    maximum_number_of_calls = models.PositiveSmallIntegerField(
        _("Maximum Number of Calls"),
        default=2,
        validators=(MinValueValidator(1), MaxValueValidator(200)),
        help_text=_("Calls that the line can have at once, 1-200."),
    )
    busy_trigger = models.PositiveSmallIntegerField(
        _("Busy Trigger"),
        default=2,
        validators=(MinValueValidator(1), MaxValueValidator(200)),
        help_text=_("Calls from which on the line is busy; no more than the maximum."),
    )
    message_waiting_lamp_policy = models.CharField(
        _("Message Waiting Lamp Policy"),
        max_length=20,
        choices=LampPolicy,
        default=LampPolicy.SYSTEM,
        help_text=_("How the phone shows waiting messages."),
    )
    ring_setting_idle = models.CharField(
        _("Ring Setting (Phone Idle)"),
        max_length=20,
        choices=[choice for choice in RingSetting.choices if choice[0] != RingSetting.BEEP],
        default=RingSetting.RING,
        help_text=_("How a Cisco phone rings when nobody is talking on it."),
    )
    ring_setting_active = models.CharField(
        _("Ring Setting (Phone Active)"),
        max_length=20,
        choices=RingSetting,
        default=RingSetting.SYSTEM,
        help_text=_("How a Cisco phone rings during a call."),
    )
    caller_name = models.BooleanField(
        _("Caller Name"), default=True, help_text=_("Show the caller's name on a forwarded call.")
    )
    caller_number = models.BooleanField(
        _("Caller Number"), default=False, help_text=_("Show the caller's number on such a call.")
    )
    redirected_number = models.BooleanField(
        _("Redirected Number"), default=False, help_text=_("Show who forwarded the call.")
    )
    dialed_number = models.BooleanField(
        _("Dialed Number"), default=True, help_text=_("Show the number that was dialed first.")
    )

    class Meta:
        verbose_name = _("Line")
        verbose_name_plural = _("Lines")
        ordering = ("index",)
        constraints = (
            models.UniqueConstraint(
                fields=("phone", "index"),
                name="line_index_once_per_phone",
                violation_error_message=_("This line of the phone is used twice. Number it anew."),
            ),
            models.UniqueConstraint(
                fields=("phone", "directory_number"),
                name="number_once_per_phone",
                violation_error_message=_(
                    "This directory number is on another line of the phone already. A number can "
                    "be on a phone once; choose a different one."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(busy_trigger__lte=models.F("maximum_number_of_calls")),
                name="busy_trigger_within_maximum",
            ),
        )

    def __str__(self) -> str:
        return f"{self.phone_id}:{self.index}"

    def clean(self) -> None:
        maximum = self.number_in("maximum_number_of_calls")
        trigger = self.number_in("busy_trigger")
        if maximum is not None and trigger is not None and trigger > maximum:
            text = _(
                "Busy Trigger %(trigger)s is greater than Maximum Number of Calls %(maximum)s. "
                "Enter 1 to %(maximum)s, or raise the maximum."
            )
            error = ValidationError(text, params={"trigger": trigger, "maximum": maximum})
            raise ValidationError({"busy_trigger": error})
