"""Regions, and what a call between two of them may use: a pair is kept on one of the two."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Record, Row
from ccmadmin.models.fields import NameField


class Region(Record):
    LISTS = ("relationships",)
    STANDARD_IS_EDITABLE = True

    name = NameField(
        _("Region Name"),
        max_length=30,
        unique=True,
        help_text=_("Up to 30 characters, unique among regions."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Region")
        verbose_name_plural = _("Regions")
        ordering = ("name",)

    def clean_lists(self) -> None:
        """Refuse a second relationship between two regions: it would contradict the first."""
        others = set(self.relationships_of_others.values_list("region__name", flat=True))
        others.discard(self.name)
        errors = {
            f"relationships.{place}.other_region": ValidationError(
                _("The relationship with “%(other)s” is kept on that region. Change it there."),
                params={"other": row.other_region.name},
            )
            for place, row in enumerate(self.relationships.select_related("other_region"))
            if row.other_region.name in others
        }
        if errors:
            raise ValidationError(errors)


class RegionRelationship(Row):
    """What a call between two regions may use; a missing row means the system default."""

    PARENT = "region"

    class AudioCodec(models.TextChoices):
        DEFAULT = "Use System Default", _("Use System Default")
        G711 = "G.711", "G.711"
        G722 = "G.722", "G.722"
        G723 = "G.723", "G.723"
        G728 = "G.728", "G.728"
        G729 = "G.729", "G.729"
        GSM = "GSM", "GSM"
        WIDEBAND = "Wideband", _("Wideband")

    region = models.ForeignKey(
        Region,
        models.CASCADE,
        related_name="relationships",
        verbose_name=_("Region"),
        help_text=_("The region that the relationship is kept with."),
    )
    other_region = models.ForeignKey(
        Region,
        models.CASCADE,
        related_name="relationships_of_others",
        verbose_name=_("Other Region"),
        help_text=_("The region at the other end of the call; it may be the same region."),
    )
    audio_codec = models.CharField(
        _("Audio Codec"),
        max_length=20,
        choices=AudioCodec,
        default=AudioCodec.DEFAULT,
        help_text=_("The best codec that a call between the two regions may use."),
    )
    video_call_bandwidth = models.PositiveIntegerField(
        _("Video Call Bandwidth (kbps)"),
        null=True,
        blank=True,
        help_text=_("Blank: the system's default. 0: no video between the two regions."),
    )

    class Meta:
        ordering = ("other_region__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("region", "other_region"),
                name="region_relationship_once",
                violation_error_message=_(
                    "There is a relationship to this region already. Change that one instead."
                ),
            ),
        )
