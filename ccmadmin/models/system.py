"""Menu System: the nodes, and what phones of one place have in common."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import OrderedRow, Record
from ccmadmin.models.fields import DescriptionField, NameField
from ccmadmin.models.region import Region

PORT = (MinValueValidator(1024), MaxValueValidator(49151))


class CallManager(Record):
    """A node: one SIP process that phones register to."""

    name = NameField(
        _("Cisco CallManager Name"),
        unique=True,
        help_text=_("The node name that the call server is started with."),
    )
    description = DescriptionField(
        _("Description"), help_text=_("What you want to remember of this node.")
    )
    host_name = models.CharField(
        _("Host Name/IP Address"),
        max_length=255,
        help_text=_("What phones must use as their SIP proxy and registrar."),
    )
    sip_phone_port = models.PositiveIntegerField(
        _("SIP Phone Port"),
        default=5060,
        validators=PORT,
        help_text=_(
            "UDP and TCP port for phones, 1024-49151. The call server must be started with it."
        ),
    )

    class Meta:
        verbose_name = _("Cisco CallManager")
        verbose_name_plural = _("Cisco CallManagers")
        ordering = ("name",)

    def clean(self) -> None:
        if any(character.isspace() or character in '<>"@;/' for character in self.host_name or ""):
            text = _("Host Name/IP Address “%(value)s” is neither a host name nor an address.")
            raise ValidationError(
                {"host_name": ValidationError(text, params={"value": self.host_name})}
            )


class CallManagerGroup(Record):
    """An ordered list of nodes: primary, secondary, tertiary."""

    LISTS = ("members",)
    STANDARD_IS_EDITABLE = True

    name = NameField(
        _("Name"), unique=True, help_text=_("Up to 50 characters, unique among groups.")
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Cisco CallManager Group")
        verbose_name_plural = _("Cisco CallManager Groups")
        ordering = ("name",)

    def clean_lists(self) -> None:
        count = self.members.count()
        if not 1 <= count <= 3:
            text = _(
                "Selected Cisco CallManagers: group “%(name)s” would have %(count)s members. "
                "Select one to three: primary, secondary, tertiary."
            )
            error = ValidationError(text, params={"name": self.name, "count": count})
            raise ValidationError({"members": error})


class CallManagerGroupMember(OrderedRow):
    PARENT = "group"

    group = models.ForeignKey(
        CallManagerGroup,
        models.CASCADE,
        related_name="members",
        verbose_name=_("Cisco CallManager Group"),
        help_text=_("The group."),
    )
    callmanager = models.ForeignKey(
        CallManager,
        models.PROTECT,
        related_name="group_members",
        verbose_name=_("Cisco CallManager"),
        help_text=_("A node of the group."),
    )

    class Meta(OrderedRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("group", "callmanager"),
                name="callmanager_once_per_group",
                violation_error_message=_(
                    "This Cisco CallManager is in the group already. Remove one of the two."
                ),
            ),
        )


def time_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class DateTimeGroup(Record):
    STANDARD_IS_EDITABLE = True

    name = NameField(
        _("Group Name"), unique=True, help_text=_("Up to 50 characters, unique among groups.")
    )
    time_zone = models.CharField(
        _("Time Zone"),
        max_length=64,
        default="UTC",
        choices=time_zones,
        help_text=_("The time zone of the phones in this group."),
    )
    separator = models.CharField(
        _("Separator"),
        max_length=1,
        default="/",
        choices=[("/", "/"), (".", "."), ("-", "-")],
        help_text=_("Stands between the parts of a date."),
    )
    date_format = models.CharField(
        _("Date Format"),
        max_length=5,
        default="M/D/Y",
        choices=[("D/M/Y", "D/M/Y"), ("M/D/Y", "M/D/Y"), ("Y/M/D", "Y/M/D")],
        help_text=_("Order of day, month and year."),
    )
    time_format = models.CharField(
        _("Time Format"),
        max_length=7,
        default="12-hour",
        choices=[("12-hour", _("12-hour")), ("24-hour", _("24-hour"))],
        help_text=_("Whether the clock counts to 12 or to 24."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Date/Time Group")
        verbose_name_plural = _("Date/Time Groups")
        ordering = ("name",)


class Location(Record):
    STANDARD_IS_EDITABLE = True

    name = NameField(
        _("Location"), unique=True, help_text=_("Up to 50 characters, unique among locations.")
    )
    audio_bandwidth = models.PositiveIntegerField(
        _("Audio Bandwidth (kbps)"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(2147483647)),
        help_text=_("Blank: unlimited. Otherwise 1-2147483647 kbps for all calls together."),
    )
    video_bandwidth = models.PositiveIntegerField(
        _("Video Bandwidth (kbps)"),
        null=True,
        blank=True,
        validators=(MaxValueValidator(2147483647),),
        help_text=_("Blank: unlimited. 0: no video calls to other locations."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Location")
        verbose_name_plural = _("Locations")
        ordering = ("name",)


class DevicePool(Record):
    STANDARD_IS_EDITABLE = True

    name = NameField(
        _("Device Pool Name"),
        unique=True,
        help_text=_("Up to 50 characters, unique among device pools."),
    )
    callmanager_group = models.ForeignKey(
        CallManagerGroup,
        models.PROTECT,
        related_name="device_pools",
        verbose_name=_("Cisco CallManager Group"),
        help_text=_("The nodes that the pool's phones register to."),
    )
    date_time_group = models.ForeignKey(
        DateTimeGroup,
        models.PROTECT,
        related_name="device_pools",
        verbose_name=_("Date/Time Group"),
        help_text=_("Time zone and date format of the pool's phones."),
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="device_pools",
        verbose_name=_("Region"),
        help_text=_("Codec and video bandwidth of the pool's phones."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Device Pool")
        verbose_name_plural = _("Device Pools")
        ordering = ("name",)
