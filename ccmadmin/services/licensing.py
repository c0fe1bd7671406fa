"""Device license units: what is granted, what phones use, what is left."""

from dataclasses import dataclass

from django.db import models

from ccmadmin.models import LicenseGrant, Phone, PhoneModel


@dataclass(frozen=True)
class ModelUnits:
    """One phone type of the report; inactive phones consume nothing and are not counted."""

    model: str
    units_each: int
    phones: int

    @property
    def units(self) -> int:
        return self.units_each * self.phones


@dataclass(frozen=True)
class LicenseReport:
    authorized: int
    used: int
    rows: tuple[ModelUnits, ...]

    @property
    def remaining(self) -> int:
        return self.authorized - self.used


def report() -> LicenseReport:
    """Count the units; every phone type has its row, also without a phone."""
    is_active = models.Q(phones__is_active=True)
    counted = PhoneModel.objects.annotate(active=models.Count("phones", filter=is_active))
    return LicenseReport(
        authorized=LicenseGrant.objects.authorized_units(),
        used=Phone.objects.used_units(),
        rows=tuple(
            ModelUnits(name, units, phones)
            for name, units, phones in counted.values_list("name", "license_units", "active")
        ),
    )
