"""Device license units: what is granted, what phones use, what is left."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ccmadmin.models import LicenseGrant, Phone, PhoneModel

MOST_PHONES = 1_000_000


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
    active = Phone.objects.active_by_model()
    rows = tuple(
        ModelUnits(name, units, active.get(pk, 0))
        for pk, name, units in PhoneModel.objects.values_list("pk", "name", "license_units")
    )
    return LicenseReport(
        authorized=LicenseGrant.objects.authorized_units(),
        used=sum(row.units for row in rows),
        rows=rows,
    )


@dataclass(frozen=True)
class Planned:
    """A phone type with the number of phones that one thinks of, as it was typed."""

    model: str
    units_each: int
    phones_now: int
    typed: str
    error: str = ""

    @property
    def phones(self) -> int:
        return int(self.typed) if self.typed and not self.error else 0

    @property
    def units(self) -> int:
        return self.units_each * self.phones


@dataclass(frozen=True)
class Calculation:
    """`missing` units would have to be granted before the phones could be added."""

    authorized: int
    rows: tuple[Planned, ...]

    @property
    def units(self) -> int:
        return sum(row.units for row in self.rows)

    @property
    def missing(self) -> int:
        return max(0, self.units - self.authorized)

    @property
    def errors(self) -> dict[str, str]:
        return {row.model: row.error for row in self.rows if row.error}


def calculate(numbers: Mapping[str, str]) -> Calculation:
    """Add up what `numbers` of phones, by type, would consume; those of now without any."""
    now = report()
    return Calculation(
        now.authorized,
        tuple(
            Planned(
                row.model,
                row.units_each,
                row.phones,
                typed := numbers.get(row.model, "" if numbers else str(row.phones)).strip(),
                _error(row.model, typed),
            )
            for row in sorted(now.rows, key=lambda row: (-row.phones, row.model))
        ),
    )


def _error(model: str, typed: str) -> str:
    is_short = len(typed) <= len(str(MOST_PHONES))  # before int(), which refuses 5,000 digits
    if not typed or (
        is_short and typed.isascii() and typed.isdigit() and int(typed) <= MOST_PHONES
    ):
        return ""
    text = _("%(model)s: “%(typed)s” is not a number of phones from 0 to %(most)s.")
    return text % {"model": model, "typed": typed[:30], "most": MOST_PHONES}
