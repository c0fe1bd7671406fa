"""System > Location: how much bandwidth the calls of a place may use."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import Location
from ccmadmin.pages.page import Cell, Column, Compute, Page, Section
from ccmadmin.pages.routes import routes


def bandwidth(name: str) -> Compute:
    """Say a bandwidth in CallManager's words where a blank or a zero would have to be known."""

    def cells(locations: Sequence[Location]) -> Mapping[str, Cell]:
        return {each.key: Cell(_words(getattr(each, name))) for each in locations}

    return cells


def _words(kbps: int | None) -> str:
    if kbps is None:
        return _now("Unlimited")
    return str(kbps) if kbps else _now("None")


PAGE = Page(
    key="system/location",
    api="locations",
    title=_("Locations"),
    model=Location,
    find_by=("name",),
    columns=(
        "name",
        Column("audio_bandwidth", sort="audio_bandwidth", compute=bandwidth("audio_bandwidth")),
        Column("video_bandwidth", sort="video_bandwidth", compute=bandwidth("video_bandwidth")),
    ),
    sections=(
        Section(_("Location Information"), ("name",)),
        Section(_("Audio Calls Information"), ("audio_bandwidth",)),
        Section(_("Video Calls Information"), ("video_bandwidth",)),
    ),
)
URLS = routes(PAGE)
