"""The route plan: each number with its type and the lines that calls to it ring."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DirectoryNumber, LineAppearance

DIRECTORY_NUMBER = _("Directory Number")
UNASSIGNED = _("Unassigned DN")


@dataclass(frozen=True)
class PlanLine:
    """A button of a phone that carries the number."""

    phone: str
    index: int

    def __str__(self) -> str:
        return f"{self.phone} ({self.index})"


@dataclass(frozen=True)
class Entry:
    key: str
    pattern: str
    partition: str
    type: Promise
    lines: tuple[PlanLine, ...]


def entries(found: Sequence[DirectoryNumber]) -> list[Entry]:
    """Describe the numbers, in two queries for all."""
    rows = LineAppearance.objects.filter(directory_number__in=found).order_by(
        "phone__name", "index"
    )
    lines: dict[int, list[PlanLine]] = {}
    for pk, phone, index in rows.values_list("directory_number_id", "phone__name", "index"):
        lines.setdefault(pk, []).append(PlanLine(phone, index))
    return [
        Entry(
            number.key,
            number.number,
            number.route_partition.name if number.route_partition else "",
            DIRECTORY_NUMBER if number.pk in lines else UNASSIGNED,
            tuple(lines.get(number.pk, ())),
        )
        for number in found
    ]
