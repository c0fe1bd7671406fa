"""Menu Call Routing: partitions, calling search spaces and directory numbers."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import GuardedQuerySet, OrderedRow, Record
from ccmadmin.models.fields import AlertingNameField, AsciiField, DescriptionField, NameField

SEARCH_SPACE_LENGTH = 1024


class RoutePartition(Record):
    name = NameField(
        _("Name"), unique=True, help_text=_("Up to 50 characters, unique among partitions.")
    )
    description = DescriptionField(
        _("Description"), help_text=_("What the partition holds; up to 50 characters.")
    )

    class Meta:
        verbose_name = _("Partition")
        verbose_name_plural = _("Partitions")
        ordering = ("name",)


class CallingSearchSpace(Record):
    """The partitions that a caller may reach, in the order in which a tie is broken."""

    LISTS = ("members",)

    name = NameField(
        _("Name"),
        unique=True,
        help_text=_("Up to 50 characters, unique among calling search spaces."),
    )
    description = DescriptionField(
        _("Description"), help_text=_("Who may use it; up to 50 characters.")
    )

    class Meta:
        verbose_name = _("Calling Search Space")
        verbose_name_plural = _("Calling Search Spaces")
        ordering = ("name",)

    def clean_lists(self) -> None:
        names = self.members.values_list("partition__name", flat=True)
        length = len(":".join(names))
        if length > SEARCH_SPACE_LENGTH:
            text = _(
                "Selected Partitions: the names joined by colons have %(length)s characters, "
                "%(limit)s are allowed. Select fewer partitions or shorten their names."
            )
            params = {"length": length, "limit": SEARCH_SPACE_LENGTH}
            raise ValidationError({"members": ValidationError(text, params=params)})


class CallingSearchSpaceMember(OrderedRow):
    PARENT = "calling_search_space"

    calling_search_space = models.ForeignKey(
        CallingSearchSpace,
        models.CASCADE,
        related_name="members",
        verbose_name=_("Calling Search Space"),
        help_text=_("The calling search space."),
    )
    partition = models.ForeignKey(
        RoutePartition,
        models.PROTECT,
        related_name="search_space_members",
        verbose_name=_("Partition"),
        help_text=_("A partition that may be reached."),
    )

    class Meta(OrderedRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("calling_search_space", "partition"),
                name="partition_once_per_search_space",
                violation_error_message=_(
                    "This partition is in the calling search space already. Remove one of the two."
                ),
            ),
        )


class DirectoryNumberQuerySet(GuardedQuerySet["DirectoryNumber"]):
    def unassigned(self) -> "DirectoryNumberQuerySet":
        """Numbers that no phone carries."""
        return self.filter(appearances__isnull=True)

    def matching(self, number: str, partition: int | None) -> "DirectoryNumberQuerySet":
        return self.filter(number=number, route_partition=partition)


DirectoryNumberManager = models.Manager.from_queryset(DirectoryNumberQuerySet)


class DirectoryNumber(Record):
    """A number in a partition; every phone that carries it shares this one record."""

    KEY = "number"
    KEY_NEEDS = ("route_partition",)

    number = models.CharField(
        _("Directory Number"),
        max_length=24,
        help_text=_("Up to 24 characters; a phone can register a number of digits only."),
    )
    route_partition = models.ForeignKey(
        RoutePartition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directory_numbers",
        verbose_name=_("Route Partition"),
        help_text=_("Who may dial the number is decided by partition; <None> is open to all."),
    )
    description = DescriptionField(
        _("Description"), help_text=_("Up to 50 characters, shown in lists.")
    )
    alerting_name = AlertingNameField(
        _("Alerting Name"), help_text=_("The name that a caller sees while the phone rings.")
    )
    ascii_alerting_name = AsciiField(
        _("ASCII Alerting Name"), help_text=_("The same for phones that know ASCII only.")
    )
    calling_search_space = models.ForeignKey(
        CallingSearchSpace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directory_numbers",
        verbose_name=_("Calling Search Space"),
        help_text=_("What this line may dial; searched before the phone's own."),
    )
    is_active = models.BooleanField(
        _("Active"), default=True, help_text=_("Off: calls to the number find nothing.")
    )
    no_answer_ring_duration = models.PositiveSmallIntegerField(
        _("No Answer Ring Duration (seconds)"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(300)),
        help_text=_("1-300; blank: as the service parameters say."),
    )

    objects: ClassVar["DirectoryNumberManager[DirectoryNumber]"] = DirectoryNumberManager()

    class Meta:
        verbose_name = _("Directory Number")
        verbose_name_plural = _("Directory Numbers")
        ordering = ("number", "route_partition__name")
        indexes = (models.Index(fields=("description",), name="number_by_description"),)
        constraints = (
            models.UniqueConstraint(
                fields=("number", "route_partition"), name="number_once_per_partition"
            ),
            # SQL takes two NULLs for different values, but <None> is one partition.
            models.UniqueConstraint(
                fields=("number",),
                condition=models.Q(route_partition=None),
                name="number_once_without_partition",
            ),
        )

    def __str__(self) -> str:
        if self.route_partition is None:
            return self.number
        return _now("%(number)s in %(partition)s") % {
            "number": self.number,
            "partition": self.route_partition.name,
        }

    @property
    def key(self) -> str:
        if self.route_partition is None:
            return self.number
        return f"{self.number}@{self.route_partition.name}"

    @classmethod
    def lookup(cls, key: str) -> models.QuerySet["DirectoryNumber"]:
        number, at, partition = key.partition("@")
        found = cls.objects.select_related("route_partition").filter(number=number)
        return found.filter(route_partition__name=partition if at else None)

    @property
    def can_register(self) -> bool:
        """Whether a phone can name the number in To: it must be digits."""
        return self.number.isascii() and self.number.isdigit()

    def clean(self) -> None:
        self._check_pattern()
        double = DirectoryNumber.objects.matching(self.number, self.route_partition_id)
        if double.exclude(pk=self.pk).exists():
            text = _(
                "Directory Number “%(number)s” exists in partition %(partition)s already. Choose "
                "another number or partition, or put the existing number on the phone."
            )
            params = {"number": self.number, "partition": self.route_partition or "<None>"}
            raise ValidationError({"number": ValidationError(text, "unique", params)})

    def _check_pattern(self) -> None:
        outside = re.sub(r"\[\^?[0-9*#-]+\]", "", self.number or "")
        wrong = re.search(r"[^0-9*#+X!?]", outside)
        if wrong:
            text = _(
                "Directory Number “%(number)s”: “%(wrong)s” cannot stand there. Use digits, "
                "* # + X ! ? and sets like [2-5]; ^ only as the first character of a set."
            )
            params = {"number": self.number, "wrong": wrong.group()}
            raise ValidationError({"number": ValidationError(text, "pattern", params)})

    def warnings(self) -> list[str]:
        if self.can_register:
            return []
        text = _now(
            "%(number)s is not made of digits only: phones cannot register it, and it can only "
            "be dialed as it is written."
        )
        return [text % {"number": self.number}]
