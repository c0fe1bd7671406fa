"""Phone: the device row, with the rules of its type and its license units."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import GuardedQuerySet, Record
from ccmadmin.models.callrouting import CallingSearchSpace
from ccmadmin.models.device import CommonPhoneProfile, PhoneButtonTemplate, PhoneModel
from ccmadmin.models.fields import DescriptionField, DeviceNameField, device_name
from ccmadmin.models.license_grant import LicenseGrant
from ccmadmin.models.security_profile import PhoneSecurityProfile
from ccmadmin.models.sip_profile import SipProfile
from ccmadmin.models.system import DevicePool, Location

CISCO_PHONE_CALLS = 200


class PhoneQuerySet(GuardedQuerySet["Phone"]):
    def active(self) -> "PhoneQuerySet":
        return self.filter(is_active=True)

    def used_units(self) -> int:
        """License units of all active phones; an inactive phone consumes none."""
        units = dict(PhoneModel.objects.values_list("pk", "license_units"))
        return sum(units[pk] * phones for pk, phones in self.active_by_model().items())

    def active_by_model(self) -> dict[int, int]:
        """Count the active phones of each type, which an index alone can answer."""
        rows = self.active().order_by().values_list("phone_model")
        return dict(rows.annotate(phones=models.Count("pk")))

    def of_digest_user(self, userid: str) -> "PhoneQuerySet":
        return self.filter(digest_user__userid=userid)


PhoneManager = models.Manager.from_queryset(PhoneQuerySet)


class Phone(Record):
    """A phone; a third-party one is found by its Digest User, never by its name."""

    LISTS = ("lines",)
    NOT_COPIED = ("digest_user", "description")

    class PacketCaptureMode(models.TextChoices):
        NONE = "None", _("None")
        BATCH = "Batch Processing Mode", _("Batch Processing Mode")

    class Codec(models.TextChoices):
        ULAW = "711ulaw", "711ulaw"
        ALAW = "711alaw", "711alaw"
        G729A = "G729/G729a", "G729/G729a"
        G729B = "G729b/G729ab", "G729b/G729ab"

    name = DeviceNameField(
        _("MAC Address"),
        unique=True,
        help_text=_(
            "12 hexadecimal digits; the device name is SEP and these. A third-party phone never "
            "sends it: any unique value will do."
        ),
    )
    phone_model = models.ForeignKey(
        PhoneModel,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("Product Type"),
        help_text=_("The phone type; it cannot be changed later."),
    )
    description = DescriptionField(
        _("Description"), help_text=_("Up to 50 characters, shown in lists.")
    )
    device_pool = models.ForeignKey(
        DevicePool,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("Device Pool"),
        help_text=_("Nodes, time zone and region that the phone shares with others."),
    )
    phone_button_template = models.ForeignKey(
        PhoneButtonTemplate,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("Phone Button Template"),
        help_text=_("How many lines the phone has."),
    )
    common_phone_profile = models.ForeignKey(
        CommonPhoneProfile,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("Common Phone Profile"),
        help_text=_("Without effect on third-party phones."),
    )
    calling_search_space = models.ForeignKey(
        CallingSearchSpace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="phones",
        verbose_name=_("Calling Search Space"),
        help_text=_("What the phone may dial; searched after the line's own."),
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("Location"),
        help_text=_("Where the phone is, for the bandwidth of its calls."),
    )
    owner_user = models.ForeignKey(
        "EndUser",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_phones",
        verbose_name=_("Owner User ID"),
        help_text=_("Whose phone it is, for reports; no part of the registration."),
    )
    is_active = models.BooleanField(
        _("Device is Active"),
        default=True,
        help_text=_("Off: the phone consumes no license units and cannot register."),
    )
    ignore_presentation_indicators = models.BooleanField(
        _("Ignore Presentation Indicators (internal calls only)"),
        default=False,
        help_text=_("On: the phone shows callers within the house who hide their number."),
    )
    logged_into_hunt_group = models.BooleanField(
        _("Logged Into Hunt Group"),
        default=True,
        help_text=_("Off: calls of a hunt group pass the phone by."),
    )
    remote_device = models.BooleanField(
        _("Remote Device"),
        default=False,
        help_text=_("On: messages to the phone are bundled, for a slow link."),
    )
    retry_video_call_as_audio = models.BooleanField(
        _("Retry Video Call as Audio"),
        default=True,
        help_text=_("On: a video call that finds too little bandwidth is tried with sound only."),
    )
    packet_capture_mode = models.CharField(
        _("Packet Capture Mode"),
        max_length=21,
        choices=PacketCaptureMode,
        default=PacketCaptureMode.NONE,
        help_text=_("For looking into encrypted media with support."),
    )
    packet_capture_duration = models.PositiveSmallIntegerField(
        _("Packet Capture Duration"),
        default=0,
        validators=(MaxValueValidator(300),),
        help_text=_("Minutes, 0-300."),
    )
    mtp_preferred_originating_codec = models.CharField(
        _("MTP Preferred Originating Codec"),
        max_length=12,
        choices=Codec,
        default=Codec.ULAW,
        help_text=_("Used only when a media termination point is required."),
    )
    phone_security_profile = models.ForeignKey(
        PhoneSecurityProfile,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("Device Security Profile"),
        help_text=_("Transport, and whether the phone's password is verified."),
    )
    rerouting_calling_search_space = models.ForeignKey(
        CallingSearchSpace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rerouting_phones",
        verbose_name=_("Rerouting Calling Search Space"),
        help_text=_("Where the phone may transfer and redirect calls to."),
    )
    subscribe_calling_search_space = models.ForeignKey(
        CallingSearchSpace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subscribing_phones",
        verbose_name=_("SUBSCRIBE Calling Search Space"),
        help_text=_("Whose presence the phone may watch."),
    )
    sip_profile = models.ForeignKey(
        SipProfile,
        models.PROTECT,
        related_name="phones",
        verbose_name=_("SIP Profile"),
        help_text=_("A third-party phone uses its section SIP Profile Information only."),
    )
    digest_user = models.ForeignKey(
        "EndUser",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="digest_phones",
        verbose_name=_("Digest User"),
        help_text=_("The user whose ID the phone sends as its authorization ID; one per phone."),
    )
    media_termination_point_required = models.BooleanField(
        _("Media Termination Point Required"),
        default=False,
        help_text=_("On: calls of the phone pass a media termination point."),
    )
    unattended_port = models.BooleanField(
        _("Unattended Port"),
        default=False,
        help_text=_("On for a port without a person, such as voice mail."),
    )
    require_dtmf_reception = models.BooleanField(
        _("Require DTMF Reception"),
        default=False,
        help_text=_("On for a phone that must receive the digits that others press."),
    )

    objects: ClassVar["PhoneManager[Phone]"] = PhoneManager()

    class Meta:
        verbose_name = _("Phone")
        verbose_name_plural = _("Phones")
        ordering = ("name",)
        indexes = (
            models.Index(fields=("description",), name="phone_by_description"),
            models.Index(fields=("phone_model", "is_active"), name="phone_units"),
        )

    @classmethod
    def lookup(cls, key: str) -> models.QuerySet["Phone"]:
        return cls.objects.filter(name=device_name(key))

    def clean(self) -> None:
        errors: dict[str, ValidationError] = {}
        stored = Phone.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.phone_model_id != self.phone_model_id:
            errors["phone_model"] = self._type_refusal(stored)
        if self.phone_model_id:
            errors |= self._misfits()
        if errors:
            raise ValidationError(errors)
        if stored is None and not self.description:
            self.description = self.name
        if self.is_active and self.phone_model_id and not (stored and stored.is_active):
            self._check_units()

    def _type_refusal(self, stored: "Phone") -> ValidationError:
        text = _(
            "Product Type of %(phone)s cannot be changed from %(old)s to %(new)s. Delete the "
            "phone and add it again as %(new)s; its directory numbers stay."
        )
        params = {"phone": self.name, "old": stored.phone_model, "new": self.phone_model}
        return ValidationError(text, code="type", params=params)

    def _misfits(self) -> dict[str, ValidationError]:
        """Find a template or a security profile that belongs to another phone type."""
        text = _(
            "%(label)s “%(value)s” is for %(other)s, but this phone is a %(model)s. Choose one "
            "of its own type."
        )
        errors = {}
        for name in ("phone_button_template", "phone_security_profile"):
            record = getattr(self, name) if getattr(self, f"{name}_id") else None
            if record and record.phone_model_id not in (None, self.phone_model_id):
                params = {
                    "label": getattr(Phone._meta.get_field(name), "verbose_name", name),
                    "value": record,
                    "other": record.phone_model,
                    "model": self.phone_model,
                }
                errors[name] = ValidationError(text, code="type", params=params)
        return errors

    def _check_units(self) -> None:
        needed = self.phone_model.license_units
        used = Phone.objects.exclude(pk=self.pk).used_units()
        granted = LicenseGrant.objects.authorized_units()
        if used + needed > granted:
            text = _(
                "Not enough license units: a %(model)s needs %(needed)s, %(used)s of %(granted)s "
                "granted units are used. See System > Licensing > License Unit Report."
            )
            params: dict[str, Any] = {"needed": needed, "used": used, "granted": granted}
            raise ValidationError(text, "units", params | {"model": self.phone_model})

    def clean_lists(self) -> None:
        lines = list(self.lines.order_by("index"))
        limit = self.phone_button_template.lines
        for place, line in enumerate(lines):
            if line.index > limit:
                text = _(
                    "Line %(index)s is one too many for %(phone)s: “%(template)s” has %(limit)s. "
                    "%(cure)s"
                )
                params = {
                    "index": line.index,
                    "phone": self.name,
                    "template": self.phone_button_template,
                    "limit": limit,
                    "cure": self._more_lines(),
                }
                error = ValidationError(text, code="lines", params=params)
                raise ValidationError({f"lines.{place}.index": error})
        calls = sum(line.maximum_number_of_calls for line in lines)
        if not self.phone_model.is_third_party and calls > CISCO_PHONE_CALLS:
            text = _(
                "Maximum Number of Calls: the lines of this phone allow %(calls)s calls together, "
                "%(limit)s are possible. Lower the number on some lines."
            )
            error = ValidationError(text, params={"calls": calls, "limit": CISCO_PHONE_CALLS})
            raise ValidationError({"lines": error})

    def _more_lines(self) -> str:
        if self.phone_button_template.lines < self.phone_model.max_lines:
            return _now("Choose a template with more lines.")
        if self.phone_model.is_third_party and self.phone_model.max_lines == 1:
            return _now("A Third-party SIP Device (Advanced) has up to eight lines.")
        return _now("Remove a line, or add another phone.")

    def warnings(self) -> list[str]:
        if not self.phone_model.is_third_party:
            return []
        return [*self._user_warnings(), *self._line_warnings()]

    def _user_warnings(self) -> list[str]:
        user = self.digest_user
        if user is None:
            text = _now("%(phone)s has no Digest User: without one it cannot register.")
            return [text % {"phone": self.name}]
        found = user.shared_digest_warnings()
        if self.phone_security_profile.enable_digest_authentication and (
            not user.digest_credentials
        ):
            text = _now(
                "%(profile)s verifies the password, but %(user)s has no Digest Credentials: "
                "%(phone)s cannot register."
            )
            names = {"profile": self.phone_security_profile, "user": user, "phone": self.name}
            found.append(text % names)
        return found

    def _line_warnings(self) -> list[str]:
        lines = list(self.lines.select_related("directory_number"))
        if not lines:
            text = _now("%(phone)s has no line: add a directory number before it can register.")
            return [text % {"phone": self.name}]
        numbers = (line.directory_number for line in lines)
        return [text for number in numbers for text in number.warnings()]
