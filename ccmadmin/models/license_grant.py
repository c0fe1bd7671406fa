"""License Grant: how many device license units phones may consume."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import GuardedQuerySet, Record
from ccmadmin.models.fields import NameField


class LicenseGrantQuerySet(GuardedQuerySet["LicenseGrant"]):
    def authorized_units(self) -> int:
        total = self.aggregate(total=models.Sum("units"))["total"]
        return int(total or 0)


LicenseGrantManager = models.Manager.from_queryset(LicenseGrantQuerySet)


class LicenseGrant(Record):
    """A number of device license units; all grants together are what phones may consume."""

    name = NameField(_("Name"), unique=True, help_text=_("Up to 50 characters, unique."))
    units = models.PositiveIntegerField(
        _("Units"),
        validators=(MinValueValidator(1), MaxValueValidator(10_000_000)),
        help_text=_("License units that this grant adds."),
    )
    note = models.CharField(
        _("Note"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("Where the grant comes from."),
    )

    objects: ClassVar["LicenseGrantManager[LicenseGrant]"] = LicenseGrantManager()

    class Meta:
        verbose_name = _("License Grant")
        verbose_name_plural = _("License Grants")
        ordering = ("name",)

    def clean(self) -> None:
        units = self.number_in("units")
        if self.pk and units is not None:
            self._check_used(units)

    def clean_delete(self) -> None:
        self._check_used(0)

    def _check_used(self, units: int) -> None:
        phones: Any = self._meta.apps.get_model("ccmadmin", "Phone")._default_manager
        used = phones.used_units()
        left = LicenseGrant.objects.exclude(pk=self.pk).authorized_units() + units
        if used > left:
            text = _(
                "Units: phones use %(used)s license units, and without this grant only %(left)s "
                "would be authorized. Delete phones, or add another grant, first."
            )
            raise ValidationError(text, code="units", params={"used": used, "left": left})
