"""The region matrix: what calls between any two regions may use.

Each pair of regions has one relationship, kept by one of the two; without one, and with the
choice Use System Default, the system's default is in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from ccmadmin.models import Region, RegionRelationship

DEFAULT = RegionRelationship.AudioCodec.DEFAULT


@dataclass(frozen=True)
class Pair:
    """What is in force between two regions; `kept_by` is the one whose page has it, "" if none."""

    region: str
    other_region: str
    audio_codec: str = DEFAULT.value
    video_call_bandwidth: int | None = None
    kept_by: str = ""

    @property
    def is_default(self) -> bool:
        return self.audio_codec == DEFAULT and self.video_call_bandwidth is None


def matrix(rows: Sequence[Region], columns: Sequence[Region]) -> list[list[Pair]]:
    """Return a pair for each row and column, in one query for all."""
    either = Q(region__in=rows, other_region__in=columns)
    either |= Q(region__in=columns, other_region__in=rows)
    kept: dict[tuple[str, str], RegionRelationship] = {}
    found = RegionRelationship.objects.filter(either).select_related("region", "other_region")
    for relationship in found:
        names = (relationship.region.name, relationship.other_region.name)
        kept[names] = relationship
        kept.setdefault((names[1], names[0]), relationship)
    return [
        [_pair(row.name, column.name, kept.get((row.name, column.name))) for column in columns]
        for row in rows
    ]


def _pair(region: str, other_region: str, kept: RegionRelationship | None) -> Pair:
    if kept is None:
        return Pair(region, other_region)
    return Pair(
        region, other_region, kept.audio_codec, kept.video_call_bandwidth, kept.region.name
    )
